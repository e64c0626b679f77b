/** How much of what a whole dataset had it still has. */
export interface Kept {
  /** Records that it had. */
  readonly before: number
  /** Records that it has now. */
  readonly now: number
  /** Those that are among both; the rest of what it had would be withdrawn. */
  readonly kept: number
}

/** A loss that paused the job, and what somebody said of it. */
export interface KnownLoss extends Kept {
  readonly accepted: boolean
}

/** In a set of a handful of records many come and go: fewer than these say nothing. */
const FEW_WITHDRAWN = 10

/**
 * Whether so much of a dataset is gone that it is a mistake more likely than the truth: a set that was published by half, whose ids
 * were all given anew, or that can't be read any more.
 *
 * @param known what somebody accepted is no question again, but for a dataset that has lost as much once more
 */
export function isSharpLoss(kept: Kept, known: KnownLoss | null, maxWithdrawnShare: number): boolean {
  if (!isSharp(kept.before, kept.kept, maxWithdrawnShare)) return false
  if (known?.accepted !== true) return true
  return isSharp(known.now, kept.now, maxWithdrawnShare) || isSharp(known.kept, kept.kept, maxWithdrawnShare)
}

function isSharp(before: number, left: number, maxWithdrawnShare: number): boolean {
  const gone = before - left
  return gone >= FEW_WITHDRAWN && gone > before * maxWithdrawnShare
}
