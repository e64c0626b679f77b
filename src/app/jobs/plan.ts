import { HOUR_MS, MINUTE_MS } from '../../core/time/spans.ts'
import { AppError } from '../../core/errors.ts'
import { afterFailure, everySeconds } from '../../sources/poll/index.ts'
import type { Schedule } from '../../sources/poll/index.ts'
import type { Job } from './job.ts'
import type { JobMemory } from './memory.ts'

/** How late is late: one period, but no less than the first and no more than the second. */
const LATE_FROM_MS = 15 * MINUTE_MS
const LATE_AT_MOST_MS = HOUR_MS

/**
 * When a job runs next after a start. What came due while nobody ran is caught up once, at once, however often it came due; a run
 * that was broken off goes on at once, and a job that has never run begins, unless it waits for somebody to ask.
 *
 * @returns null: when somebody asks for it
 */
export function dueAtStart(
  { schedule, after = [], days }: Pick<Job, 'schedule' | 'after' | 'days'>,
  memory: JobMemory,
  nowMs: number,
): number | null {
  if (memory.running !== null) return nowMs
  // Days that were missed are owed by themselves.
  if (days !== undefined) return schedule?.next(nowMs) ?? null
  if (memory.lastStartMs === null && (schedule !== null || after.length > 0)) return nowMs
  if (schedule === null || memory.lastStartMs === null) return null
  const planned = memory.schedule === schedule.says ? memory.dueMs : null
  const due = planned ?? schedule.next(nowMs)
  // A plan made by a clock that was ahead may be far off.
  return memory.lastStartMs > nowMs ? Math.min(due, schedule.next(nowMs)) : Math.max(due, nowMs)
}

/** Whether a run that was due, or is owed after another job, has not succeeded for too long. */
export function isLate(
  { schedule, mayTakeMs }: Pick<Job, 'schedule' | 'mayTakeMs'>,
  { owedMs, paused }: JobMemory,
  nowMs: number,
): boolean {
  if (owedMs === null || paused !== null) return false
  if (mayTakeMs !== undefined) return nowMs - owedMs > mayTakeMs
  const periodMs = schedule === null ? LATE_AT_MOST_MS : schedule.next(owedMs) - owedMs
  return nowMs - owedMs > Math.max(LATE_FROM_MS, Math.min(LATE_AT_MOST_MS, periodMs))
}

/** A job without a schedule that failed is tried again by this one. */
const RETRIES = everySeconds(3600)

/** When it runs after a failure; null: when somebody asks. @param random in [0, 1) */
export function retryAt(
  schedule: Schedule | null,
  thrown: unknown,
  { failures, nowMs, random }: { readonly failures: number; readonly nowMs: number; readonly random: number },
): number | null {
  const retryable = thrown instanceof AppError && thrown.retryable
  if (schedule === null && !retryable) return null
  const asked = thrown instanceof Error && 'retryAfterS' in thrown ? thrown.retryAfterS : null
  const retryAfterS = typeof asked === 'number' ? asked : null
  return afterFailure(schedule ?? RETRIES, nowMs, { failures, retryable, retryAfterS }, random)
}

export function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}
