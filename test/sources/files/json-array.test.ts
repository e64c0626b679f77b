import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openFeed, parseFeedMapping } from '../../../src/sources/files/index.ts'
import { JsonValueSplitter } from '../../../src/core/text/json-values.ts'
import { allBatches, fileWith, linesOf } from './folder.ts'

const mapping = (yaml: string) => parseFeedMapping(yaml, 'test.yaml')
const rowsOf = async (name: string, text: string, yaml?: string) =>
  linesOf(
    await allBatches(await openFeed(fileWith(name, text), yaml === undefined ? undefined : mapping(yaml))),
  )
const split = (text: string, sizes: readonly number[] = []) => {
  const splitter = new JsonValueSplitter()
  const rows: string[] = []
  let at = 0
  for (const size of sizes) {
    rows.push(...splitter.push(text.slice(at, at + size)))
    at += size
  }
  return [...rows, ...splitter.push(text.slice(at)), ...splitter.end()]
}

describe('a JSON array as a file', () => {
  it('is read element by element, however it is written', async () => {
    const records = [
      { sensor_id: 'a', timestamp: '2026-03-01T06:00:00Z', average_speed: 30, note: 'x]},{"y' },
      { sensor_id: 'b', timestamp: '2026-03-01T06:01:00Z', vehicle_types: { car: 3 } },
    ]
    for (const text of [
      JSON.stringify(records),
      JSON.stringify(records, null, 2),
      `\uFEFF \n${JSON.stringify(records)}\n`,
    ]) {
      const rows = await rowsOf('array.json', text)
      expect(rows.map(row => JSON.parse(row) as unknown)).toEqual(records)
    }
    const one = await rowsOf('pretty.json', JSON.stringify(records[0], null, 2))
    expect(one.map(row => JSON.parse(row) as unknown)).toEqual([records[0]])
  })

  it('follows a mapping', async () => {
    const rows = await rowsOf(
      'mapped.json',
      '[{"id": 7, "t": 1780000000, "v": 50},\n{"id": 8, "t": 1780000060, "v": 60}]',
      'name: x\ncolumns: {sensor_id: id, timestamp: {column: t, format: unix_s}, average_speed: {column: v, unit: mph}}',
    )
    expect(rows.map(row => JSON.parse(row) as unknown)).toMatchObject([
      { sensor_id: '7', average_speed: 50 },
      { sensor_id: '8', average_speed: 60 },
    ])
  })

  it('loses no row to one that is broken, misplaced or cut off', () => {
    expect(split('[{"a":1} {"b":2}, nonsense, "x]", 3,{"c":[1,{"d":2}]}')).toEqual([
      '{"a":1}',
      '{"b":2}',
      'nonsense',
      '"x]"',
      '3',
      '{"c":[1,{"d":2}]}',
    ])
    expect(split('[{"a":1},{"a":2,"b":"c')).toEqual(['{"a":1}', '{"a":2,"b":"c'])
    expect(split('[]\n[{"a":1}]\n[{"a":2}]')).toEqual(['{"a":1}', '{"a":2}'])
  })

  it('of any values gives those values, whatever the pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.object({ maxDepth: 3 }), fc.string(), fc.integer(), fc.constant('"\\]{'))),
        fc.array(fc.nat(9), { maxLength: 200 }),
        fc.constantFrom(0, 2),
        (values, sizes, indent) => {
          const rows = split(JSON.stringify(values, null, indent), sizes)
          expect(rows.map(row => JSON.parse(row) as unknown)).toEqual(JSON.parse(JSON.stringify(values)))
        },
      ),
      { seed: 7, numRuns: 300 },
    )
  })

  it('inside of an object is refused, and the list named', async () => {
    const document = JSON.stringify({ type: 'Feed', data: [{ sensor_id: 'a' }] })
    await expect(rowsOf('wrapped.json', document)).rejects.toThrow(/wrapped\.json .*list "data"/)
    await expect(rowsOf('wrapped2.json', JSON.stringify(JSON.parse(document), null, 2))).rejects.toThrow(
      /"data"/,
    )
  })
})

describe('a row in which the mapping finds nothing', () => {
  const yaml =
    'name: x\ncolumns: {sensor_id: id, timestamp: t, average_speed: v}\nconstants: {district: north}'

  it('goes on as it stands in the file', async () => {
    expect(
      await rowsOf('nothing.ndjson', '{"station": "a", "time" : 1}\n{"id":"a","t":"x"}\n', yaml),
    ).toEqual(['{"station": "a", "time" : 1}', '{"sensor_id":"a","timestamp":"x","district":"north"}'])
    expect(
      await rowsOf('nothing.csv', 'id,t,v,other\n,,,"left, behind"\na,2026-01-01T00:00:00Z,1,\n', yaml),
    ).toEqual([
      ',,,"left, behind"',
      '{"sensor_id":"a","timestamp":"2026-01-01T00:00:00","average_speed":1,"district":"north"}'.replace(
        '00","av',
        '00Z","av',
      ),
    ])
  })

  it('is never taken for a record in the wire’s units', async () => {
    const wire = '{"sensor_id":"a","timestamp":"2026-01-01T00:00:00Z","average_speed":1}'
    expect(await rowsOf('wire.ndjson', `${wire}\n`, yaml)).toEqual([`[${wire}]`])
  })

  it('names the field of a bare NaN, which hides no other', async () => {
    const row = '{"id": "a", "t": "2026-01-01T00:00:00Z", "v": NaN}'
    expect(await rowsOf('nan.ndjson', `${row}\n`, yaml)).toEqual([
      '{"sensor_id":"a","timestamp":"2026-01-01T00:00:00Z","average_speed":"NaN","district":"north"}',
    ])
  })
})
