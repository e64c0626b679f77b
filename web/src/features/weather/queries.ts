import { DAY_MS, HOUR_MS } from '../../../../src/serve/contract/spans.ts'
import { z } from 'zod'
import { iso, PAGE, queryText } from '../../api/query-text.ts'
import { instant, maybeNumber, maybeText, rowsQuery } from '../../api/rows.ts'

/** Stations send each 5 to 60 minutes: the newest of each is among these. */
const RECENT_MS = 3 * HOUR_MS
const AHEAD_MS = DAY_MS

const measures = {
  temperature_c: maybeNumber,
  humidity: maybeNumber,
  precipitation_mm_h: maybeNumber,
  visibility_km: maybeNumber,
  wind_speed_kmh: maybeNumber,
  condition: maybeText,
  dew_point_c: maybeNumber,
  pressure_hpa: maybeNumber,
  road_state: maybeText,
  road_temperature_c: maybeNumber,
  snow_depth_mm: maybeNumber,
}
const WeatherRow = z.object({
  station_id: z.string(),
  observed_at: instant,
  latitude: maybeNumber,
  longitude: maybeNumber,
  ...measures,
})
const ForecastRow = z.object({
  station_id: z.string(),
  issued_at: instant,
  valid_at: instant,
  precipitation_probability: maybeNumber,
  ...measures,
})
const StationRow = z.object({
  station_id: z.string(),
  name: maybeText,
  latitude: z.coerce.number(),
  longitude: z.coerce.number(),
  elevation_m: maybeNumber,
  provider: maybeText,
})
export type WeatherRow = z.infer<typeof WeatherRow>
export type ForecastRow = z.infer<typeof ForecastRow>
export type StationRow = z.infer<typeof StationRow>

/** Observations of the last hours before `nowMs`, which is in whole ten minutes. */
export const weatherQuery = (nowMs: number) =>
  rowsQuery(
    `/v1/weather?${queryText({ from: iso(nowMs - RECENT_MS), order: 'desc', limit: PAGE })}`,
    WeatherRow,
  )

export const stationsQuery = rowsQuery(`/v1/stations?limit=${PAGE}`, StationRow, 5 * 60_000)

/** What is foretold for the next day at a station. */
export const forecastQuery = (station: string, nowMs: number) =>
  rowsQuery(
    `/v1/weather-forecasts?${queryText({ station_id: station, from: iso(nowMs), to: iso(nowMs + AHEAD_MS), limit: PAGE })}`,
    ForecastRow,
    5 * 60_000,
  )
