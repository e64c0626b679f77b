import { HOUR_MS, MINUTE_MS } from '../../core/time/spans.ts'
import type { Schedule } from '../../sources/poll/index.ts'
import type { Job } from './job.ts'
import type { JobMemory } from './memory.ts'

/** How late is late: one period, but no less than the first and no more than the second. */
const LATE_FROM_MS = 15 * MINUTE_MS
const LATE_AT_MOST_MS = HOUR_MS

/**
 * When a job runs next after a start. What came due while nobody ran is caught up once, at once, however often it came due; a run
 * that was broken off goes on at once, and a job that has never run begins.
 *
 * @returns null: when somebody asks for it
 */
export function dueAtStart(
  { schedule }: Pick<Job, 'schedule'>,
  memory: JobMemory,
  nowMs: number,
): number | null {
  if (memory.running !== null) return nowMs
  if (schedule === null) return null
  if (memory.lastStartMs === null) return nowMs
  const planned = memory.schedule === schedule.says ? memory.dueMs : null
  const due = planned ?? schedule.next(nowMs)
  // A plan made by a clock that was ahead may be far off.
  return memory.lastStartMs > nowMs ? Math.min(due, schedule.next(nowMs)) : Math.max(due, nowMs)
}

/** Whether a run that was due has not succeeded for too long. */
export function isLate(schedule: Schedule | null, { owedMs, paused }: JobMemory, nowMs: number): boolean {
  if (schedule === null || owedMs === null || paused !== null) return false
  const periodMs = schedule.next(owedMs) - owedMs
  return nowMs - owedMs > Math.max(LATE_FROM_MS, Math.min(LATE_AT_MOST_MS, periodMs))
}
