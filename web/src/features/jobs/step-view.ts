import type { Job } from '../../../../src/serve/contract/index.ts'
import { layOut } from './step-layout.ts'
import type { StepLayout } from './step-layout.ts'

type Pipeline = NonNullable<Job['pipeline']>
type Run = NonNullable<Job['last_run']>
export type StepState = NonNullable<Run['steps']>[number]['state']

export interface StepView {
  readonly name: string
  readonly state: StepState
  /** "succeeded", "failed, tried 4 times" */
  readonly says: string
  /** "after publish" */
  readonly after: string
  readonly x: number
  readonly y: number
  /** What it is, what it did, what is wrong, as names and values. */
  readonly details: readonly (readonly [string, string])[]
}

export interface PipelineView {
  readonly name: string
  readonly about: string
  /** "2026-11-27: succeeded", or that it has not run. */
  readonly run: string
  readonly steps: readonly StepView[]
  readonly layout: Pick<StepLayout, 'arrows' | 'width' | 'height'>
  readonly canStop: boolean
  /** The day of the newest report that its runs wrote; null where none did. */
  readonly reportDay: string | null
}

const WORDS: Readonly<Record<StepState, string>> = {
  waiting: 'waiting',
  running: 'running',
  retrying: 'tried again soon',
  succeeded: 'succeeded',
  failed: 'failed',
  skipped: 'skipped',
  covered: 'done before',
  stopped: 'broken off',
}

/** Pipelines as graphs, in the order of the jobs. */
export function pipelineViews(jobs: readonly Job[]): PipelineView[] {
  return jobs.flatMap(job => (job.pipeline === null ? [] : [viewOf(job, job.pipeline)]))
}

function viewOf({ name, about, state, last_run: last }: Job, pipeline: Pipeline): PipelineView {
  const { boxes, ...layout } = layOut(pipeline.steps)
  const steps = pipeline.steps.map((step, i): StepView => {
    const run = last?.steps?.find(one => one.name === step.name) ?? null
    const state = run?.state ?? 'waiting'
    const tries = run !== null && run.attempts > 1 ? `, tried ${run.attempts} times` : ''
    return {
      ...{
        name: step.name,
        state,
        says: `${WORDS[state]}${tries}`,
        x: boxes[i]?.x ?? 0,
        y: boxes[i]?.y ?? 0,
      },
      after: afterText(step),
      details: detailsOf(step, run),
    }
  })
  const waiting = pipeline.days_waiting.length
  const more = waiting === 0 ? '' : `; ${waiting} ${waiting === 1 ? 'day waits' : 'days wait'}`
  const reported = pipeline.steps.find(({ does }) => does === 'report')?.name
  const isReported = last?.steps?.some(step => step.name === reported && step.state === 'succeeded') ?? false
  return {
    ...{ name, about, steps, layout },
    run: `${last === null ? 'has not run yet' : `${last.day ?? ''}: ${last.state}`}${more}`,
    canStop: state === 'running' || waiting > 0,
    reportDay: isReported ? (last?.day ?? null) : null,
  }
}

function afterText({ needs, when }: Pipeline['steps'][number]): string {
  if (needs.length === 0) return 'first'
  return `after ${needs.join(', ')}${when === 'ended' ? ', however it ends' : ''}`
}

function detailsOf(
  step: Pipeline['steps'][number],
  run: NonNullable<Run['steps']>[number] | null,
): [string, string][] {
  const { does, takes_day: takesDay, retries, retry_delay_s: delayS, timeout_s: timeoutS } = step
  const took =
    run?.started_at != null && run.ended_at !== null
      ? `${((Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000).toFixed(1)} s`
      : null
  return [
    ['does', takesDay ? `${does}, for the day` : does],
    ['when', afterText(step)],
    ['state', WORDS[run?.state ?? 'waiting']],
    ...(run === null || run.attempts === 0 ? [] : [['attempts', String(run.attempts)] as [string, string]]),
    ...(took === null ? [] : [['took', took] as [string, string]]),
    ...(run?.notice == null ? [] : [['said', run.notice] as [string, string]]),
    ...(run?.error == null
      ? []
      : [['failed', `${run.error.message} (${run.error.code})`] as [string, string]]),
    [
      'may',
      `${retries} ${retries === 1 ? 'retry' : 'retries'} after ${delayS} s and more, ${timeoutS} s an attempt`,
    ],
  ]
}
