import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFeed, parseSensorsCsv, readFeedMapping } from '../../../src/sources/files/index.ts'
import { allRecords } from './folder.ts'

const root = join(import.meta.dirname, '../../..')
const data = join(root, '../shared/data')
const present = existsSync(join(data, 'metr-la/readings.parquet'))
const reason = 'needs the public METR-LA and PeMS files in ../shared/data beside the checkout'
const open = async (name: string, file: string) =>
  openFeed(join(data, file), await readFeedMapping(join(root, `config/feeds/${name}.yaml`)))

describe.skipIf(!present)(`real feeds (${reason})`, () => {
  it('METR-LA has 6.5 million readings in order of time, none in the skipped hour', async () => {
    const feed = await open('metr-la', 'metr-la/readings.parquet')
    expect(feed.rows).toBe(6_519_002)
    let records = 0
    let last = -Infinity
    const around = new Map<number, number>()
    for await (const { count, firstMs, lastMs, reordered } of feed.batches({ maxSpanMs: 1 })) {
      expect([reordered, firstMs >= last, lastMs]).toEqual([0, true, firstMs])
      last = lastMs
      records += count
      if (firstMs < Date.parse('2012-03-11T09:00:00Z')) continue
      around.set(firstMs, (around.get(firstMs) ?? 0) + count)
      if (firstMs > Date.parse('2012-03-11T12:00:00Z')) break
    }
    expect(records).toBeGreaterThan(500_000)
    // 02:00 to 03:00 does not exist: 01:55 standard time is followed by 03:00 daylight time, five minutes later.
    expect(around.get(Date.parse('2012-03-11T09:55:00Z'))).toBeLessThanOrEqual(207)
    expect(around.get(Date.parse('2012-03-11T10:00:00Z'))).toBeLessThanOrEqual(207)
    expect(Math.max(...around.values())).toBeLessThanOrEqual(207)
  })

  it("METR-LA's register has 207 stations whose ids are those of the readings", async () => {
    const feed = await open('metr-la', 'metr-la/readings.parquet')
    const { sensors, errors, notes } = parseSensorsCsv(readFileSync(feed.sensors ?? '', 'utf8'))
    expect([sensors.length, errors, notes]).toEqual([207, [], ['ignored: index']])
    expect(sensors[0]).toMatchObject({ sensor_id: '773869', latitude: 34.15497, longitude: -118.31829 })
    const ids = new Set(sensors.map(sensor => sensor.sensor_id))
    for await (const { lines } of feed.batches()) {
      for (const line of lines.toString().trimEnd().split('\n')) {
        expect(ids.has((JSON.parse(line) as { sensor_id: string }).sensor_id)).toBe(true)
      }
      break
    }
  })

  it('PeMS has 18 stations with flow, occupancy and speed', async () => {
    const records = await allRecords(await open('pems-d12', 'pems-d12/tustin_readings.parquet'))
    expect(records).toHaveLength(108_864)
    expect(new Set(records.map(record => record['sensor_id'])).size).toBe(18)
    expect(records[0]).toEqual({
      sensor_id: '1203266',
      timestamp: '2022-01-01T08:00:00Z',
      vehicle_count: 41,
      average_speed: 69.3,
      occupancy_rate: 0.008,
    })
  })
})
