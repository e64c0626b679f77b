import { z } from 'zod'

const at = z.iso.datetime()
const count = z.int().nonnegative()

const fault = z
  .strictObject({
    code: z.string(),
    message: z.string(),
    retryable: z.boolean().meta({ description: 'It may pass by itself, and is tried again before its time' }),
  })
  .nullable()
  .meta({ description: 'Why it failed' })

/** A step of a pipeline's run. */
export const StepRun = z.strictObject({
  name: z.string(),
  state: z
    .enum(['waiting', 'running', 'retrying', 'succeeded', 'failed', 'skipped', 'covered', 'stopped'])
    .meta({
      description:
        'retrying: it failed and is tried again after a while; skipped: a step that it needs failed; covered: it takes no day, and ran with the first day of the range',
    }),
  attempts: count.meta({ description: 'How often it was begun' }),
  started_at: at.nullable(),
  ended_at: at.nullable(),
  notice: z.string().nullable().meta({ description: 'What it did, or what is odd although it worked' }),
  error: fault,
})
export type StepRun = z.infer<typeof StepRun>

/** One run of a job. */
export const JobRun = z.strictObject({
  id: z.string(),
  trigger: z
    .enum([
      'schedule',
      'missed',
      'retry',
      'resumed',
      'after',
      'file',
      'manual',
      'landing',
      'backfill',
      'pipeline',
    ])
    .meta({
      description:
        'Why it ran: its time had come, or came while no server ran; again after a failure, or after it was broken off; after another job had brought something; a new file; somebody asked; somebody asked to do all that was landed again; somebody asked for a range of days; it is a step of a pipeline',
    }),
  state: z.enum(['running', 'succeeded', 'unchanged', 'failed', 'interrupted', 'stopped']),
  step: z
    .enum(['download', 'land', 'clean', 'load', 'deliver'])
    .nullable()
    .meta({ description: 'The last step that began; of a pipeline null, as its steps are in `steps`' }),
  day: z.iso
    .date()
    .nullable()
    .default(null)
    .meta({ description: 'Of a pipeline, the day of the city that it is about; else null' }),
  steps: z
    .array(StepRun)
    .nullable()
    .default(null)
    .meta({ description: 'Of a pipeline, its steps in the order of its file; else null' }),
  started_at: at,
  ended_at: at.nullable(),
  rows: count.meta({
    description:
      'Rows that the source said; of an output, rows of the lake’s table; of open tables, small files that were found',
  }),
  sent: count.meta({
    description:
      'Records that went to the log; what the lake has already is a repeat there. Of an output, rows that were inserted or changed; of open tables, files that others were put together in',
  }),
  withdrawn: count.meta({
    description:
      'Records that were deleted at the source; of an output, rows that were deleted; of open tables, files that were taken out',
  }),
  rejected: count.meta({ description: 'Rows that are no records' }),
  notice: z.string().nullable().meta({ description: 'What is odd although it worked' }),
  error: fault,
})
export type JobRun = z.infer<typeof JobRun>

/** A pipeline as its file declares it. */
export const PipelineShape = z.strictObject({
  file: z.string().meta({ description: 'Where it is declared' }),
  catch_up: z.enum(['newest', 'each']).meta({
    description: 'Of several times that came while no server ran: the newest alone, or each in order',
  }),
  parallel: z.int().positive().meta({ description: 'Steps that run at a time, at most' }),
  steps: z.array(
    z.strictObject({
      name: z.string(),
      does: z.string().meta({ description: 'What it runs, or `job: <name>`' }),
      needs: z.array(z.string()).meta({ description: 'Steps that come before' }),
      when: z
        .enum(['succeeded', 'ended'])
        .meta({ description: 'It runs when all that it needs succeeded; or ended, whatever came of it' }),
      takes_day: z.boolean().meta({ description: 'It does what it does for a day; others run once a range' }),
      retries: count,
      retry_delay_s: z.number().meta({ description: 'Before the first retry; it doubles, up to an hour' }),
      timeout_s: z.number().meta({ description: 'An attempt may take so long' }),
    }),
  ),
  days_waiting: z
    .array(z.iso.date())
    .meta({ description: 'Days that somebody asked for, or that were missed, and that come next' }),
})
export type PipelineShape = z.infer<typeof PipelineShape>

/** Work that is done on a schedule, and how that goes. */
export const Job = z.strictObject({
  name: z.string(),
  about: z.string().meta({ description: 'What of, and where from' }),
  stream: z.string().nullable().meta({ description: 'Where its records go; null of what brings nothing in' }),
  schedule: z.string().nullable().meta({ description: 'As cron; null: it has none' }),
  after: z.array(z.string()).meta({ description: 'Jobs after which it runs, when they brought something' }),
  zone: z.string().meta({ description: 'Whose wall clock the schedule goes by' }),
  state: z.enum(['waiting', 'running', 'paused', 'failing']),
  late: z.boolean().meta({ description: 'A run that was due has not succeeded for too long' }),
  paused: z
    .strictObject({
      at,
      by: z.enum(['user', 'job']).meta({ description: 'job: it found what somebody should look at' }),
      why: z.string().nullable(),
    })
    .nullable(),
  next_at: at.nullable(),
  last_success_at: at.nullable(),
  failures: count.meta({ description: 'Failures in a row' }),
  last_run: JobRun.nullable().meta({ description: 'The one that runs, else the newest' }),
  pipeline: PipelineShape.nullable().meta({ description: 'Its steps, where it is a pipeline; else null' }),
})
export type Job = z.infer<typeof Job>
