import { basename } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import { DAY_MS, HOUR_MS } from '../../core/time/spans.ts'
import { offsetMsAt, zoneOffsets } from '../../core/time/index.ts'
import type { PipelineShape, StepRun } from '../../serve/contract/index.ts'
import type { DayContext, Job } from '../jobs/index.ts'
import type { Declared, DeclaredStep } from './declaration.ts'
import { runSteps } from './run-steps.ts'
import type { PlannedStep } from './run-steps.ts'
import { isStepKind, STEP_KINDS } from './step-kinds.ts'
import type { StepKind } from './step-kinds.ts'

/** What a step is given to do its work. */
export interface StepContext {
  /** Of the city, `YYYY-MM-DD`. */
  readonly day: string
  readonly signal: AbortSignal
  /** How the steps of the run are now. */
  readonly steps: () => readonly StepRun[]
}

/** What steps do. @returns what was done, in words; null where there is nothing to say. @throws when it failed */
export type StepWork = Readonly<Record<StepKind, (context: StepContext) => Promise<string | null>>>

/** Steps failed for good; the others were done as far as they could. */
export class PipelineFailedError extends AppError {
  readonly code = 'ART_PIPELINE_FAILED'
}

/** The job that a step runs came to no good end. */
export class StepJobError extends AppError {
  readonly code = 'ART_STEP_JOB'
  override readonly retryable = true
}

/** More than what all attempts of all steps may take is late in any case. */
const LATE_AT_LEAST_MS = HOUR_MS
const LATE_AT_MOST_MS = DAY_MS

/** A pipeline as a job: each run does its steps for one day. */
export function pipelineJob(declared: Declared, work: StepWork): Job {
  const { name, about, schedule, zone, catchUp, parallel, steps } = declared
  const shape = shapeOf(declared)
  return {
    ...{ name, schedule, zone, stream: null, pipeline: shape, mayTakeMs: mayTakeMs(steps) },
    about: about ?? steps.map(step => step.name).join(', '),
    days: { of: atMs => dayBefore(atMs, zone), catchUp },
    run: async ({ signal, ofDay }) => {
      if (ofDay === undefined) throw new RangeError('a run of a pipeline is about a day')
      const ended = await runSteps(
        steps.map(step => planned(step, work, ofDay)),
        {
          ...{ parallel, signal, before: ofDay.before, covered: ofDay.covered, says: ofDay.says },
          onBug: ofDay.onBug,
          now: Date.now,
          sleep: (ms, ends) => wait(ms, undefined, { signal: ends }).catch(() => {}),
          timeout: ms => AbortSignal.timeout(ms),
        },
      )
      assertDone(ended)
      return { rows: 0, sent: 0, withdrawn: 0, rejected: 0, notice: null, state: 'succeeded' }
    },
  }
}

/** The day that ended last before an instant, by a zone's clock. */
export function dayBefore(atMs: number, zone: string): string {
  const localMs = atMs + offsetMsAt(zoneOffsets(zone), atMs)
  return new Date(localMs - DAY_MS).toISOString().slice(0, 10)
}

function planned(step: DeclaredStep, work: StepWork, { day, runJob }: DayContext): PlannedStep {
  const { does, job } = step
  return {
    ...step,
    takesDay: takesDay(step),
    work: async (signal, stepsNow) => {
      if (does !== undefined && isStepKind(does)) return work[does]({ day, signal, steps: stepsNow })
      const run = await runJob(job ?? '', signal)
      if (run.state === 'succeeded') return `${run.rows} rows, ${run.sent} sent, ${run.withdrawn} withdrawn`
      if (run.state === 'unchanged') return 'nothing was new'
      throw new StepJobError(
        `the job ${job ?? ''} ${run.state}${run.error === null ? '' : `: ${run.error.message}`}`,
      )
    },
  }
}

function takesDay({ does }: DeclaredStep): boolean {
  return does !== undefined && isStepKind(does) && STEP_KINDS[does].takesDay
}

function assertDone(steps: readonly StepRun[]): void {
  const failed = steps.filter(({ state }) => state === 'failed')
  if (failed.length === 0) return
  const skipped = steps.filter(({ state }) => state === 'skipped').map(({ name }) => name)
  const said = failed.map(({ name, error }) => `${name} failed: ${error?.message ?? ''}`)
  const rest = skipped.length === 0 ? '' : `; not begun: ${skipped.join(', ')}`
  throw new PipelineFailedError(`${said.join('; ')}${rest}`)
}

function shapeOf(declared: Declared): Omit<PipelineShape, 'days_waiting'> {
  const { path, catchUp, parallel, steps } = declared
  return {
    ...{ file: basename(path), catch_up: catchUp, parallel },
    steps: steps.map(step => ({
      name: step.name,
      does: step.does ?? `job: ${step.job ?? ''}`,
      needs: [...step.needs],
      when: step.when,
      takes_day: takesDay(step),
      retries: step.retries,
      retry_delay_s: step.retryDelayS,
      timeout_s: step.timeoutS,
    })),
  }
}

/** What all attempts of all steps may take, one after the other. */
function mayTakeMs(steps: readonly DeclaredStep[]): number {
  const sumS = steps.reduce((sum, step) => sum + (step.retries + 1) * (step.timeoutS + step.retryDelayS), 0)
  return Math.min(LATE_AT_MOST_MS, Math.max(LATE_AT_LEAST_MS, sumS * 1000))
}
