import { afterEach, describe, expect, it } from 'vitest'
import { LiveReadings } from '../../../../src/app/follow/live/live-readings.ts'
import type { Arrived } from '../../../../src/app/follow/live/topics-log.ts'
import type { OpenLake } from '../../../../src/app/lake.ts'

const RULES = { oldestMs: 0, maxFutureMs: 60_000, maxSensors: 100, visibleIds: true }
const NOW = Date.parse('2026-03-01T12:00:00Z')

/** Tables with the register of one sensor, which somebody may change; everything else of a lake is not asked for. */
function lakeWith(site: { id: string; changes: number }) {
  const query = (sql: string) =>
    Promise.resolve(
      sql.includes('lake.sensor_versions')
        ? [
            {
              ...{
                position: String(site.changes),
                sensor_id: 'LOOP-1',
                removed: 0,
                name: null,
                district: null,
              },
              ...{ intersection_id: site.id, latitude: null, longitude: null },
              ...{ interval_s: 30, lanes: null, camera: null },
            },
          ]
        : [],
    )
  return {
    engine: { query },
    loader: {
      get lastLedger() {
        return { tables: { versions: site.changes, rules: 0 } }
      },
    },
    rules: { rules: RULES, zone: 'UTC', intervalS: 30, maxIndexBytes: 0 },
  } as unknown as Pick<OpenLake, 'engine' | 'loader' | 'rules'>
}

const arrived = (...lines: object[]): Arrived => ({
  ...{ kind: 'reading', source: 'kafka:t', arrivedAtMs: NOW, intervalS: null, count: lines.length },
  lines: Buffer.from(lines.map(line => `${JSON.stringify(line)}\n`).join('')),
})
const reading = (second: number, vehicles = 5) => ({
  sensor_id: 'LOOP-1',
  timestamp: new Date(NOW + second * 1000).toISOString(),
  vehicle_count: vehicles,
})

describe('readings that are only shown', () => {
  let judge: LiveReadings
  afterEach(() => judge.close())
  const sums = async (...of: Arrived[]) => {
    const { partials, readings } = await judge.sums(of)
    return [readings, partials.map(({ site, vehicles }) => [site, vehicles])]
  }

  it('count once, by the rules, at the place that the register of the tables says', async () => {
    const site = { id: 'INT-1', changes: 1 }
    judge = new LiveReadings(lakeWith(site))
    expect(await sums(arrived(reading(0), reading(1)), arrived(reading(1), { no: 'reading' }))).toEqual([
      2,
      [['INT-1', 10]],
    ])
    expect(await sums(arrived(reading(0, 7), reading(500)))).toEqual([0, []])
    Object.assign(site, { id: 'INT-2', changes: 2 })
    expect(await sums(arrived(reading(2)))).toEqual([1, [['INT-2', 5]]])
  })
})
