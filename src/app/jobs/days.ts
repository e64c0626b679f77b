import type { Schedule } from '../../sources/poll/index.ts'
import type { JobRun } from '../../serve/contract/index.ts'
import type { Job, JobDays, Trigger } from './job.ts'
import type { JobMemory } from './memory.ts'
import { isAskedFor } from './run-record.ts'

export type OwedDay = JobMemory['days'][number]
export type DayOfRun = Pick<OwedDay, 'day' | 'with'>

/** More days than these are not caught up: the newest are. */
const MOST_DAYS = 366
/** A schedule that comes more often is caught up by its newest times. */
const MOST_TIMES = 20_000

/**
 * The days of the times that came from one on until now, each once, oldest first.
 * @param fromMs a time of the schedule
 */
export function daysDue(schedule: Schedule, days: JobDays, fromMs: number, nowMs: number): string[] {
  const found = new Set<string>()
  let atMs = fromMs
  for (let i = 0; i < MOST_TIMES && atMs <= nowMs; i++) {
    const day = days.of(atMs)
    // The newest stands last.
    found.delete(day)
    found.add(day)
    atMs = schedule.next(atMs)
  }
  if (atMs <= nowMs) found.add(days.of(nowMs))
  const all = [...found]
  return days.catchUp === 'newest' ? all.slice(-1) : all.slice(-MOST_DAYS)
}

/** Adds days to those that runs are owed for; one that waits already stays where it is. */
export function owing(
  owed: readonly OwedDay[],
  days: readonly string[],
  trigger: OwedDay['trigger'],
): OwedDay[] {
  const waiting = new Set(owed.map(({ day }) => day))
  const more = days.filter(day => !waiting.has(day))
  const [first = null] = more
  return [...owed, ...more.map(day => ({ day, trigger, with: day === first ? null : first }))]
}

/** Days that came due while nobody ran. */
export function missedDays(
  { schedule, days }: Pick<Job, 'schedule' | 'days'>,
  memory: JobMemory,
  nowMs: number,
): string[] {
  if (schedule === null || days === undefined || memory.schedule !== schedule.says) return []
  const { running, lastStartMs, dueMs } = memory
  // While it ran its time was the one that it ran for.
  const fromMs = running !== null && lastStartMs !== null ? schedule.next(lastStartMs) : dueMs
  return fromMs === null ? [] : daysDue(schedule, days, fromMs, nowMs)
}

/** What a run is about that begins now, null where it is about no day; and the days that wait after it. */
export function dayOfRun(
  { days, schedule }: Pick<Job, 'days' | 'schedule'>,
  { days: waiting, dueMs }: JobMemory,
  run: { readonly trigger: Trigger; readonly before: JobRun | null; readonly nowMs: number },
): readonly [DayOfRun | null, OwedDay[]] {
  const { trigger, before, nowMs } = run
  if (days === undefined) return [null, waiting]
  const [first, ...more] = waiting
  if (first !== undefined && first.trigger === trigger) return [first, more]
  if (before?.day != null) return [{ day: before.day, with: null }, waiting]
  const isDue = schedule !== null && dueMs !== null && dueMs <= nowMs && !isAskedFor(trigger)
  const [day = days.of(nowMs), ...later] = isDue ? daysDue(schedule, days, dueMs, nowMs) : []
  const rest = later.map(one => ({ day: one, trigger: 'missed' as const, with: day }))
  return [{ day, with: null }, [...rest, ...waiting]]
}
