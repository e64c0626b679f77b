import { joined, without } from '../../core/ranges.ts'
import type { Range } from '../../core/ranges.ts'

/** What is known of the positions from the log's beginning to its end. */
export interface Standing {
  /** Positions of the records that are there. */
  readonly kept: readonly Range[]
  /** Positions that no record ever had; null where nobody kept a list of them. */
  readonly skipped: readonly Range[] | null
  /** Positions of which it was found before that nobody can tell. */
  readonly doubts: readonly Range[]
  /** Positions of losses that are written down already. */
  readonly recorded: readonly Range[]
  /** First position that retention has not dropped. */
  readonly floor: number
  /** Every position below it was given to a record, or skipped. */
  readonly sure: number
  /** No record at or after it was ever acknowledged; at least `sure`. */
  readonly atMost: number
  /** Where positions go on. */
  readonly next: number
}

export interface Account {
  /** Acknowledged for sure, and gone. */
  readonly lost: readonly Range[]
  /** Perhaps acknowledged, and gone. */
  readonly doubtful: readonly Range[]
  /** Positions that no record ever had, with those that a crash has just left. */
  readonly skipped: readonly Range[]
}

/**
 * Explains every position: there, dropped, never used, or lost. What nothing else explains is lost. Without a list of
 * what was never used nobody can tell that from a loss: then it is doubtful.
 */
export function account({ kept, skipped, doubts, recorded, floor, sure, atMost, next }: Standing): Account {
  const explained = [...kept, ...recorded, ...(skipped ?? [])]
  const missing = without([{ from: floor, to: sure }], explained)
  const lost = skipped === null ? [] : without(missing, doubts)
  const beyond = without([{ from: Math.max(floor, sure), to: atMost }], explained)
  const unused = without([{ from: Math.max(sure, atMost), to: next }], [...kept, ...recorded])
  return {
    lost,
    doubtful: joined([...without(missing, lost), ...beyond]),
    skipped: joined([...(skipped ?? []), ...unused]),
  }
}

/** What tells how far the newest segment was acknowledged. */
export interface Evidence {
  /** Was the log closed in order, so that `known` is where it ended? */
  readonly clean: boolean
  /** Was the newest segment begun and nothing in it ever answered for? */
  readonly isBlank: boolean
  /** Position after the last record that is there, that a sidecar, the positions file or the lake names. */
  readonly sure: number
  /** Is the newest segment gone, or empty although it is known to have held records? */
  readonly isGone: boolean
  /** Does its file end with bytes that are no whole frame? */
  readonly isTorn: boolean
  /** Position after a frame at its end whose header is whole and whose bytes all lie there; null if it is not so. */
  readonly tornEnd: number | null
  readonly sidecar: 'missing' | 'damaged' | 'whole'
  /** Has the machine been up since? Then what a killed process had written is there, synced or not. */
  readonly isSameBoot: boolean
  /** No position at or after it was given. */
  readonly next: number
}

/**
 * First position that no acknowledged record had. A crash alone leaves an unfinished write at the end, and a sidecar that
 * is whole (or short, where the machine went down with it): then what is sure is all there was. Anything else was damaged.
 */
export function acknowledgedAtMost(evidence: Evidence): number {
  const { clean, isBlank, sure, isGone, isTorn, tornEnd, sidecar, isSameBoot, next } = evidence
  const isWitnessed = sidecar === 'whole' && isSameBoot
  if (clean || isBlank || isWitnessed) return sure
  if (isGone) return Math.max(sure, next)
  if (!isTorn) return sure
  if (sidecar !== 'missing' && !isSameBoot) return sure
  return Math.max(sure, tornEnd ?? next)
}
