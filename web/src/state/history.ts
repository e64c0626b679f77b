import type { Coverage } from '../analysis/coverage.ts'
import type { Finding } from '../analysis/finding.ts'
import type { DayFacts } from '../analysis/history-rows.ts'
import { DAY_MS } from '../../../src/serve/contract/spans.ts'
import { lastSlot, timeOf } from '../analysis/series.ts'
import { findingOf, type Trend } from '../analysis/trend.ts'

const QUARTER_MS = 15 * 60_000

export type Quantity = 'speed' | 'vehicles' | 'wait'

const PHRASES = {
  speed: { above: 'Faster than', below: 'Slower than', same: 'Speeds', plain: 'Speed' },
  vehicles: { above: 'Busier than', below: 'Quieter than', same: 'Traffic', plain: 'Vehicles' },
  wait: { above: 'Longer waits than', below: 'Shorter waits than', same: 'Waits', plain: 'Waiting time' },
} as const

/**
 * What a chart says, as its title: "Slower than usual since 16:50". It claims something of the present only where the
 * present was measured, and nothing else than the figure beside it says.
 *
 * @param standing change of the live figure that stands beside the chart, null where there is none
 * @param clock    renders an instant in the city's time
 * @param silentSinceMs newest reading of what is silent now; null while it reports
 */
export function headline(
  quantity: Quantity,
  trend: Trend,
  standing: number | null,
  clock: (atMs: number) => string,
  silentSinceMs: number | null = null,
): string {
  const phrase = PHRASES[quantity]
  const byCameraMs = trend.coverage.kind === 'enough' ? cameraSinceMs(trend) : null
  // Cameras overlook some: what they count is compared with nothing.
  if (byCameraMs !== null) return `${phrase.plain}, counted by camera since ${clock(byCameraMs)}`
  const gaps = gapWords(
    silentSinceMs === null ? trend.coverage : silence(trend.coverage, silentSinceMs),
    clock,
  )
  if (gaps !== null) return `${phrase.plain}, ${gaps}`
  const finding = findingOf(trend, standing)
  if (finding === null || trend.against === null) return `${phrase.plain} over the last 24 hours`
  return claim(phrase, finding, trend.against, clock)
}

/** Since when the newest slots are counted by cameras; null where the newest measured one is not. */
export function cameraSinceMs({ now, byCamera }: Trend): number | null {
  const last = lastSlot(now)
  if (last === null || byCamera[last] !== true) return null
  const before = now.values.findLastIndex(
    (value, slot) => slot < last && value !== null && byCamera[slot] !== true,
  )
  return timeOf(
    now,
    byCamera.findIndex((counted, slot) => slot > before && counted),
  )
}

function claim(
  phrase: (typeof PHRASES)[Quantity],
  { direction, sinceMs, throughout }: Finding,
  against: NonNullable<Trend['against']>,
  clock: (atMs: number) => string,
): string {
  switch (direction) {
    case 'same':
      return `${phrase.same} as ${against}`
    case 'near':
      return `${phrase.same} near ${against === 'usual' ? 'the usual' : 'yesterday’s'}`
    default: {
      const since = sinceMs !== null ? ` since ${clock(sinceMs)}` : throughout ? ' for over 24 hours' : ''
      return `${phrase[direction]} ${against}${since}`
    }
  }
}

/** What is silent has no present, however much of the day was measured. */
function silence(coverage: Coverage, endedMs: number): Coverage {
  return coverage.kind === 'enough' || coverage.kind === 'broken' ? { kind: 'ended', endedMs } : coverage
}

/** Why nothing can be compared; null where enough was measured. */
function gapWords(coverage: Coverage, clock: (atMs: number) => string): string | null {
  switch (coverage.kind) {
    case 'none':
      return 'not measured in the last 24 hours'
    case 'sparse':
      return `measured for ${span(coverage.measuredMs)} of the last 24 hours`
    case 'ended':
      return `not measured since ${clock(coverage.endedMs)}`
    case 'broken':
      return 'with gaps in the last hour'
    default:
      return null
  }
}

function span(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  return minutes < 60 ? `${minutes} minutes` : `${Math.round(minutes / 60)}`
}

export interface EmptyWords {
  readonly title: string
  readonly detail: string
}

/** Why there is no chart; `newestMs` is the newest reading of what is drawn. It never says "nothing" beside a reading that there was. */
export function noChartWords(
  { newestMs, endMs, readings, measures }: DayFacts & { readonly newestMs: number | null },
  clock: (atMs: number) => string,
  stepMs: number,
): EmptyWords {
  const quarter = stepMs === QUARTER_MS
  if (readings > 0 && !measures)
    return {
      title: 'No speed, wait or count in the last 24 hours',
      detail: 'Readings came, but none of them carried one.',
    }
  if (readings > 0)
    return {
      title: quarter ? 'No whole quarter-hour was measured yet' : 'No whole five minutes were measured yet',
      detail: 'A part of one would look like less traffic than there was.',
    }
  if (newestMs === null || newestMs < endMs - DAY_MS)
    return { title: 'Nothing was measured in the last 24 hours', detail: '' }
  return {
    title: quarter ? 'The first quarter-hour is not over yet' : 'The first five minutes are not over yet',
    detail: `The charts begin at ${clock(Math.max(endMs, Math.floor(newestMs / stepMs) * stepMs) + stepMs)}.`,
  }
}
