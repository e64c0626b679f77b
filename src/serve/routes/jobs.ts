import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { DAY_MS } from '../../core/time/spans.ts'
import { bodyIssues, parseJson, readText } from '../body.ts'
import { Job, JobRun } from '../contract/index.ts'
import { RequestError } from '../problems.ts'
import { route, type Route } from '../route.ts'

/** What is done on a schedule. */
export interface JobList {
  /** In the order of the settings. */
  readonly list: () => readonly Job[]
  /** Newest first; null when there is no such job. */
  readonly runs: (name: string) => readonly JobRun[] | null
  /** Null when there is no such job; false when it runs already. */
  readonly runNow: (name: string, trigger: 'manual' | 'landing') => boolean | null
  /** Asks for a run for each day, in order; durable once it resolves. Null when there is no such job; false when its runs are about no day. */
  readonly runDays: (name: string, days: readonly string[]) => Promise<boolean | null>
  /** Breaks off what runs, and forgets what waits; resolves when it has ended. Null when there is no such job; false when nothing runs. */
  readonly breakOff: (name: string) => Promise<boolean | null>
  /** Objects were put into a bucket. @returns the names of jobs that look at their inbox now */
  readonly landed: (keys: readonly string[]) => readonly string[]
  /** Durable once it resolves. */
  readonly pause: (name: string, why: string | null) => Promise<void>
  readonly resume: (name: string) => Promise<void>
}

const MAX_BODY_BYTES = 16 * 1024
/** Of one range. */
const MOST_DAYS = 3_660
const Jobs = z.strictObject({ items: z.array(Job) })
const JobRuns = z.strictObject({ items: z.array(JobRun) })
const Named = z.strictObject({ name: z.string().min(1).max(128) })
const day = z.iso.date({ error: 'wants a day, such as 2026-11-01' })
const DayRange = z
  .strictObject({ from: day, to: day })
  .refine(({ from, to }) => from <= to, { error: 'from is after to' })
  .refine(({ from, to }) => daysIn(from, to).length <= MOST_DAYS, {
    error: `are more than ${MOST_DAYS} days; ask for a part of them at a time`,
  })
const Run = z.strictObject({
  from: z
    .enum(['source', 'landing'])
    .default('source')
    .meta({ description: 'landing: do all that was received anew, in order, without asking the source' }),
  days: DayRange.optional().meta({
    description: 'Of a pipeline: a run for each of these days, in order; unset: for the day before now',
  }),
})
const Pause = z.strictObject({
  why: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .regex(/^[^\p{Cc}\p{Cf}\u2028\u2029]+$/u, { error: 'has control or invisible characters' })
    .optional()
    .meta({ description: 'For whoever finds it paused' }),
})

export function jobRoutes(jobs: JobList): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/jobs',
      id: 'jobs',
      tag: 'Health',
      summary: 'What is done on a schedule, and how that goes',
      description:
        'Datasets, outputs, upkeep of open tables, pipelines, each in the order of the settings; empty where none is set.',
      access: 'read',
      answers: { 200: { description: 'Now', content: { 'application/json': Jobs } } },
      problems: [],
      handle: async ({ reply }) => fresh(reply).send(Jobs.parse({ items: jobs.list() })),
    }),
    route({
      method: 'GET',
      path: '/v1/jobs/{name}/runs',
      id: 'job-runs',
      tag: 'Health',
      summary: 'The runs of a job, newest first',
      access: 'read',
      params: Named,
      query: z.strictObject({
        limit: z
          .int({ error: 'wants a whole number from 1 to 10000' })
          .min(1, { error: 'wants a whole number from 1 to 10000' })
          .max(10_000, { error: 'wants a whole number from 1 to 10000' })
          .default(100)
          .meta({ description: 'Runs at most' }),
      }),
      answers: { 200: { description: 'Now', content: { 'application/json': JobRuns } } },
      problems: [400, 404],
      handle: async ({ params: { name }, query: { limit }, reply }) => {
        const runs = jobs.runs(name)
        if (runs === null) throw unknown(name)
        return fresh(reply).send(JobRuns.parse({ items: runs.slice(0, limit) }))
      },
    }),
    runRoute(jobs),
    pauseRoute(jobs),
    resumeRoute(jobs),
    stopRoute(jobs),
  ]
}

function runRoute(jobs: JobList): Route {
  return route({
    method: 'POST',
    path: '/v1/jobs/{name}/run',
    id: 'run-job',
    tag: 'Administration',
    summary: 'Run a job now',
    description:
      'It begins at once, also when it is paused, and goes on behind the answer. A job never runs twice at a time. Days that are asked for wait until it is free.',
    access: 'write',
    params: Named,
    body: { description: 'From where', required: false, content: { 'application/json': Run } },
    answers: { 202: { description: 'The job as it is now', content: { 'application/json': Job } } },
    problems: [400, 404, 409, 413],
    handle: async ({ params: { name }, request, reply }) => {
      const { from, days } = await bodyOf(Run, request)
      if (days !== undefined) {
        const isAsked = await jobs.runDays(name, daysIn(days.from, days.to))
        if (isAsked === null) throw unknown(name)
        if (!isAsked)
          throw new RequestError(
            'ART_USAGE',
            `The job ${name} is no pipeline: its runs are about no day. Leave out days.`,
          )
        return fresh(reply).code(202).send(jobOf(jobs, name))
      }
      const began = jobs.runNow(name, from === 'landing' ? 'landing' : 'manual')
      if (began === null) throw unknown(name)
      if (!began)
        throw new RequestError(
          'ART_JOB_RUNS',
          `The job ${name} runs already; GET /v1/jobs says how far it is.`,
        )
      return fresh(reply).code(202).send(jobOf(jobs, name))
    },
  })
}

function pauseRoute(jobs: JobList): Route {
  return route({
    method: 'POST',
    path: '/v1/jobs/{name}/pause',
    id: 'pause-job',
    tag: 'Administration',
    summary: 'Pause a job',
    description:
      'A run that has begun goes on to its end. It stays paused across restarts; 503 says that it is paused, but only until the program ends.',
    access: 'write',
    params: Named,
    body: { description: 'Why', required: false, content: { 'application/json': Pause } },
    answers: { 200: { description: 'The job as it is now', content: { 'application/json': Job } } },
    problems: [400, 404, 413, 503],
    handle: async ({ params: { name }, request, reply }) => {
      jobOf(jobs, name)
      const { why } = await bodyOf(Pause, request)
      await jobs.pause(name, why ?? null)
      return fresh(reply).send(jobOf(jobs, name))
    },
  })
}

function resumeRoute(jobs: JobList): Route {
  return route({
    method: 'POST',
    path: '/v1/jobs/{name}/resume',
    id: 'resume-job',
    tag: 'Administration',
    summary: 'Let a paused job go on',
    description:
      'What came due meanwhile is caught up once. A job that had paused itself takes what it found there as it is from now on.',
    access: 'write',
    params: Named,
    answers: { 200: { description: 'The job as it is now', content: { 'application/json': Job } } },
    problems: [404, 503],
    handle: async ({ params: { name }, reply }) => {
      jobOf(jobs, name)
      await jobs.resume(name)
      return fresh(reply).send(jobOf(jobs, name))
    },
  })
}

function stopRoute(jobs: JobList): Route {
  return route({
    method: 'POST',
    path: '/v1/jobs/{name}/stop',
    id: 'stop-job',
    tag: 'Administration',
    summary: 'Break off the run of a job',
    description:
      'Answers when the run has ended; days that wait are forgotten. The next time of its schedule comes as ever. What the run did stays.',
    access: 'write',
    params: Named,
    answers: { 200: { description: 'The job as it is now', content: { 'application/json': Job } } },
    problems: [404, 409],
    handle: async ({ params: { name }, reply }) => {
      const had = await jobs.breakOff(name)
      if (had === null) throw unknown(name)
      if (!had) throw new RequestError('ART_JOB_IDLE', `The job ${name} does not run, and nothing waits.`)
      return fresh(reply).send(jobOf(jobs, name))
    },
  })
}

/** Both ends included. */
function daysIn(from: string, to: string): string[] {
  const [first, last] = [Date.parse(from), Date.parse(to)]
  const count = Math.max(0, Math.round((last - first) / DAY_MS) + 1)
  return Array.from({ length: Math.min(count, MOST_DAYS + 1) }, (_, i) =>
    new Date(first + i * DAY_MS).toISOString().slice(0, 10),
  )
}

function jobOf(jobs: JobList, name: string): Job {
  const job = jobs.list().find(one => one.name === name)
  if (job === undefined) throw unknown(name)
  return Job.parse(job)
}

function unknown(name: string): RequestError {
  return new RequestError(
    'ART_NOT_FOUND',
    `There is no job ${JSON.stringify(name)}; GET /v1/jobs lists them, jobs.datasets, jobs.pipelines and outputs.databases in arterial.yaml name them.`,
  )
}

async function bodyOf<T>(schema: z.ZodType<T>, request: FastifyRequest): Promise<T> {
  const text = await readText(request.raw, MAX_BODY_BYTES)
  const parsed = schema.safeParse(text.trim() === '' ? {} : parseJson(text))
  if (parsed.success) return parsed.data
  throw new RequestError('ART_BODY', bodyIssues(parsed.error).join('; '))
}

function fresh(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store')
}
