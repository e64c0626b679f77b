import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WireReading } from '../../../src/core/schema/reading.ts'
import { openFeed, parseFeedMapping } from '../../../src/sources/files/index.ts'
import { allBatches, allRecords, fileWith, fixtures, linesOf } from './folder.ts'

const stations = join(fixtures, 'stations.parquet')
const newestFirst = join(fixtures, 'newest_first.parquet')
const mapping = (yaml: string) => parseFeedMapping(yaml, 'test.yaml')
const stationMapping = mapping(`name: stations
interval_s: 300
sensors: places.csv
columns:
  sensor_id: station
  timestamp: { column: stamp, zone: America/New_York }
  average_speed: { column: speed_kmh, unit: kmh }
  occupancy_rate: { column: percent, unit: percent }
  vehicle_count: flow
constants: { district: north }`)

describe('a Parquet feed', () => {
  it('renders wire records in UTC, mph and shares, with ids as text', async () => {
    const feed = await openFeed(stations, stationMapping)
    expect(feed).toMatchObject({
      source: 'replay:stations',
      intervalS: 300,
      rows: 5000,
      sensors: join(fixtures, 'places.csv'),
    })
    const records = await allRecords(feed)
    expect(records).toHaveLength(5000)
    expect(records[1]).toEqual({
      sensor_id: '700001',
      timestamp: '2026-03-08T05:00:00Z',
      vehicle_count: 1,
      average_speed: 37.344409,
      occupancy_rate: 0.01,
      district: 'north',
    })
    for (const record of records.slice(0, 200)) expect(WireReading.safeParse(record).success).toBe(true)
  })

  it('leaves out what is null or NaN', async () => {
    const records = await allRecords(await openFeed(stations, stationMapping))
    expect(records[5]).not.toHaveProperty('average_speed')
    expect(records[6]).not.toHaveProperty('average_speed')
    expect(records[7]).toHaveProperty('average_speed')
  })

  it('moves the skipped hour forward', async () => {
    const times = new Set(
      (await allRecords(await openFeed(stations, stationMapping))).map(r => r['timestamp']),
    )
    expect(times.has('2026-03-08T06:55:00Z')).toBe(true)
    // 02:00 and 03:00 local are the same instant that night.
    expect(times.has('2026-03-08T07:00:00Z')).toBe(true)
    expect(times.size).toBe(1250 - 12)
  })

  it('sorts a row group that is not in order of time, and says so', async () => {
    const batches = await allBatches(await openFeed(newestFirst), { maxRows: 25 })
    const times = linesOf(batches).map(line => (JSON.parse(line) as { timestamp: string }).timestamp)
    expect(times).toEqual([...times].sort())
    expect(times[0]).toBe('2026-06-16T12:00:00Z')
    expect(batches.map(batch => batch.reordered)).toEqual([60, 0, 0])
  })

  it('goes on from any batch, also in a part that was sorted', async () => {
    for (const [path, used] of [
      [newestFirst, undefined],
      [stations, stationMapping],
    ] as const) {
      const feed = await openFeed(path, used)
      const all = await allBatches(feed, { maxRows: 333 })
      for (const [i, { resume }] of all.entries()) {
        const rest = await allBatches(feed, { maxRows: 1000, resume })
        expect(linesOf(rest)).toEqual(linesOf(all.slice(i + 1)))
      }
    }
  })

  it('is refused when it is none, by name', async () => {
    await expect(openFeed(fileWith('broken.parquet', 'PAR1 but not really'))).rejects.toThrow(
      /broken\.parquet is no Parquet/,
    )
  })

  it('names a column that the mapping has and the file has not', async () => {
    const feed = await openFeed(
      stations,
      mapping('name: x\ncolumns: { sensor_id: station, timestamp: stamp, average_speed: speed_mph }'),
    )
    await expect(allBatches(feed)).rejects.toThrow(/no column "speed_mph".*it has stamp, station, speed_kmh/)
  })
})

describe('a CSV feed', () => {
  it('uses its own header when that speaks the names of the wire', async () => {
    const path = fileWith(
      'own.csv',
      'timestamp,sensor_id,vehicle_types.car,vehicle_types.bus,average_speed,note\r\n' +
        '2026-06-16T12:00:00Z,007,3,,31.50,"say ""hi"""\r\n',
    )
    expect(linesOf(await allBatches(await openFeed(path)))).toEqual([
      '{"sensor_id":"007","timestamp":"2026-06-16T12:00:00Z","average_speed":31.5,"vehicle_types":{"car":3},"note":"say \\"hi\\""}',
    ])
  })

  it('follows a mapping: pattern, zone, units, missing values, constants', async () => {
    const path = fileWith(
      'loops.csv',
      'When;V;Occ;Q\n06/16/2026 05:00:00 PM;10,5;-99;4\n06/16/2026 05:01:00 PM;10;25;-99.0\n',
    )
    const feed = await openFeed(
      path,
      mapping(`name: loops
separator: ';'
columns:
  timestamp: { column: When, format: 'MM/dd/yyyy hh:mm:ss a', zone: America/New_York }
  average_speed: { column: V, unit: mps }
  occupancy_rate: { column: Occ, unit: percent, missing: [-99] }
  queue_length: { column: Q, missing: [-99] }
constants: { sensor_id: loop-1, latitude: 40.5, longitude: -74 }`),
    )
    expect(await allRecords(feed)).toEqual([
      {
        sensor_id: 'loop-1',
        timestamp: '2026-06-16T21:00:00Z',
        average_speed: '10,5',
        queue_length: 4,
        latitude: 40.5,
        longitude: -74,
      },
      {
        sensor_id: 'loop-1',
        timestamp: '2026-06-16T21:01:00Z',
        average_speed: 22.369363,
        occupancy_rate: 0.25,
        latitude: 40.5,
        longitude: -74,
      },
    ])
  })

  it('passes on what is no number or time, for the lake to refuse with its reason', async () => {
    const path = fileWith('bad.csv', 'sensor_id,timestamp,average_speed\nA,soon,fast\nB\n')
    expect(linesOf(await allBatches(await openFeed(path)))).toEqual([
      '{"sensor_id":"A","timestamp":"soon","average_speed":"fast"}',
      '{"sensor_id":"B"}',
    ])
  })

  it('passes a row on as it is that is not UTF-8, and puts the others into it', async () => {
    const rows = 'sensor_id,timestamp,district,note\nA,2026-06-16,Zürich,x\n"B\n{}",2026-06-16,Z\xfcrich,x\n'
    const bytes = Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from(rows.slice(0, 60)),
      Buffer.from(rows.slice(60), 'latin1'),
    ])
    const [batch] = await allBatches(await openFeed(fileWith('latin.csv', bytes)))
    expect(batch?.lines).toEqual(
      Buffer.concat([
        Buffer.from('{"sensor_id":"A","timestamp":"2026-06-16T00:00:00","district":"Zürich","note":"x"}\n'),
        Buffer.from('"B {}",2026-06-16,Z\xfcrich,x\n', 'latin1'),
      ]),
    )
    const wide = Buffer.from('\ufeffsensor_id,timestamp\n', 'utf16le')
    await expect(allBatches(await openFeed(fileWith('wide.csv', wide)))).rejects.toThrow(
      /wide\.csv is UTF-16; save it as UTF-8/,
    )
  })

  it('wants an id and a time in the header, or a mapping', async () => {
    const path = fileWith('names.csv', 'station,when,speed\n1,2,3\n')
    await expect(allBatches(await openFeed(path))).rejects.toThrow(
      /names\.csv has no column sensor_id and timestamp; it has station, when, speed\. A feed mapping/,
    )
    await expect(allBatches(await openFeed(fileWith('empty.csv', '')))).rejects.toThrow(/empty\.csv is empty/)
  })

  it('has no batch when there is only a header', async () => {
    expect(await allBatches(await openFeed(fileWith('header.csv', 'sensor_id,timestamp\n')))).toEqual([])
  })
})

describe('an NDJSON feed', () => {
  const lines = Array.from(
    { length: 50 },
    (_, i) =>
      `{"sensor_id":"S${i % 5}","timestamp":"2026-06-16T12:00:${String(Math.floor(i / 5)).padStart(2, '0')}Z","average_speed":${i}}`,
  )

  it('passes lines on byte for byte, broken ones too, and leaves empty ones out', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${lines[0]!}\n\n  \n{"broken": \n`),
      Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x0a]),
      Buffer.from('{"sensor_id":"Zürich","timestamp":"2026-06-16T12:00:01Z"}'),
    ])
    const [batch] = await allBatches(await openFeed(fileWith('raw.ndjson', bytes)))
    expect(batch?.count).toBe(4)
    expect(batch?.lines).toEqual(
      Buffer.concat([
        Buffer.from(`${lines[0]!}\n{"broken": \n`),
        Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x0a]),
        Buffer.from('{"sensor_id":"Zürich","timestamp":"2026-06-16T12:00:01Z"}\n'),
      ]),
    )
  })

  it('cuts batches by rows, bytes and span of time', async () => {
    const feed = await openFeed(fileWith('cut.ndjson', lines.join('\n')))
    expect((await allBatches(feed, { maxRows: 20 })).map(b => b.count)).toEqual([20, 20, 10])
    expect((await allBatches(feed, { maxSpanMs: 4000 })).map(b => b.count)).toEqual([20, 20, 10])
    for (const batch of await allBatches(feed, { maxBytes: 500 }))
      expect(batch.lines.length).toBeLessThanOrEqual(500)
    const spans = await allBatches(feed, { maxSpanMs: 4000 })
    expect(spans.map(b => [new Date(b.firstMs).getSeconds(), new Date(b.lastMs).getSeconds()])).toEqual([
      [0, 3],
      [4, 7],
      [8, 9],
    ])
    expect(spans.at(-1)?.done).toBe(1)
  })

  it('maps nested members by a path of names', async () => {
    const path = fileWith('nested.jsonl', '{"loop":{"id":"ü9","v":50},"at":1781611200}\nnot json\n')
    const feed = await openFeed(
      path,
      mapping(
        'name: n\ncolumns: { sensor_id: loop.id, timestamp: { column: at, format: unix_s }, average_speed: loop.v }',
      ),
    )
    expect(linesOf(await allBatches(feed))).toEqual([
      '{"sensor_id":"ü9","timestamp":"2026-06-16T12:00:00Z","average_speed":50}',
      'not json',
    ])
  })

  it('begins again when the file is shorter than it was, and goes on when it has grown', async () => {
    const long = await openFeed(fileWith('grow.ndjson', lines.join('\n')))
    const { resume } = (await allBatches(long, { maxRows: 40 }))[0]!
    const grown = await openFeed(fileWith('grow.ndjson', [...lines, ...lines].join('\n')))
    expect(linesOf(await allBatches(grown, { resume }))).toHaveLength(60)
    const cut = await openFeed(fileWith('grow.ndjson', lines.slice(0, 10).join('\n')))
    expect(linesOf(await allBatches(cut, { resume }))).toHaveLength(10)
  })
})

describe('openFeed', () => {
  it('names a file that is not there or of unknown kind', async () => {
    await expect(openFeed('/nowhere/readings.csv')).rejects.toThrow(
      /\/nowhere\/readings\.csv can't be read \(ENOENT\)/,
    )
    await expect(openFeed(fileWith('readings.xlsx', ''))).rejects.toThrow(
      /readings\.xlsx: the kind of file is unknown/,
    )
  })

  it('takes the source name from the file where no mapping gives one', async () => {
    expect((await openFeed(fileWith('My Loops (2).csv', 'x'))).source).toBe('replay:my-loops-2-')
  })
})
