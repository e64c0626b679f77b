import { AppError } from '../../core/errors.ts'
import type { Job as JobAnswer, JobRun } from '../../serve/contract/index.ts'
import type { Job, RunResult, Trigger } from './job.ts'
import type { JobMemory } from './memory.ts'
import { isLate } from './plan.ts'

export const NOTHING: Omit<RunResult, 'state'> = { rows: 0, sent: 0, withdrawn: 0, rejected: 0, notice: null }

export function newRun(
  trigger: Trigger,
  startMs: number,
  about: Pick<JobRun, 'day' | 'steps'> = { day: null, steps: null },
): JobRun {
  const id = instant(startMs).replaceAll(/[-:.]/g, '')
  return {
    id,
    trigger,
    state: 'running',
    step: null,
    ...about,
    started_at: instant(startMs),
    ended_at: null,
    ...NOTHING,
    error: null,
  }
}

/** Such a run stands beside the schedule: what is known of that stays. */
export function isBeside(trigger: Trigger): boolean {
  return trigger === 'file' || trigger === 'landing' || trigger === 'backfill'
}

/** Somebody wanted it now: it says nothing of what was due. */
export function isAskedFor(trigger: Trigger): boolean {
  return trigger === 'manual' || trigger === 'pipeline'
}

export function faultOf(thrown: unknown): NonNullable<JobRun['error']> {
  if (thrown instanceof AppError)
    return { code: thrown.code, message: thrown.message, retryable: thrown.retryable }
  const why = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: 'ART_JOB_BUG', message: `this program has a fault: ${why}`, retryable: false }
}

/** A run that came to no end: no step of it runs any more. */
export function brokenOff(run: JobRun): JobRun {
  const steps = run.steps?.map(step =>
    step.state === 'running' || step.state === 'retrying' ? { ...step, state: 'stopped' as const } : step,
  )
  return { ...run, steps: steps ?? null }
}

export function instant(ms: number): string {
  return new Date(ms).toISOString()
}

/** How a job is, for whoever asks. */
export function answerOf(
  job: Job,
  memory: JobMemory,
  lastRun: JobRun | null,
  { followsSchedule, nowMs }: { readonly followsSchedule: boolean; readonly nowMs: number },
): JobAnswer {
  const { name, about, stream, schedule, zone, after = [], pipeline } = job
  const { paused, running, failures, lastSuccessMs, dueMs, days } = memory
  const state =
    running !== null ? 'running' : paused !== null ? 'paused' : failures > 0 ? 'failing' : 'waiting'
  return {
    name,
    about,
    stream,
    schedule: schedule?.says ?? null,
    after: [...after],
    zone,
    state,
    late: isLate(job, memory, nowMs),
    paused: paused === null ? null : { at: instant(paused.atMs), by: paused.by, why: paused.why },
    next_at: paused !== null || dueMs === null || !followsSchedule ? null : instant(dueMs),
    last_success_at: lastSuccessMs === null ? null : instant(lastSuccessMs),
    failures,
    last_run: lastRun,
    pipeline: pipeline === undefined ? null : { ...pipeline, days_waiting: days.map(({ day }) => day) },
  }
}
