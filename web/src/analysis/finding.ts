import { timeOf, type Series } from './series.ts'

/** Under this, "as usual" is the truth. */
export const SAME = 0.03
/** A tenth is what people notice; below it is the day's own noise. */
export const NOTICEABLE = 0.1
/** One slot that goes the other way does not end a state that holds before and after it. */
const FORGIVEN_SLOTS = 1

/** `near`: a figure says "5 % slower", and no sentence makes more or less of it. */
export type Direction = 'above' | 'below' | 'near' | 'same'

export interface Finding {
  readonly direction: Direction
  /** Since when it has been so; null when since before the first slot compared, or not above or below. */
  readonly sinceMs: number | null
  /** It has been so for the whole series. */
  readonly throughout: boolean
  /** Present value over its baseline, minus 1; 0.12 is 12 % more. */
  readonly change: number
}

/**
 * How the present stands to its baseline, and since when; null without values or baseline.
 *
 * @param standing change of the live figure that stands beside the sentence, where there is one: then only what both it
 *   and the newest slot say is said, and null where they differ
 */
export function findDeviation(
  now: Series,
  baseline: readonly (number | null)[],
  standing: number | null = null,
): Finding | null {
  const changes = now.values.map((value, slot) => changeOf(value, baseline[slot] ?? null))
  const last = changes.findLastIndex(change => change !== null)
  const newest = changes[last] ?? null
  if (newest === null) return null
  const change = standing ?? newest
  const direction = agreed(newest, change)
  if (direction === null) return null
  const since = direction === 'same' || direction === 'near' ? null : firstOf(changes, last, direction)
  if (since === null) return { direction, sinceMs: null, throughout: false, change }
  const compared = changes.findIndex(known => known !== null)
  return {
    direction,
    sinceMs: since === compared ? null : timeOf(now, since),
    throughout: since === 0,
    change,
  }
}

/** Relative change against a baseline; null when either is missing or the baseline is 0. */
export function changeOf(value: number | null, baseline: number | null): number | null {
  if (value === null || baseline === null || baseline === 0) return null
  return value / baseline - 1
}

export function directionOf(change: number): Direction {
  if (Math.abs(change) < SAME) return 'same'
  if (Math.abs(change) <= NOTICEABLE) return 'near'
  return change > 0 ? 'above' : 'below'
}

/** What two figures both say; null when one denies the other. */
function agreed(a: number, b: number): Direction | null {
  const [one, other] = [directionOf(a), directionOf(b)]
  if (one === other) return one
  const small = (direction: Direction) => direction === 'same' || direction === 'near'
  if (small(one) && small(other)) return 'near'
  // "5 % slower" and "15 % slower" are both slower; "as usual" and "15 % slower" are not.
  if (a * b < 0 || one === 'same' || other === 'same') return null
  return small(one) ? other : one
}

/** The first slot of the present run; null when the newest slots are no part of it. */
function firstOf(changes: readonly (number | null)[], last: number, direction: Direction): number | null {
  let first: number | null = null
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
