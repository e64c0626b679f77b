import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { zoneOffsets, offsetMsAt } from '../../src/core/time/index.ts'
import { buildCity, physicalRun } from '../../src/sources/simulator/index.ts'
import { Lake, remove, ZONE } from './lake.ts'

let folder: string
let lake: Lake

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-physical-'))
  lake = await new Lake(folder).start()
})

afterAll(async () => {
  await lake.stop()
  await remove(folder)
})

it('silver takes every line of the physical city, at night and at the peak, and knows its crossings by class', async () => {
  const city = buildCity({
    ...{ latitude: 40.7128, longitude: -74.006, gridSize: 6, seed: 7 },
    ...{ intervalS: 30, weatherIntervalS: 300, readingsPerMinute: null },
  })
  const zone = zoneOffsets(ZONE)
  const offset = (utcMs: number) => offsetMsAt(zone, utcMs)
  await lake.change(city.sensors.map(sensor => ({ op: 'put', sensor })))
  let count = 0
  let vehicles = 0
  for (const from of ['2026-11-24T08:00:00Z', '2026-11-24T22:00:00Z']) {
    const fromMs = Date.parse(from)
    const toMs = fromMs + 20 * 60_000
    for (const frame of physicalRun({ city, offset, fromMs, toMs, truthIntervalS: 300 })) {
      // While the city fills it says nothing.
      if (frame.readingCount === 0) continue
      const lines = frame.readings.toString().trimEnd().split('\n')
      for (const line of lines) vehicles += (JSON.parse(line) as { vehicle_count: number }).vehicle_count
      count += lines.length
      await lake.append(lines, { arrivedAtMs: frame.untilMs, intervalS: 30 })
    }
  }
  await lake.level()
  expect(count).toBe(36 * 40 * 2)
  expect(await lake.query('SELECT reasons, line FROM quarantine.lines LIMIT 5')).toEqual([])
  expect(
    await lake.query(
      `SELECT count() AS readings, uniqExact(sensor_id) AS sensors, sum(vehicles) AS vehicles FROM silver.readings`,
    ),
  ).toEqual([{ readings: count, sensors: 36, vehicles }])
})
