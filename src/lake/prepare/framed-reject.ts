import { isPresent } from '../once/held-positions.ts'
import type { Present } from '../once/held-positions.ts'

/** A refused line with what its frame knows of it. */
export interface FramedReject {
  readonly position: number
  /** Whose line it is: `readings`, or the name of a stream. */
  readonly stream: string
  readonly reasons: readonly string[]
  /** The line without its LF, byte for byte. */
  readonly line: Uint8Array
  readonly arrivedAtMs: number
  readonly source: string
  readonly oversize: boolean
}

/** How many lines of each stream quarantine gets. @param present what it has already */
export function refusedByStream(rejects: readonly FramedReject[], present: Present): Map<string, number> {
  const refused = new Map<string, number>()
  for (const { stream, position } of rejects)
    if (!isPresent(present, position)) refused.set(stream, (refused.get(stream) ?? 0) + 1)
  return refused
}

/** A stretch of the log with refused lines in it. */
export interface RefusedRun {
  readonly from: number
  /** Exclusive. */
  readonly upto: number
  /** Refused lines in it. */
  readonly lines: number
}

/** At most so many stretches are told of one batch, because each costs time on its way between threads. */
const MAX_RUNS = 4096

/** Where the refused lines stand in the log: neighbours together, and all the coarser the more there are. */
export function refusedRuns(rejects: readonly { readonly position: number }[]): RefusedRun[] {
  let runs: Run[] = []
  for (const { position } of rejects) {
    const last = runs.at(-1)
    if (last?.upto === position) {
      last.upto++
      last.lines++
    } else runs.push({ from: position, upto: position + 1, lines: 1 })
  }
  while (runs.length > MAX_RUNS) runs = pairs(runs)
  return runs
}

type Run = { -readonly [key in keyof RefusedRun]: RefusedRun[key] }

function pairs(runs: readonly RefusedRun[]): Run[] {
  const merged: Run[] = []
  for (const [i, b] of runs.entries()) {
    const a = merged.at(-1)
    if (i % 2 === 0 || a === undefined) {
      merged.push({ ...b })
      continue
    }
    a.from = Math.min(a.from, b.from)
    a.upto = Math.max(a.upto, b.upto)
    a.lines += b.lines
  }
  return merged
}
