import type { EventLine } from './event-line.ts'

export interface SinceLast {
  readonly withdrawMissing: boolean
  readonly nowMs: number
  /** Events that ended before are dropped from feeds because they are over, not because they were called off. */
  readonly fromMs: number
}

/**
 * What a calendar says otherwise than at its last reading. A change without a newer time of its own gets one, so that it
 * counts; what is as it was keeps the version it had, also where the exporter stamps everything anew.
 */
export function sinceLast(
  now: readonly EventLine[],
  previous: readonly EventLine[],
  { withdrawMissing, nowMs, fromMs }: SinceLast,
): { lines: EventLine[]; all: EventLine[]; unchanged: number } {
  const before = new Map(previous.map(line => [line.event_id, line]))
  const lines: EventLine[] = []
  const all: EventLine[] = []
  for (const line of now) {
    const known = before.get(line.event_id)
    before.delete(line.event_id)
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
    if (Date.parse(gone.ends_at) < fromMs) continue
    const isTold = gone.withdrawn === true || !withdrawMissing
    const last: EventLine = isTold ? gone : { ...gone, updated_at: later(gone, nowMs), withdrawn: true }
    if (!isTold) lines.push(last)
    // Kept, so that it gets a newer version when it comes back.
    all.push(last)
  }
  return { lines, all, unchanged }
}

function isSame(a: EventLine, b: EventLine): boolean {
  return JSON.stringify({ ...a, updated_at: '' }) === JSON.stringify({ ...b, updated_at: '' })
}

function later({ updated_at }: EventLine, atLeastMs = 0): string {
  return new Date(Math.max(atLeastMs, Date.parse(updated_at) + 1)).toISOString()
}
