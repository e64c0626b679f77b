import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { streamSet } from '../../src/app/streams.ts'
import { migrate } from '../../src/lake/migrations/index.ts'
import { openStandIns } from '../../src/streams/index.ts'
import { Lake, remove } from './lake.ts'

const NOW = Date.parse('2026-03-02T12:30:00Z')
const MPH = 1.609344

let folder: string
let lake: Lake

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stand-ins-'))
  lake = new Lake(folder)
  lake.streams = streamSet
  await lake.start()
  await lake.change(
    (
      [
        ['A-1', 'A', 30],
        ['A-2', 'A', 60],
        ['B-1', 'B', 30],
        ['SLOW-1', 'SLOW', 900],
      ] as const
    ).map(([sensor_id, intersection_id, interval_s]) => ({
      op: 'put' as const,
      sensor: {
        ...{ sensor_id, intersection_id, interval_s, district: 'north', name: null },
        ...{ latitude: null, longitude: null, lanes: null, camera: null },
      },
    })),
  )
  await send(
    'cameras',
    [
      ['cam-a', 'A'],
      ['cam-a2', 'A'],
      ['cam-b', 'B'],
      ['cam-slow', 'SLOW'],
      ['cam-nowhere', 'NOWHERE'],
    ].map(([camera_id, intersection_id]) => ({ camera_id, intersection_id, latitude: 40, longitude: -74 })),
  )
  await standIn(['*'])
})

afterAll(async () => {
  await lake.stop()
  await remove(folder)
})

async function send(kind: string, records: readonly object[]): Promise<void> {
  await lake.log.append({
    ...{ kind, source: 'test', arrivedAtMs: NOW, intervalS: null, count: records.length },
    lines: Buffer.from(records.map(record => `${JSON.stringify(record)}\n`).join('')),
  })
  await lake.level()
}

const counted = (camera_id: string, time: string, more: object = {}) => ({
  ...{ camera_id, timestamp: `2026-03-02T${time}Z`, counts: { car: 8, truck: 2 }, mean_speed: 20 },
  ...{ interval_seconds: 60, ...more },
})
const reading = (sensor_id: string, time: string) => ({
  ...{ sensor_id, timestamp: `2026-03-02T${time}Z`, vehicle_count: 3, average_speed: 30 },
})

/** As each start does: the views anew, then the configuration. */
async function standIn(cameras: readonly string[]): Promise<void> {
  await migrate(lake.engine, lake.logDir, streamSet.list)
  await openStandIns(lake.engine, cameras)
}

interface Row {
  readonly at: string
  readonly site: string
  readonly source: string
  readonly readings: number
  readonly vehicles: number | null
  readonly completeness: number | null
}

const rowsOf = (site: string) =>
  lake.query<Row>(
    `SELECT formatDateTime(window_start, '%H:%i', 'UTC') AS at, intersection_id AS site, source, readings, vehicles,
        round(completeness, 3) AS completeness
     FROM gold.intersection_metrics WHERE intersection_id = {site:String} ORDER BY window_start`,
    { site },
  )
const brief = async (site: string) =>
  (await rowsOf(site)).map(({ at, source, vehicles }) => `${at} ${source} ${vehicles ?? '–'}`)

describe('camera counts', () => {
  it('stand in for the windows in which no loop of their intersection reported, and are marked', async () => {
    await send('reading', [reading('A-1', '10:01:00'), reading('A-2', '10:02:00')])
    await send('camera-observations', [
      ...['10:01:00', '10:06:00', '10:07:00'].map(time => counted('cam-a', time)),
      counted('cam-a2', '10:07:00', { counts: { car: 1, bus: 1, bicycle: 5 }, mean_speed: 40 }),
    ])
    expect(await rowsOf('A')).toEqual([
      { at: '10:00', site: 'A', source: 'loop', readings: 2, vehicles: 6, completeness: 0.133 },
      { at: '10:05', site: 'A', source: 'camera', readings: 3, vehicles: 22, completeness: 0.3 },
    ])
    const [row] = await lake.query(
      `SELECT district, sensors, vehicles_car, vehicles_bus, round(mean_speed_kmh, 3) AS speed, round(space_mean_speed_kmh, 3) AS harmonic,
          mean_occupancy, mean_wait_s, max_queue_veh, estimated_delay_grade
       FROM gold.intersection_metrics WHERE source = 'camera'`,
    )
    const round = (value: number) => Math.round(value * 1000) / 1000
    expect(row).toEqual({
      ...{ district: 'north', sensors: 2, vehicles_car: 17, vehicles_bus: 1 },
      speed: round((MPH * (20 * 20 + 2 * 40)) / 22),
      harmonic: round((MPH * 22) / (20 / 20 + 2 / 40)),
      ...{ mean_occupancy: null, mean_wait_s: null, max_queue_veh: null, estimated_delay_grade: null },
    })
  })

  it('give their place back when a reading comes late', async () => {
    expect(await brief('A')).toEqual(['10:00 loop 6', '10:05 camera 22'])
    await send('reading', [reading('A-2', '10:09:59')])
    expect(await brief('A')).toEqual(['10:00 loop 6', '10:05 loop 3'])
  })

  it('count for what they are: how long of the window, and nothing that was counted over more than it', async () => {
    await send('camera-observations', [
      counted('cam-b', '10:02:00', { interval_seconds: 900 }),
      counted('cam-b', '10:06:00', { interval_seconds: null }),
      counted('cam-b', '10:11:00', { counts: null, interval_seconds: 300 }),
    ])
    expect(await rowsOf('B')).toEqual([
      { at: '10:05', site: 'B', source: 'camera', readings: 1, vehicles: 10, completeness: null },
      { at: '10:10', site: 'B', source: 'camera', readings: 1, vehicles: null, completeness: 1 },
    ])
  })

  it('say nothing of a site without loops, nor of one whose loops may rest for longer than a window', async () => {
    await send('camera-observations', [counted('cam-nowhere', '10:02:00'), counted('cam-slow', '10:02:00')])
    expect([...(await brief('NOWHERE')), ...(await brief('SLOW'))]).toEqual([])
  })

  it('are of the cameras that the configuration names, and of none without it', async () => {
    await send('camera-observations', [counted('cam-a', '10:16:00'), counted('cam-a2', '10:16:00')])
    expect((await brief('A')).at(-1)).toBe('10:15 camera 20')
    await standIn(['cam-a2'])
    expect((await brief('A')).at(-1)).toBe('10:15 camera 10')
    expect(await brief('B')).toEqual([])
    await standIn([])
    expect(await brief('A')).toEqual(['10:00 loop 6', '10:05 loop 3'])
    await standIn(['*'])
    expect(await brief('B')).toHaveLength(2)
  })

  it('end with their camera', async () => {
    await send('cameras', [{ camera_id: 'cam-b', latitude: 40, longitude: -74, withdrawn: true }])
    expect(await brief('B')).toEqual([])
  })

  it('are marked beside the weather, and have a day in the calendar', async () => {
    const [row] = await lake.query(
      `SELECT w.source AS source, c.events AS events FROM gold.traffic_weather AS w
       INNER JOIN gold.calendar AS c ON c.window_start = w.window_start AND c.intersection_id = w.intersection_id
       WHERE w.window_start = '2026-03-02 10:15:00' AND w.intersection_id = 'A'`,
    )
    expect(row).toEqual({ source: 'camera', events: 0 })
  })

  it('are no difference: sums are of what was measured', async () => {
    const { equal, streams, intersectionMetrics } = await lake.verify()
    expect({ equal, streams, intersectionMetrics }).toEqual({
      ...{ equal: true, streams: [], intersectionMetrics: [] },
    })
  })
})
