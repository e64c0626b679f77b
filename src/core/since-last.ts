/** A line of a stream whose newest version counts, as a feed gives it. */
export interface VersionedLine {
  readonly updated_at: string
  readonly withdrawn?: true
}

export interface SinceLast<L extends VersionedLine> {
  readonly idOf: (line: L) => string
  /** What is over is dropped from feeds because it is over, not because it was called off. */
  readonly isOver: (line: L) => boolean
  /** What the last reading had and this one has not is withdrawn: say so only of a feed that was read whole. */
  readonly withdrawMissing: boolean
  readonly nowMs: number
}

/**
 * What a feed says otherwise than at its last reading. A change without a newer time of its own gets one, so that it
 * counts; what is as it was keeps the version it had, also where the exporter stamps everything anew.
 *
 * @returns `all`: the next reading's `previous`; what was withdrawn stays in it, so that it gets a newer version when it comes back
 */
export function sinceLast<L extends VersionedLine>(
  now: readonly L[],
  previous: readonly L[],
  { idOf, isOver, withdrawMissing, nowMs }: SinceLast<L>,
): { lines: L[]; all: L[]; unchanged: number } {
  const before = new Map(previous.map(line => [idOf(line), line]))
  const lines: L[] = []
  const all: L[] = []
  for (const line of now) {
    const known = before.get(idOf(line))
    before.delete(idOf(line))
    if (known !== undefined && isSame(known, line)) {
      all.push(known)
      continue
    }
    const told =
      known !== undefined && line.updated_at <= known.updated_at
        ? { ...line, updated_at: later(known) }
        : line
    lines.push(told)
    all.push(told)
  }
  const unchanged = all.length - lines.length
  for (const gone of before.values()) {
    if (isOver(gone)) continue
    const isTold = gone.withdrawn === true || !withdrawMissing
    const last: L = isTold ? gone : { ...gone, updated_at: later(gone, nowMs), withdrawn: true }
    if (!isTold) lines.push(last)
    all.push(last)
  }
  return { lines, all, unchanged }
}

function isSame(a: VersionedLine, b: VersionedLine): boolean {
  return JSON.stringify({ ...a, updated_at: '' }) === JSON.stringify({ ...b, updated_at: '' })
}

function later({ updated_at }: VersionedLine, atLeastMs = 0): string {
  return new Date(Math.max(atLeastMs, Date.parse(updated_at) + 1)).toISOString()
}
