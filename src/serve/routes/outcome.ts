import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { endOf, joinedRuns, type Positions } from '../../core/positions.ts'
import type { OutcomeReader } from '../../lake/read/index.ts'
import { parseBody, parseJson, readText } from '../body.ts'
import { ReadingOutcome, Runs, SensorOutcome, type Status } from '../contract/index.ts'
import { callerSignal, route, type Route } from '../route.ts'

/** Runs of one request: each is a condition of the statement that counts. */
const MAX_RUNS = 100
const MAX_BYTES = 64 * 1024

const runs = Runs.max(MAX_RUNS)
const ReadingQuestion = z.strictObject({
  positions: runs,
  gaps: z
    .strictObject({ source: z.string().min(1).max(128), positions: runs.min(1) })
    .optional()
    .meta({
      description:
        'Positions among which lines of the source may stand whose answer was lost; their readings are counted as gapReadings',
    }),
})
const Question = z.strictObject({ positions: runs })

const pending = z
  .int()
  .nonnegative()
  .meta({ description: 'Records of the log before the last of these lines that are not loaded yet' })
/** Where the lines stand, and what became of them. */
const answerOf = <T extends z.ZodType>(outcome: T) =>
  z.strictObject({
    end: z.int().nonnegative().meta({ description: 'First position that the log has not given yet' }),
    pending,
    outcome: outcome.nullable().meta({ description: 'Null while any of the lines is pending' }),
  })

/**
 * What became of lines that were delivered, by the positions that the delivery answered with. Whoever may deliver may
 * ask: the answer has counts alone.
 */
export function outcomeRoutes(outcomes: OutcomeReader, reached: Reached): Route[] {
  return [readingRoute(outcomes, reached), sensorRoute(outcomes, reached)]
}

/** Where the log ends, and how much before the end of these lines is not loaded yet. */
export type Reached = (positions: Runs) => Promise<{ end: number; pending: number }>

export function reachedBy(status: () => Promise<Status> | Status): Reached {
  return async positions => {
    const { log, backlog } = await status()
    return { end: log.position, pending: Math.max(0, endOf(positions) - backlog.position) }
  }
}

function readingRoute(outcomes: OutcomeReader, reached: Reached): Route {
  return route({
    method: 'POST',
    path: '/v1/readings/outcome',
    id: 'readings-outcome',
    tag: 'Readings',
    summary: 'What became of delivered readings',
    description:
      'Counts the lines at these positions, and no other: new, repeats, conflicts and quarantined add up to them. ' +
      `At most ${MAX_RUNS} runs a request, each as [first, count]; the counts of several requests add up.`,
    access: 'write',
    readsLake: 'fresh',
    body: {
      description: 'Positions, as the deliveries answered them',
      required: true,
      content: { 'application/json': ReadingQuestion },
    },
    answers: {
      200: { description: 'The counts', content: { 'application/json': answerOf(ReadingOutcome) } },
    },
    problems: [400, 413, 503],
    handle: async ({ request, reply }) => {
      const { positions, gaps } = await outcomeQuestion(request, ReadingQuestion)
      const stand = await reached(positions)
      if (stand.pending > 0) return { ...stand, outcome: null }
      const signal = callerSignal(reply)
      const outcome = await outcomes.readings(joinedRuns(positions), signal)
      const gapReadings =
        gaps === undefined ? 0 : await outcomes.readingsOf(gaps.source, joinedRuns(gaps.positions), signal)
      return { ...stand, outcome: { ...outcome, gapReadings } }
    },
  })
}

function sensorRoute(outcomes: OutcomeReader, reached: Reached): Route {
  return outcomeRoute({
    path: '/v1/sensors/outcome',
    id: 'sensors-outcome',
    tag: 'Places',
    summary: 'What became of imported sensors',
    counts: 'Counts the lines at these positions, and no other.',
    outcome: SensorOutcome,
    reached,
    count: (lines, signal) => outcomes.sensors(lines, signal),
  })
}

export interface OutcomeRoute<T extends z.ZodType> {
  readonly path: string
  readonly id: string
  readonly tag: string
  readonly summary: string
  /** What is counted, a sentence. */
  readonly counts: string
  readonly outcome: T
  readonly reached: Reached
  /** Held against the schema of the outcome. */
  readonly count: (lines: Positions, signal: AbortSignal) => Promise<unknown>
}

/** What became of the lines at some positions, once they are where they are counted. */
export function outcomeRoute<T extends z.ZodType>(options: OutcomeRoute<T>): Route {
  const { path, id, tag, summary, counts, outcome, reached, count } = options
  return route({
    method: 'POST',
    ...{ path, id, tag, summary },
    description: `${counts} At most ${MAX_RUNS} runs a request; the counts of several requests add up.`,
    access: 'write',
    readsLake: 'fresh',
    body: {
      description: 'Positions, as the deliveries answered them',
      required: true,
      content: { 'application/json': Question },
    },
    answers: { 200: { description: 'The counts', content: { 'application/json': answerOf(outcome) } } },
    problems: [400, 413, 503],
    handle: async ({ request, reply }) => {
      const { positions } = await outcomeQuestion(request, Question)
      const stand = await reached(positions)
      if (stand.pending > 0) return { ...stand, outcome: null }
      return { ...stand, outcome: outcome.parse(await count(joinedRuns(positions), callerSignal(reply))) }
    },
  })
}

/** @throws {RequestError} where it is not what the path wants */
async function outcomeQuestion<T>(request: FastifyRequest, schema: z.ZodType<T>): Promise<T> {
  return parseBody(schema, parseJson(await readText(request.raw, MAX_BYTES)))
}
