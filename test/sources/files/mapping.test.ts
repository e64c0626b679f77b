import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FeedError } from '../../../src/core/feed-error.ts'
import { parseFeedMapping, readFeedMapping } from '../../../src/sources/files/mapping.ts'

const messageOf = (yaml: string): string => {
  try {
    parseFeedMapping(yaml, 'feed.yaml')
  } catch (error) {
    if (error instanceof FeedError) return error.message
    throw error
  }
  return 'no mistake'
}

describe('parseFeedMapping', () => {
  it('takes a column by its name alone, or with unit, zone and missing values', () => {
    const mapping = parseFeedMapping(
      `name: loops
interval_s: 60
columns:
  sensor_id: id
  timestamp: { column: t, format: unix_s }
  average_speed: { column: v, unit: kmh, missing: [-1, 'n/a'] }
  vehicle_types: { car: c, truck: { column: hgv } }
constants: { district: north }`,
      'feed.yaml',
    )
    expect(mapping).toMatchObject({
      name: 'loops',
      interval_s: 60,
      columns: {
        sensor_id: { column: 'id' },
        timestamp: { column: 't', format: 'unix_s' },
        average_speed: { column: 'v', unit: 'kmh', missing: [-1, 'n/a'] },
        vehicle_types: { car: { column: 'c' }, truck: { column: 'hgv' } },
      },
      constants: { district: 'north' },
    })
  })

  it('names every mistake at once, with its path, value and what is allowed', () => {
    const message = messageOf(`name: My Feed
format: xls
interval_s: 0.5
columns:
  sensor_id: id
  timestamp: { column: t, format: dd/MM, zone: America/Gotham }
  average_speed: { column: v, unit: knots }
  occupancy: occ
  wait_time_seconds: 7
constants: { latitude: 100 }`)
    expect(message.split('\n')).toEqual([
      expect.stringContaining('feed.yaml: 9 mistake(s)'),
      '  name: "My Feed" is not allowed; allowed: 1 to 64 of a-z, 0-9, dot, dash, underscore',
      '  format: "xls" is not allowed; allowed: ndjson, csv or parquet; default: by the ending of the file',
      '  columns.timestamp.format: "dd/MM" is not allowed; allowed: iso, unix_s, unix_ms, or a pattern such as MM/dd/yyyy hh:mm:ss a',
      '  columns.timestamp.zone: "America/Gotham" is not allowed; allowed: an IANA name such as America/Los_Angeles, or UTC',
      '  columns.average_speed.unit: "knots" is not allowed; allowed: one of mph, kmh, mps',
      '  columns.wait_time_seconds: 7 is not allowed; allowed: a column name, or a map with column and its unit',
      expect.stringMatching(/^ {2}columns\.occupancy: is unknown; /),
      '  constants.latitude: 100 is not allowed; allowed: a number from -90 to 90',
      '  interval_s: 0.5 is not allowed; allowed: a whole number of seconds from 1 to 86400',
    ])
  })

  it('wants an id, a time and a measure, once it names columns', () => {
    expect(messageOf('name: x\ncolumns: { district: d }')).toMatch(
      /3 mistake.*sensor_id.*timestamp.*measure/s,
    )
    expect(
      messageOf('name: x\ncolumns: { timestamp: t, queue_length: q }\nconstants: { sensor_id: S1 }'),
    ).toBe('no mistake')
  })

  it('guesses what an unknown key meant', () => {
    expect(messageOf('name: x\ncollumns: {}')).toContain('collumns: is unknown; did you mean columns?')
  })

  it('says so when the file is no mapping at all', () => {
    expect(messageOf('- a\n- b')).toContain('allowed: a map with name, columns')
    expect(messageOf('a: [')).toContain('feed.yaml is no YAML')
  })
})

describe('readFeedMapping', () => {
  it('reads every mapping that ships', async () => {
    const folder = join(import.meta.dirname, '../../../config/feeds')
    const names = readdirSync(folder)
    expect(names).toEqual(expect.arrayContaining(['metr-la.yaml', 'pems-d12.yaml']))
    for (const name of names) expect(`${(await readFeedMapping(join(folder, name))).name}.yaml`).toBe(name)
  })

  it('names a file that is not there', async () => {
    await expect(readFeedMapping('/nowhere/x.yaml')).rejects.toThrow(
      /\/nowhere\/x\.yaml can't be read \(ENOENT\)/,
    )
  })
})
