import { basename, extname } from 'node:path'
import { z } from 'zod'
import type { Mistake } from '../../core/config/index.ts'
import { parseSpanS } from '../../core/config/values/quantities.ts'
import { readYamlFile } from '../../core/config/yaml-file.ts'
import type { YamlFile } from '../../core/config/yaml-file.ts'
import { FeedError } from '../../core/feed-error.ts'
import { byCron } from '../../sources/poll/index.ts'
import type { Schedule } from '../../sources/poll/index.ts'
import { stepMistakes } from './step-mistakes.ts'
import { STEP_KINDS } from './step-kinds.ts'

/** A name of jobs and of steps. */
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/
const NAME_WORDS = '1 to 64 of a-z, 0-9 and dash'
const MOST_STEPS = 50
const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

const name = z.string({ error: NAME_WORDS }).regex(NAME, { error: NAME_WORDS })
const whole = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error })
}
/** `90`, `90s`, `5m`, `2h`: seconds. */
const seconds = (fallback: number, least: number, most: number) =>
  z
    .unknown()
    .transform((input, context) => {
      const spanS = parseSpanS(input)
      if (spanS !== null && spanS >= least && spanS <= most) return spanS
      context.addIssue({
        code: 'custom',
        message: `a duration from ${least} s to ${most} s, such as 90, 90s or 5m`,
      })
      return z.NEVER
    })
    .prefault(fallback)
const choice = <const T extends readonly [string, ...string[]]>(options: T, fallback: T[number]) =>
  z.enum(options, { error: options.join(' or ') }).prefault(fallback)

const Step = z.strictObject({
  name,
  does: z.string({ error: `one of ${Object.keys(STEP_KINDS).join(', ')}` }).optional(),
  job: z.string({ error: 'the name of a job, as `arterial jobs list` shows it' }).optional(),
  needs: z.array(name, { error: 'a list of names of steps' }).max(MOST_STEPS).prefault([]),
  when: choice(['succeeded', 'ended'], 'succeeded'),
  retries: whole(0, 20).prefault(0),
  retryDelayS: seconds(60, 0, HOUR_S),
  timeoutS: seconds(HOUR_S, 1, 7 * DAY_S),
})
export type DeclaredStep = z.output<typeof Step>

const STEPS_WORDS = `a list of 1 to ${MOST_STEPS} steps, each a map of name, does or job, and more`
const File = z.strictObject({
  about: z
    .string({ error: 'a text' })
    .min(1)
    .max(300, { error: 'a text of at most 300 characters' })
    .nullable()
    .prefault(null),
  cron: z.string({ error: 'five fields of cron, such as "30 2 * * *", or null' }).nullable().prefault(null),
  zone: z.string({ error: 'an IANA time zone, such as America/Edmonton' }).nullable().prefault(null),
  catchUp: choice(['newest', 'each'], 'newest'),
  parallel: whole(1, 16).prefault(2),
  steps: z
    .array(Step, { error: STEPS_WORDS })
    .min(1, { error: STEPS_WORDS })
    .max(MOST_STEPS, { error: STEPS_WORDS }),
})

/** A pipeline as its file declares it. */
export interface Declared extends Omit<z.output<typeof File>, 'zone' | 'cron'> {
  /** As its file. */
  readonly name: string
  /** Absolute path. */
  readonly path: string
  readonly schedule: Schedule | null
  readonly zone: string
}

/** Beside a pipeline's own file. */
export interface Surroundings {
  /** The city's. */
  readonly zone: string
  /** Jobs that a step may run. */
  readonly jobs: readonly string[]
}

/** Reads a pipeline's file. @returns it, or everything that is wrong with it, with the line */
export function readPipeline(path: string, around: Surroundings): Declared | readonly Mistake[] {
  const file = readYamlFile(path)
  if (file.mistakes.length > 0) return file.mistakes
  const own = basename(path, extname(path))
  const parsed = File.safeParse(file.tree)
  if (!parsed.success) return parsed.error.issues.flatMap(issue => issueMistakes(issue, file))
  const { cron, zone: ownZone, ...rest } = parsed.data
  const zone = ownZone ?? around.zone
  const schedule = scheduleOf(cron, zone)
  const found = [
    ...(NAME.test(own)
      ? []
      : [
          {
            path: ['name'],
            message: `the file is called "${own}"; allowed: ${NAME_WORDS}, which the pipeline is called then`,
          },
        ]),
    ...(schedule instanceof FeedError ? [{ path: ['cron'], message: schedule.message }] : []),
    ...stepMistakes(rest.steps, around.jobs),
  ]
  if (schedule instanceof FeedError || found.length > 0)
    return found.map(one => ({ path: pathText(one.path), message: one.message, where: file.where(one.path) }))
  return { ...rest, name: own, path, schedule, zone }
}

function scheduleOf(cron: string | null, zone: string): Schedule | null | FeedError {
  try {
    // An unknown zone is told by its own name, though nothing runs by it.
    const schedule = byCron(cron ?? '0 0 * * *', zone)
    return cron === null ? null : schedule
  } catch (error) {
    if (error instanceof FeedError) return error
    return new FeedError(`"${zone}" is no time zone; allowed: an IANA time zone, such as America/Edmonton`)
  }
}

function issueMistakes(issue: z.core.$ZodIssue, file: YamlFile): Mistake[] {
  const mistake = (path: readonly PropertyKey[], message: string): Mistake => ({
    ...{ path: pathText(path), message },
    where: file.where(path),
  })
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(issue.path.length === 0 ? File.shape : Step.shape).join(', ')
    return issue.keys.map(key => mistake([...issue.path, key], `is unknown; allowed: ${known}`))
  }
  const value = issue.path.reduce<unknown>(
    (node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key],
    file.tree,
  )
  const shown = value === undefined ? 'is missing' : `${JSON.stringify(value)} is not allowed`
  return [mistake(issue.path, `${shown}; allowed: ${issue.message}`)]
}

/** `steps[2].needs` */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  )
}
