import { HOUR_MS } from '../../../core/time/spans.ts'
import type { Present, StreamGenerator, StreamLines } from './index.ts'

/** A span of readings that is about to be appended. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
  /** Until when all is due; a gap is filled up to there. */
  readonly dueMs: number
  readonly gap: boolean
}

/**
 * Appends what the city says beside its readings, each span's before its readings: so nothing of it is missing where a run goes
 * on from its newest reading. A gap's come by the hour, what is live with the second that it belongs to: a minute has one
 * second with lines, and the rest cost nothing.
 */
export function streamSpeaker(
  generator: StreamGenerator,
  present: Present,
  append: (lines: StreamLines, arrivedAtMs: number) => Promise<void>,
  now: () => number,
): (span: Span) => Promise<void> {
  let saidMs: number | null = null

  return async ({ fromMs, toMs, dueMs, gap }) => {
    const lines: StreamLines[] = []
    if (saidMs === null) lines.push(...generator.opening(fromMs, now(), present))
    // After a pause of the machine that was longer than the backfill: what was announced meanwhile.
    else if (saidMs < fromMs) lines.push(...generator.announced(saidMs, fromMs))
    if (saidMs === null || saidMs < toMs) {
      const endMs = gap ? Math.min(dueMs, (Math.floor(fromMs / HOUR_MS) + 1) * HOUR_MS) : toMs
      lines.push(...generator.between(Math.max(saidMs ?? fromMs, fromMs), endMs, gap))
      saidMs = endMs
    }
    // Side by side: they share the log's commit.
    await Promise.all(
      lines.map(one => append(one, gap ? Math.max(one.lastMs, fromMs) : Math.max(one.lastMs, now()))),
    )
  }
}
