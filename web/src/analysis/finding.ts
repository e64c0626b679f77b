import { median, timeOf, type Series } from './series.ts'

/** A tenth is what people notice; below it is the day's own noise. */
const NOTICEABLE = 0.1
/** One slot that goes the other way does not end a state that holds before and after it. */
const FORGIVEN_SLOTS = 1
/** The present state is judged by the newest slots together. */
const PRESENT_SLOTS = 2

export type Direction = 'above' | 'below' | 'as-usual'

export interface Finding {
  readonly direction: Direction
  /** Since when it has been so; null when since before the first slot compared, or as usual. */
  readonly sinceMs: number | null
  /** It has been so for the whole series. */
  readonly throughout: boolean
  /** Present value over its baseline, minus 1; 0.12 is 12 % more. */
  readonly change: number
}

/**
 * How the newest values stand to their baseline, and since when; null without values or baseline. As usual when the
 * newest slot alone, whose figures stand beside it, goes the other way.
 */
export function findDeviation(now: Series, baseline: readonly (number | null)[]): Finding | null {
  const changes = now.values.map((value, slot) => changeOf(value, baseline[slot] ?? null))
  const last = changes.findLastIndex(change => change !== null)
  if (last === -1) return null
  const present = median(
    changes.slice(Math.max(0, last - PRESENT_SLOTS + 1), last + 1).filter(c => c !== null),
  )
  if (present === null) return null
  const newest = changes[last] ?? 0
  const direction = newest * present > 0 ? directionOf(present) : 'as-usual'
  if (direction === 'as-usual') return { direction, sinceMs: null, throughout: false, change: present }

  const first = firstOf(changes, last, direction)
  const compared = changes.findIndex(change => change !== null)
  return {
    direction,
    sinceMs: first === compared ? null : timeOf(now, first),
    throughout: first === 0,
    change: present,
  }
}

/** Relative change against a baseline; null when either is missing or the baseline is 0. */
export function changeOf(value: number | null, baseline: number | null): number | null {
  if (value === null || baseline === null || baseline === 0) return null
  return value / baseline - 1
}

export function directionOf(change: number): Direction {
  if (change > NOTICEABLE) return 'above'
  return change < -NOTICEABLE ? 'below' : 'as-usual'
}

function firstOf(changes: readonly (number | null)[], last: number, direction: Direction): number {
  let first = last
  let others = 0
  for (let slot = last; slot >= 0; slot--) {
    const change = changes[slot] ?? null
    if (change === null) continue
    if (directionOf(change) === direction) {
      first = slot
      others = 0
    } else if (++others > FORGIVEN_SLOTS) break
  }
  return first
}
