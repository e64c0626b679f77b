import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { JobList } from '../../serve/routes/jobs.ts'
import type { ProblemBoard } from '../problems.ts'
import type { Job } from './job.ts'
import { JobRunner } from './runner.ts'

export { JobPausedError } from './job.ts'
export type { Job, RunContext, RunResult } from './job.ts'

export interface JobsDeps {
  readonly jobs: readonly Job[]
  /** Of all jobs; each has a folder in it. */
  readonly folder: string
  readonly keepRuns: number
  /** False: they run only when asked, as for one command. */
  readonly followsSchedule: boolean
  readonly problems: Pick<ProblemBoard, 'set'>
  readonly onProgress: (line: string) => void
  readonly now: () => number
}

export interface Jobs extends JobList {
  /** From here on they run; until then they are only known. */
  readonly start: () => void
  /** Resolves when nothing runs any more: what was broken off goes on with the next start. */
  readonly stop: () => Promise<void>
}

/** A job that may pass by itself is no problem yet when it failed once or twice. */
const FAILURES_TO_TELL = 3
/** Late is late also when nothing else happens. */
const LOOK_EVERY_MS = 60_000

/** Every job, with what is known of it from before; once started each runs when it is due. */
export async function openJobs(deps: JobsDeps): Promise<Jobs> {
  const { jobs, folder, keepRuns, followsSchedule, problems, onProgress, now } = deps
  const stop = new AbortController()
  const onBug = (name: string, error: unknown) =>
    onProgress(
      `The job ${name} met a fault of this program: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
  const runners: JobRunner[] = jobs.map(
    job =>
      new JobRunner(job, {
        folder: join(folder, job.name),
        now,
        random: Math.random,
        sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
        keepRuns,
        followsSchedule,
        onChange: () => tell(),
        onBug,
      }),
  )
  const tell = () => problems.set('jobs', jobsProblem(runners))
  for (const runner of runners) await runner.open()
  let running: readonly Promise<void>[] = []
  const look = setInterval(tell, LOOK_EVERY_MS)
  look.unref()
  const find = (name: string) => runners.find(({ job }) => job.name === name) ?? null
  return {
    list: () => runners.map(({ answer }) => answer),
    runs: name => find(name)?.runs ?? null,
    runNow: (name, trigger) => find(name)?.runNow(trigger) ?? null,
    pause: async (name, why) => {
      await find(name)?.pause(why)
    },
    resume: async name => {
      await find(name)?.resume()
    },
    start: () => {
      running = runners.map(runner =>
        runner.follow(stop.signal).catch((error: unknown) => onBug(runner.job.name, error)),
      )
    },
    stop: async () => {
      clearInterval(look)
      stop.abort()
      await Promise.all(running)
    },
  }
}

/** What somebody should look at; a job that a person paused is nobody's problem. */
export function jobsProblem(runners: readonly Pick<JobRunner, 'answer' | 'unwritten'>[]): string | null {
  const wrong = runners.flatMap(runner => {
    const { answer, unwritten } = runner
    const { name, paused, failures, late, last_run: last } = answer
    const why = last?.error?.message ?? ''
    if (paused?.by === 'job') return [`The job ${name} has paused itself: ${paused.why ?? ''}`]
    if (paused !== null) return []
    const isLasting = failures > 0 && (failures >= FAILURES_TO_TELL || late || !mayPass(answer))
    if (isLasting) return [`The job ${name} fails: ${why}`]
    if (late) return [`The job ${name} is late: it has not come to its end since it was due`]
    return unwritten === null ? [] : [`What is known of the job ${name} can't be written down (${unwritten})`]
  })
  const [first] = wrong
  if (first === undefined) return null
  const others = wrong.length === 1 ? '' : ` (and ${wrong.length - 1} more)`
  return `${first}${others}. \`arterial jobs list\` shows all.`
}

/** Its next attempt comes before its time: what failed may pass by itself. */
function mayPass({ last_run: last }: JobRunner['answer']): boolean {
  return last?.error?.retryable !== false
}
