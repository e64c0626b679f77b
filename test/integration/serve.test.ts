import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedEngine, type Engine } from '../../src/lake/engine/index.ts'
import { addToGold, ALL_DAYS, openGold } from '../../src/lake/gold/index.ts'
import { migrate } from '../../src/lake/migrations/index.ts'
import { lakeReader, type LakeReader, type Row } from '../../src/lake/read/index.ts'
import { LiveHub } from '../../src/serve/live/index.ts'
import { buildServer } from '../../src/serve/server.ts'
import { fakeDeps, status } from '../serve/fake-deps.ts'

/** The routes over the real engine: 2 hours of 12 sensors at 6 intersections, 30 s apart, and a little quarantine. */
let dir: string
let engine: Engine
let lake: LakeReader
const READINGS = 12 * 240

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'arterial-serve-'))
  await mkdir(join(dir, 'log'))
  engine = await startEmbeddedEngine({ dir })
  await migrate(engine, join(dir, 'log'))
  await openGold(engine)
  await fill()
  lake = lakeReader(engine)
})

afterAll(async () => {
  await engine.stop()
  await rm(dir, { recursive: true, force: true })
})

async function fill(): Promise<void> {
  const load = { session: 'load' } as const
  await engine.exec(
    `INSERT INTO silver.readings (position, sensor_id, intersection_id, district, measured_at, arrived_at, source, vehicles,
       speed_kmh, occupancy, wait_s, queue_veh, signal_state, latitude, longitude, interval_s)
     SELECT number, concat('S', leftPad(toString(number % 12), 2, '0')), concat('I', toString(number % 6)),
       if(number % 6 < 3, 'north', 'south'), toDateTime64('2026-03-01 23:00:00.250', 3, 'UTC') + intDiv(number, 12) * 30,
       now64(3), 'http', if(number % 12 = 5, NULL, 4), 36.5, 0.125, 40, 3, 'red', 40.5, -74, 30
     FROM numbers(${READINGS})`,
    load,
  )
  await engine.exec(
    `INSERT INTO lake.sensor_sightings SELECT number, concat('S', leftPad(toString(number), 2, '0')),
       concat('I', toString(number % 6)), if(number % 6 < 3, 'north', 'south'), 40.5, -74, 30,
       toDateTime64('2026-03-01 23:00:00', 3, 'UTC') FROM numbers(12)`,
    load,
  )
  await engine.exec(
    `INSERT INTO quarantine.lines (position, arrived_at, source, reasons, bytes, line, file) SELECT number, toDateTime64('2026-03-01 23:00:00', 3, 'UTC') + number, 'http',
       if(number % 2 = 0, ['json_syntax'], ['average_speed_range', 'timestamp_future']), 3, unhex('7bff7d'), NULL FROM numbers(10)`,
    load,
  )
  await engine.exec(
    `INSERT INTO bronze.schema_drift_state (field, first_seen, last_seen, first_position, position) SELECT 'colour', now64(3), now64(3), 3, 9`,
    load,
  )
  await addToGold(engine, { after: -1, upto: READINGS, ...ALL_DAYS })
}

const server = () => buildServer(fakeDeps({ lake }))

interface Answer {
  items: Record<string, unknown>[]
  next: string | null
}

async function everyItem(path: string): Promise<Record<string, unknown>[]> {
  const app = server()
  const items: Record<string, unknown>[] = []
  let next: string | null = path
  while (next !== null) {
    const response = await app.inject(next)
    expect(response.statusCode, response.body).toBe(200)
    const answer: Answer = response.json()
    items.push(...answer.items)
    next = answer.next
  }
  return items
}

describe('the lists over the engine', () => {
  it.each([
    ['/v1/gold/hourly-summary', 2 * 2],
    ['/v1/gold/district-analytics', 8 * 2],
    ['/v1/gold/district-quarters', 8 * 2],
    ['/v1/gold/intersection-metrics', 24 * 6],
    ['/v1/silver/readings', READINGS],
    ['/v1/quarantine', 10],
    ['/v1/intersections', 6],
    ['/v1/sensors', 12],
  ])('%s keeps its contract, and its pages hold each row once, both ways', async (path, count) => {
    const whole = await everyItem(`${path}?limit=10000&order=asc`)
    expect(whole.length).toBe(count)
    const limit = Math.max(1, Math.ceil(whole.length / 5))
    expect(await everyItem(`${path}?limit=${limit}&order=asc`)).toEqual(whole)
    expect(await everyItem(`${path}?limit=${limit}&order=desc`)).toEqual([...whole].reverse())
  })

  it('print instants with milliseconds and Z, decimals as numbers, nothing as null', async () => {
    const [first] = await everyItem('/v1/silver/readings?sensor_id=S05&limit=1&to=2026-03-01T23:00:10Z')
    expect(first).toMatchObject({
      measured_at: '2026-03-01T23:00:00.250Z',
      vehicles: null,
      speed_kmh: 36.5,
      occupancy: 0.125,
      signal_state: 'red',
    })
    const [window] = await everyItem('/v1/gold/hourly-summary?limit=1')
    expect(window).toMatchObject({
      window_start: '2026-03-01T23:00:00Z',
      district: 'north',
      mean_speed_kmh: 36.5,
    })
  })

  it('filter by time and place, and combine filters', async () => {
    const from = '2026-03-02T00:00:00Z'
    const items = await everyItem(
      `/v1/silver/readings?from=${from}&to=2026-03-02T00:10:00Z&sensor_id=S01&sensor_id=S07`,
    )
    expect(items.length).toBe(2 * 20)
    expect(new Set(items.map(item => item['intersection_id']))).toEqual(new Set(['I1']))
    expect((await everyItem('/v1/gold/intersection-metrics?district=south&intersection_id=I1')).length).toBe(
      0,
    )
    expect((await everyItem('/v1/quarantine?reason=average_speed_range')).length).toBe(5)
    expect((await everyItem('/v1/silver/readings?sensor_id=%27%3B%20DROP')).length).toBe(0)
  })

  it('come as CSV and as Parquet, page by page, with the same rows', async () => {
    const app = server()
    const csv = await app.inject('/v1/intersections?format=csv&limit=4')
    const [head, ...lines] = csv.body.trim().split('\n')
    expect(head).toContain('"intersection_id"')
    expect(lines.length).toBe(4)
    const next = /<(.*)>; rel="next"/.exec(String(csv.headers.link))?.[1]
    expect((await app.inject(next!)).body.trim().split('\n').length).toBe(3)

    // Nothing stands for null, as in the answers of SQL; S05 sends no vehicles.
    const readings = await app.inject('/v1/silver/readings?format=csv&sensor_id=S05&limit=2')
    expect(readings.body).not.toContain('\\N')
    const columns = readings.body.split('\n').map(line => line.split(','))
    expect(columns[1]?.[columns[0]?.indexOf('"vehicles"') ?? -1]).toBe('')

    const parquet = await app.inject('/v1/silver/readings?format=parquet&limit=100')
    const { buffer, byteOffset, byteLength } = parquet.rawPayload
    const file = (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)
    const rows = await parquetReadObjects({ file, compressors })
    expect([rows.length, rows[0]?.['sensor_id'], rows[0]?.['speed_kmh']]).toEqual([100, 'S00', 36.5])
  })

  it('show the text of a line that is not UTF-8', async () => {
    const [line] = await everyItem('/v1/quarantine?limit=1')
    expect(line).toMatchObject({
      position: 9,
      bytes: 3,
      line: '{\ufffd}',
      reasons: ['average_speed_range', 'timestamp_future'],
    })
  })
})

describe('the summaries over the engine', () => {
  it('count quarantine by reason', async () => {
    const { items } = (await server().inject('/v1/quarantine/summary')).json<{ items: unknown[] }>()
    expect(items).toMatchObject([
      { reason: 'average_speed_range', lines: 5 },
      { reason: 'json_syntax', lines: 5, first_seen: '2026-03-01T23:00:00.000Z' },
      { reason: 'timestamp_future', lines: 5 },
    ])
  })

  it('name drifted fields', async () => {
    const { items } = (await server().inject('/v1/drift')).json<{ items: unknown[] }>()
    expect(items).toMatchObject([{ field: 'colour', first_position: 3, last_position: 9 }])
  })

  it('tell the last finished window of each district, not the one that the newest reading just opened', async () => {
    // The newest reading is of 00:59:30.
    const lateMs = Date.parse('2026-03-02T09:00:00Z')
    expect(await lake.latestDistricts(lateMs)).toMatchObject([
      {
        district: 'north',
        window_start: '2026-03-02T00:30:00Z',
        space_mean_speed_kmh: expect.closeTo(36.5, 5) as number,
      },
      { district: 'south', window_start: '2026-03-02T00:30:00Z' },
    ])
    // Sensors whose clocks are ahead of ours finish no window.
    const early = await lake.latestDistricts(Date.parse('2026-03-02T00:29:59Z'))
    expect(early).toMatchObject([
      { window_start: '2026-03-02T00:00:00Z' },
      { window_start: '2026-03-02T00:00:00Z' },
    ])
  })

  it('compare days by the same figures in the narrow list as in the whole one', async () => {
    const narrow = await everyItem('/v1/gold/district-quarters')
    const whole = await everyItem('/v1/gold/district-analytics')
    const figures = ({ window_start, district, readings, vehicles, mean_speed_kmh, mean_wait_s }: Row) => ({
      ...{ window_start, district, readings, vehicles },
      mean_speed_kmh: expect.closeTo(mean_speed_kmh as number, 2) as number,
      mean_wait_s: expect.closeTo(mean_wait_s as number, 2) as number,
    })
    expect(narrow).toEqual(whole.map(figures))
    expect(
      await everyItem('/v1/gold/district-quarters?from=2026-03-02T00:30:00Z&district=north'),
    ).toHaveLength(2)
  })

  it('start a live page with the last five minutes of each site', async () => {
    const hub = new LiveHub({ now: () => 0, status: () => status, epoch: 'e' })
    hub.load(await lake.recentSites())
    const { sites, city } = hub.snapshot()
    expect(sites.length).toBe(6)
    expect(sites[0]).toEqual({
      id: 'I0',
      at: Date.parse('2026-03-02T00:59:30.250Z'),
      vehicles: 5 * 2 * 2 * 4,
      speedKmh: 36.5,
      waitS: 40,
      queueVeh: 3,
      occupancy: 0.125,
      grade: 'D',
      signal: 'red',
    })
    expect(city).toMatchObject({ sitesReporting: 6, meanSpeedKmh: 36.5, readingsPerMin: 0 })
  })
})

describe('an empty lake', () => {
  it('has nothing recent, and no districts', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'arterial-serve-'))
    await mkdir(join(empty, 'log'))
    const other = await startEmbeddedEngine({ dir: empty })
    try {
      await migrate(other, join(empty, 'log'))
      const reader = lakeReader(other)
      expect(await reader.recentSites()).toEqual([])
      expect(await reader.latestDistricts(Date.now())).toEqual([])
      expect((await reader.page('sensors', { order: 'asc' }, 10)).rows).toEqual([])
    } finally {
      await other.stop()
      await rm(empty, { recursive: true, force: true })
    }
  })
})
