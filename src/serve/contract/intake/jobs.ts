import { z } from 'zod'

const at = z.iso.datetime()
const count = z.int().nonnegative()

/** One run of a job. */
export const JobRun = z.strictObject({
  id: z.string(),
  trigger: z.enum(['schedule', 'missed', 'retry', 'resumed', 'after', 'file', 'manual', 'landing']).meta({
    description:
      'Why it ran: its time had come, or came while no server ran; again after a failure, or after it was broken off; after another job had brought something; a new file; somebody asked; somebody asked to do all that was landed again',
  }),
  state: z.enum(['running', 'succeeded', 'unchanged', 'failed', 'interrupted']),
  step: z
    .enum(['download', 'land', 'clean', 'load', 'deliver'])
    .nullable()
    .meta({ description: 'The last step that began' }),
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
  error: z
    .strictObject({
      code: z.string(),
      message: z.string(),
      retryable: z
        .boolean()
        .meta({ description: 'It may pass by itself, and is tried again before its time' }),
    })
    .nullable()
    .meta({ description: 'Why it failed' }),
})
export type JobRun = z.infer<typeof JobRun>

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
})
export type Job = z.infer<typeof Job>
