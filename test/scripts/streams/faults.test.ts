import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { faultsOf } from '../../../scripts/streams/faults.ts'
import { columnsIn } from '../../../scripts/streams/silver-sql.ts'
import { nameFault, streamName } from '../../../scripts/streams/templates.ts'
import type { Field, Stream } from '../../../src/core/stream/index.ts'
import { streams } from '../../../src/streams/index.ts'
import { weather } from '../../../src/streams/weather/index.ts'
import { parks } from '../../streams/example.ts'

const number: Field = { type: 'number', says: 'A number', min: 0, max: 9, unit: null, decimals: 1 }
const withField = (name: string, field: Partial<Field>) =>
  ({ ...weather, fields: { ...weather.fields, [name]: { ...number, ...field } } }) as Stream

describe('a declaration', () => {
  it.each<[Stream, string]>([
    [withField('pm2.5', {}), `pm2.5: "pm2.5" is no column's name`],
    [withField("o'3", { column: 'o3' }), "o'3: is no field's name"],
    [withField('x', { column: 'humidity' }), 'x: silver has a column humidity already'],
    [withField('source', {}), 'source: silver has a column source already'],
    [withField('limit', { filter: true }), 'limit: every list has a parameter limit'],
    [withField('x', { min: 10 }), 'x: min 10 is above max 9'],
    [withField('x', { whole: true }), 'x: what is whole has decimals: 0'],
    [withField('x', { decimals: 1.5 }), 'x: decimals are 0 to 9'],
    [{ ...weather, name: 'whether' }, 'name: "whether" stands in the folder weather'],
    [{ ...weather, once: { ...weather.once, key: ['station'] } }, 'once: there is no field station'],
    [{ ...weather, once: { ...weather.once, key: ['humidity'] } }, 'once: humidity has to be required: true'],
    [{ ...weather, once: { ...weather.once, key: [] } }, 'once: key names no field'],
    [{ ...weather, once: { ...weather.once, time: 'station_id' } }, 'once: station_id has to be an instant'],
    [
      { ...weather, once: { how: 'latest', key: ['station_id'], version: 'position' } },
      'once: what is of latest needs a field withdrawn',
    ],
    [
      { ...parks, once: { how: 'latest', key: ['park_id', 'updated_at'], version: 'updated_at' } },
      'once: updated_at is of the key and the version',
    ],
    [
      {
        ...parks,
        fields: { ...parks.fields, floor: { ...number, required: true } },
        once: { how: 'latest', key: ['park_id', 'floor'], version: 'position' },
      },
      'once: floor is number, but the key of latest is text, choice or instant',
    ],
    [
      {
        ...parks,
        fields: { ...parks.fields, limit: { type: 'text', says: 'A text', maxChars: 9, required: true } },
        once: { how: 'latest', key: ['limit'], version: 'position' },
      },
      'limit: every list has a parameter limit: no filter and no key',
    ],
    [
      { ...parks, once: { how: 'latest', key: ['park_id'], version: 'position', ties: ['name'] } },
      'once: ties are of versions that have an instant',
    ],
    [
      { ...parks, once: { how: 'latest', key: ['park_id'], version: 'updated_at', ties: ['rank'] } },
      'once: there is no field rank',
    ],
    [
      { ...parks, once: { how: 'latest', key: ['park_id'], version: 'updated_at', ties: ['streets'] } },
      'once: streets is texts, which tells no tie',
    ],
    [{ ...parks, gold: weather.gold }, 'gold weather_hourly: sums are for first and every'],
    [{ ...weather, gold: [{ name: 'x', add: new URL('x.sql', weather.sql) }] }, 'gold x: there is no file'],
    [
      { ...weather, gold: [{ ...weather.gold[0], name: 'x' }] },
      'gold x: add inserts nothing into gold.x_state',
    ],
    [
      { ...weather, rules: [{ reason: 'Not so', says: '', fails: () => false, sql: '' }] },
      'rules: the reason',
    ],
  ])('of %o has a fault', (stream, fault) => {
    expect(faultsOf(stream, stream.name === 'whether' ? 'weather' : stream.name).join('\n')).toContain(fault)
  })
})

describe('a name', () => {
  it('is free where no address and no table of Arterial has it', () => {
    const api = readFileSync(new URL('../../../docs/reference/api.md', import.meta.url), 'utf8')
    const addresses = [...api.matchAll(/^### \w+ \/v1\/([a-z-]+)/gm)].map(([, name = '']) => name)
    const own = new Set(streams.map(({ name }) => name))
    const taken = addresses.filter(name => !own.has(name))
    expect(taken).toContain('readings')
    expect(taken.filter(name => nameFault(streamName(name)!) === null)).toEqual([])
  })
})

describe('columns in a file', () => {
  it.each([
    [
      'ALTER TABLE silver.x ADD COLUMN a Nullable(Decimal(18, 1)) AFTER b;',
      [['a', 'Nullable(Decimal(18, 1))']],
    ],
    [
      'ALTER TABLE silver.x\n    ADD COLUMN IF NOT EXISTS a Array(String) AFTER b,\n    ADD COLUMN c Nullable(Bool);\n',
      [
        ['a', 'Array(String)'],
        ['c', 'Nullable(Bool)'],
      ],
    ],
    ['ALTER TABLE silver.x_versions ADD COLUMN a Bool;', []],
    [
      'CREATE TABLE IF NOT EXISTS silver.x\n(\n    a  Decimal(18, 2),\n    b  Bool\n)\n',
      [
        ['a', 'Decimal(18, 2)'],
        ['b', 'Bool'],
      ],
    ],
  ])('%j', (text, columns) => {
    expect(columnsIn(text, 'silver.x')).toEqual(columns)
  })
})
