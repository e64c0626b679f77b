import type { z } from 'zod'
import type { ColumnComments } from '../../lake/publish/index.ts'
import { DistrictAnalytics, HourlySummary, IntersectionMetrics } from '../../serve/contract/index.ts'

/** What a table's contract says of its columns, with their units. */
function said(contract: z.ZodObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(contract.shape).flatMap(([name, field]) => {
      const { description = '', unit } = (field as z.ZodType).meta() ?? {}
      const text = typeof unit === 'string' ? `${description} (${unit})`.trim() : description
      return text === '' ? [] : [[name, text]]
    }),
  )
}

const READINGS = {
  measured_at: 'when it was measured (UTC)',
  sensor_id: 'the sensor',
  intersection_id: 'the site of the sensor',
  district: 'the district of the site',
  vehicles: 'vehicles in the interval (veh)',
  speed_kmh: 'mean speed (km/h)',
  occupancy: 'share of the interval with a vehicle over the sensor, 0–1',
  wait_s: 'mean wait (s)',
  queue_veh: 'queue (veh)',
  signal_state: 'red, yellow or green',
  latitude: 'degrees north (°)',
  longitude: 'degrees east (°)',
  interval_s: 'length of the interval (s)',
  local_date: 'day by the clock of the city',
  local_hour: 'hour of day by the clock of the city',
  local_weekday: '1 Monday to 7 Sunday by the clock of the city',
}

/** What is said of the columns of tables that no stream declares. */
export const COLUMN_COMMENTS: ColumnComments = {
  'silver.readings': READINGS,
  'silver.conflicts': READINGS,
  'gold.intersection_metrics': said(IntersectionMetrics),
  'gold.district_analytics': said(DistrictAnalytics),
  'gold.hourly_summary': said(HourlySummary),
}
