import type { DistrictAnalytics, HourlySummary } from '../../../src/serve/contract/index.ts'
import { combine } from './combine.ts'
import { trendOf, type Trend } from './trend.ts'

export const QUARTER_MS = 15 * 60_000
/** Quarters in an hour: what an hour's count is divided by. */
const QUARTERS = 4

export interface CityTrends {
  readonly speed: Trend
  readonly vehicles: Trend
  readonly wait: Trend
}

export interface CityTrendSource {
  readonly recent: readonly DistrictAnalytics[]
  readonly hours: readonly HourlySummary[]
  /** Null: the whole city. */
  readonly district: string | null
  /** End of the last finished quarter-hour. */
  readonly endMs: number
  readonly timeZone: string
}

/** The last 24 hours by quarter-hours beside yesterday and the usual of two weeks. Unfinished windows are left out: half a count is no count. */
export function cityTrends({ recent, hours, district, endMs, timeZone }: CityTrendSource): CityTrends {
  const chosen = <T extends { district: string }>(rows: readonly T[]) =>
    district === null ? rows : rows.filter(row => row.district === district)
  const source = {
    recent: combine(chosen(recent), QUARTER_MS),
    earlier: combine(chosen(hours), QUARTERS * QUARTER_MS),
    recentStepMs: QUARTER_MS,
    earlierStepMin: 60,
    endMs,
    timeZone,
  }
  return {
    speed: trendOf(source, row => row.speedKmh),
    vehicles: trendOf(source, row => row.vehicles, 1 / QUARTERS),
    wait: trendOf(source, row => row.waitS),
  }
}
