import { createHash } from 'node:crypto'
import type { WireRecord } from '../reader.ts'

/** Marks of rows that are in quarantine already, of which the last was seen last. */
export type KnownRefused = ReadonlySet<string>

/** A dataset with more bad rows than this has the oldest of them in quarantine once more. */
const KEEP_REFUSED = 200_000
const MARK_CHARS = 22

/**
 * Leaves out what is in quarantine already: the same row for the same reason, of whatever download.
 *
 * @param reasons why rows are refused; what has none is no matter of this
 */
export function refusedAnew(
  lines: readonly WireRecord[],
  reasons: ReadonlyMap<WireRecord, readonly string[]>,
  before: KnownRefused,
): { readonly lines: readonly WireRecord[]; readonly known: KnownRefused } {
  const known = new Set(before)
  const anew = lines.filter(line => {
    const why = reasons.get(line)
    if (why === undefined) return true
    const mark = markOf(line, why)
    const isKnown = known.delete(mark)
    known.add(mark)
    return !isKnown
  })
  return { lines: anew, known: new Set([...known].slice(-KEEP_REFUSED)) }
}

function markOf(line: WireRecord, why: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([line, why]))
    .digest('base64url')
    .slice(0, MARK_CHARS)
}
