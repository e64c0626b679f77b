import type { Combined } from './combine.ts'
import { coverageOf, type Coverage } from './coverage.ts'
import { changeOf, findDeviation, type Finding } from './finding.ts'
import { toSeries, type Point, type Series } from './series.ts'
import { usualFor, type Usual } from './usual.ts'
import { DAY_MS } from '../../../src/serve/contract/spans.ts'

/** Fewer slots in common say more of the slots than of the day. */
const YESTERDAY_MIN_SLOTS = 4

/** One measure over the last 24 hours beside yesterday and the usual. */
export interface Trend {
  readonly now: Series
  readonly yesterday: Series
  readonly usual: Usual | null
  /** Slots of `now` that cameras counted, because no loop reported. */
  readonly byCamera: readonly boolean[]
  /** How much of the 24 hours was measured; only `enough` lets anything be compared. */
  readonly coverage: Coverage
  /** What the present is compared with; null where there is too little of either. */
  readonly against: 'usual' | 'yesterday' | null
  /** What is compared with, by the slots of `now`; null as `against` is. */
  readonly baseline: readonly (number | null)[] | null
  /** The baseline at an instant, that of `now`'s end and a little after it too. */
  readonly baselineAt: (atMs: number) => number | null
}

export interface TrendSource {
  /** The last 48 hours, the window that is still open among them. */
  readonly recent: readonly Combined[]
  /** Earlier days; null while or where they are not known: then nothing is compared. */
  readonly earlier: readonly Combined[] | null
  /** Slot length of `recent`. */
  readonly stepMs: number
  /** Slot length of the usual: earlier values of a slot count together. */
  readonly usualStepMin: number
  /** End of the last finished window. */
  readonly endMs: number
  readonly timeZone: string
}

export function trendOf(source: TrendSource, pick: (row: Combined) => number | null): Trend {
  const { recent, earlier, stepMs, usualStepMin, endMs, timeZone } = source
  const points = (rows: readonly Combined[], shiftMs = 0): Point[] =>
    rows.map(row => ({ atMs: row.atMs + shiftMs, value: pick(row) }))
  const startMs = endMs - DAY_MS
  const now = toSeries(points(recent), startMs, endMs, stepMs)
  // One slot longer than now: the present lies in the window that is not finished yet.
  const before = toSeries(points(recent, DAY_MS), startMs, endMs + stepMs, stepMs)
  const yesterday = { ...before, values: before.values.slice(0, now.values.length) }
  const usual = usualFor(now, points(earlier ?? []), usualStepMin, timeZone)
  const coverage = coverageOf(now)
  const against = earlier === null || coverage.kind !== 'enough' ? null : choose(now, yesterday, usual)
  const yesterdayAt = (atMs: number) => before.values[Math.floor((atMs - startMs) / stepMs)] ?? null
  return {
    now,
    yesterday,
    usual,
    byCamera: slotsByCamera(recent, now),
    coverage,
    against,
    baseline:
      against === null ? null : against === 'usual' && usual !== null ? usual.middle : yesterday.values,
    baselineAt: atMs =>
      against === null ? null : against === 'usual' && usual !== null ? usual.at(atMs) : yesterdayAt(atMs),
  }
}

/** How the present stands; `standing` is the change of the newer figure beside it. Null where nothing may be compared. */
export function findingOf({ now, baseline }: Trend, standing: number | null = null): Finding | null {
  return baseline === null ? null : findDeviation(now, baseline, standing)
}

/** Middle of the five minutes that a live figure is of, counted back from its newest reading. */
const LIVE_MIDDLE_MS = 150_000

/** Change of a live figure of the five minutes up to `atMs`; null where nothing may be compared. */
export function changeAt(trend: Trend, value: number | null, atMs: number): number | null {
  return changeOf(value, trend.baselineAt(atMs - LIVE_MIDDLE_MS))
}

function slotsByCamera(recent: readonly Combined[], { startMs, stepMs, values }: Series): boolean[] {
  const starts = new Set(recent.filter(({ byCamera }) => byCamera).map(({ atMs }) => atMs))
  return values.map((value, slot) => value !== null && starts.has(startMs + slot * stepMs))
}

function choose(now: Series, yesterday: Series, usual: Usual | null): Trend['against'] {
  if (usual !== null) return 'usual'
  return sharedSlots(now, yesterday) >= YESTERDAY_MIN_SLOTS ? 'yesterday' : null
}

function sharedSlots(a: Series, b: Series): number {
  return a.values.filter((value, slot) => value !== null && (b.values[slot] ?? null) !== null).length
}
