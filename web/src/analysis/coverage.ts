import { timeOf, type Series } from './series.ts'
import { HOUR_MS } from '../../../src/serve/contract/spans.ts'

/** Of the day: below, a line is mostly gaps, and no sentence may speak of the day. */
const DAY_SHARE = 0.5
/** Of the last hour: below, nothing is said of the present. */
const PRESENT_SHARE = 0.5
const PRESENT_MS = HOUR_MS
/** The newest slot may end this long ago and still be the present. */
const FRESH_MS = 30 * 60_000

/**
 * How much of a series was measured, as far as sentences go:
 * - `none`: nothing; `sparse`: less than half of it;
 * - `ended`: its newest slot is over half an hour old; `broken`: less than half of the last hour;
 * - `enough`: the present may be compared.
 */
export type Coverage =
  | { readonly kind: 'none' | 'enough' | 'broken' }
  | { readonly kind: 'sparse'; readonly measuredMs: number }
  | { readonly kind: 'ended'; readonly endedMs: number }

export function coverageOf(series: Series): Coverage {
  const { values, stepMs } = series
  const last = values.findLastIndex(value => value !== null)
  if (last === -1) return { kind: 'none' }
  const measured = values.filter(value => value !== null).length
  if (measured < values.length * DAY_SHARE) return { kind: 'sparse', measuredMs: measured * stepMs }
  const endedMs = timeOf(series, last + 1)
  if (timeOf(series, values.length) - endedMs > FRESH_MS) return { kind: 'ended', endedMs }
  const hour = values.slice(-Math.max(1, Math.round(PRESENT_MS / stepMs)))
  const present = hour.filter(value => value !== null).length / hour.length
  return { kind: present < PRESENT_SHARE ? 'broken' : 'enough' }
}
