import type { Combined } from './combine.ts'
import { findDeviation, type Finding } from './finding.ts'
import { toSeries, type Point, type Series } from './series.ts'
import { usualFor, type Usual } from './usual.ts'

export const DAY_MS = 86_400_000
/** Fewer slots in common say more of the slots than of the day. */
const YESTERDAY_MIN_SLOTS = 4

/** One measure over the last 24 hours beside yesterday and the usual. */
export interface Trend {
  readonly now: Series
  readonly yesterday: Series
  readonly usual: Usual | null
  /** What the present is compared with: the usual, else yesterday; null where there is too little of it. */
  readonly baseline: readonly (number | null)[] | null
  /** Against the baseline. */
  readonly finding: Finding | null
  readonly against: 'usual' | 'yesterday' | null
}

export interface TrendSource {
  /** The last 48 hours. */
  readonly recent: readonly Combined[]
  /** Earlier days. */
  readonly earlier: readonly Combined[]
  /** Slot lengths of the two. */
  readonly recentStepMs: number
  readonly earlierStepMin: number
  /** End of the last slot shown. */
  readonly endMs: number
  readonly timeZone: string
}

/** @param perSlot multiplies an earlier value into one of a recent slot: counts of an hour into counts of a quarter */
export function trendOf(source: TrendSource, pick: (row: Combined) => number | null, perSlot = 1): Trend {
  const { recent, earlier, recentStepMs, earlierStepMin, endMs, timeZone } = source
  const points = (rows: readonly Combined[], factor: number, shiftMs = 0): Point[] =>
    rows.map(row => {
      const value = pick(row)
      return { atMs: row.atMs + shiftMs, value: value === null ? null : value * factor }
    })
  const startMs = endMs - DAY_MS
  const now = toSeries(points(recent, 1), startMs, endMs, recentStepMs)
  const yesterday = toSeries(points(recent, 1, DAY_MS), startMs, endMs, recentStepMs)
  const usual = usualFor(now, points(earlier, perSlot), earlierStepMin, timeZone)
  const baseline =
    usual?.middle ?? (sharedSlots(now, yesterday) >= YESTERDAY_MIN_SLOTS ? yesterday.values : null)
  const finding = baseline === null ? null : findDeviation(now, baseline)
  return {
    now,
    yesterday,
    usual,
    baseline,
    finding,
    against: finding === null ? null : usual === null ? 'yesterday' : 'usual',
  }
}

function sharedSlots(a: Series, b: Series): number {
  return a.values.filter((value, slot) => value !== null && (b.values[slot] ?? null) !== null).length
}
