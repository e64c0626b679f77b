import { differences, goldOf, withDistrictFigures } from './batch.ts'
import type { Gold, Row } from './batch.ts'
import type { Lake } from './lake.ts'

/** How silver and gold differ from what they should hold, as text; empty when they do not. */
export async function differencesOf(lake: Lake, rows: readonly Row[]): Promise<string[]> {
  const district = (row: Row) => row.district
  const five = goldOf(rows, 5, row => `${row.site}|${row.district}`)
  const quarter = withDistrictFigures(goldOf(rows, 15, district), rows)
  return [
    ...differences(silver(rows), await found(lake, 'silver.readings', SILVER)),
    ...differences(five, await found(lake, 'gold.intersection_metrics', WINDOW('intersection_id, district'))),
    ...differences(quarter, await found(lake, 'gold.district_analytics', WINDOW('district'))),
    ...differences(goldOf(rows, 60, district), await found(lake, 'gold.hourly_summary', WINDOW('district'))),
  ].slice(0, 20)
}

function silver(rows: readonly Row[]): Gold {
  return new Map(
    rows.map(row => [
      `${row.timeMs}|${row.sensor}`,
      {
        position: row.position,
        intersection_id: row.site,
        district: row.district,
        interval_s: row.intervalS,
        local_day: row.localDay,
        local_hour: row.localHour,
        vehicles: row.meant.vehicles,
        speed_kmh:
          row.meant.speedMph === null ? null : Math.floor(row.meant.speedMph * 1609.344 + 0.5) / 1000,
        occupancy: row.meant.occupancy,
        wait_s: row.meant.waitS,
        queue_veh: row.meant.queue,
        vehicles_car: row.meant.types[0] ?? null,
        vehicles_truck: row.meant.types[1] ?? null,
        vehicles_motorcycle: row.meant.types[2] ?? null,
        vehicles_bus: row.meant.types[3] ?? null,
      },
    ]),
  )
}

const SILVER = `toInt64(toUnixTimestamp64Milli(measured_at)) AS at, toString(sensor_id) AS key,
  * REPLACE (toFloat64(speed_kmh) AS speed_kmh, toFloat64(occupancy) AS occupancy, toFloat64(wait_s) AS wait_s), toInt32(local_date) AS local_day`

const WINDOW = (keys: string) =>
  `toInt64(toUnixTimestamp(window_start)) * 1000 AS at, concatWithSeparator('|', ${keys}) AS key, *`

async function found(lake: Lake, table: string, columns: string): Promise<Gold> {
  const rows = await lake.query<Record<string, number | string | null>>(`SELECT ${columns} FROM ${table}`)
  const gold: Gold = new Map()
  for (const row of rows) {
    const name = `${row['at'] ?? ''}|${row['key'] ?? ''}`
    // A key that is there twice is a difference too.
    gold.set(gold.has(name) ? `${name} again` : name, row)
  }
  return gold
}
