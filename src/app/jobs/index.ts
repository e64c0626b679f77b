import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { UsageError } from '../../core/errors.ts'
import type { JobList } from '../../serve/routes/jobs.ts'
import type { ProblemBoard } from '../problems.ts'
import { jobCode, jobProblem } from './job-problem.ts'
import type { Job } from './job.ts'
import { JobRunner } from './runner.ts'

export { JobPausedError } from './job.ts'
export { faultOf } from './run-record.ts'
export type { DayContext, Job, JobDays, RunContext, RunResult } from './job.ts'

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
        onBrought: () => oweAfter(job.name),
        onChange: () => tell(),
        onBug,
        runJob: (name, signal) => throughOf(find(name), name)(signal),
      }),
  )
  const oweAfter = async (name: string) => {
    for (const runner of runners) if (runner.job.after?.includes(name)) await runner.owe()
  }
  const tell = () => {
    for (const runner of runners) problems.set(jobCode(runner.job.name), jobProblem(runner))
  }
  for (const runner of runners) await runner.open()
  let running: readonly Promise<void>[] = []
  const look = setInterval(tell, LOOK_EVERY_MS)
  look.unref()
  const find = (name: string) => runners.find(({ job }) => job.name === name) ?? null
  return {
    list: () => runners.map(({ answer }) => answer),
    runs: name => find(name)?.runs ?? null,
    runNow: (name, trigger) => find(name)?.runNow(trigger) ?? null,
    runDays: (name, days) => runDays(find(name), days),
    breakOff: async name => (await find(name)?.breakOff()) ?? null,
    landed: keys => lookWhere(runners, keys),
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

function throughOf(runner: JobRunner | null, name: string): JobRunner['runThrough'] {
  if (runner !== null) return signal => runner.runThrough(signal)
  throw new UsageError(`There is no job "${name}" here; \`arterial jobs list\` shows all.`)
}

async function runDays(runner: JobRunner | null, days: readonly string[]): Promise<boolean | null> {
  if (runner?.job.days === undefined) return runner === null ? null : false
  await runner.runDays(days)
  return true
}

/** Lets jobs look into whose inbox something was put. @returns their names */
function lookWhere(runners: readonly JobRunner[], keys: readonly string[]): string[] {
  const told = runners.filter(({ job: { inboxPrefix: prefix } }) =>
    keys.some(key => prefix !== undefined && key.startsWith(prefix)),
  )
  for (const runner of told) runner.look()
  return told.map(({ job }) => job.name)
}
