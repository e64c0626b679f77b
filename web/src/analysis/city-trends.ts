import type { DistrictAnalytics, DistrictQuarter } from '../../../src/serve/contract/index.ts'
import { combine } from './combine.ts'
import { earlierOf } from './history-rows.ts'
import { trendOf, type Trend } from './trend.ts'

export const QUARTER_MS = 15 * 60_000

export interface CityTrends {
  readonly speed: Trend
  readonly vehicles: Trend
  readonly wait: Trend
}

export interface CityHistory {
  /** Two days by 15 minutes. */
  readonly recent: readonly DistrictAnalytics[]
  /** The two weeks before the last day by 15 minutes; they may overlap with `recent`. Null: not known, nothing is compared. */
  readonly quarters: readonly DistrictQuarter[] | null
  /** End of the last finished quarter-hour. */
  readonly endMs: number
  readonly timeZone: string
}

/** The last 24 hours by quarter-hours beside yesterday and the usual of two weeks; `district` null is the whole city. */
export function cityTrends(
  { recent, quarters, endMs, timeZone }: CityHistory,
  district: string | null,
): CityTrends {
  const source = {
    recent: combine(chosen(recent, district), QUARTER_MS),
    earlier:
      quarters === null ? null : combine(chosen(earlierOf(recent, quarters, endMs), district), QUARTER_MS),
    stepMs: QUARTER_MS,
    usualStepMin: QUARTER_MS / 60_000,
    endMs,
    timeZone,
  }
  return {
    speed: trendOf(source, row => row.speedKmh),
    vehicles: trendOf(source, row => row.vehicles),
    wait: trendOf(source, row => row.waitS),
  }
}

/** Rows of one district; null: of all. */
export function chosen<T extends { district: string }>(
  rows: readonly T[],
  district: string | null,
): readonly T[] {
  return district === null ? rows : rows.filter(row => row.district === district)
}

/** The rows with those that the live stream knows better or only it knows yet: the same figures on every card and chart. */
export function withLive(
  rows: readonly DistrictAnalytics[],
  live: readonly DistrictAnalytics[],
): readonly DistrictAnalytics[] {
  const key = (row: DistrictAnalytics) => `${Date.parse(row.window_start)} ${row.district}`
  const newer = new Map(live.map(row => [key(row), row]))
  return [...rows.filter(row => !newer.has(key(row))), ...newer.values()]
}
