import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { endOf, joinedRuns } from '../../core/positions.ts'
import type { OutcomeReader } from '../../lake/read/index.ts'
import { parseBody, parseJson, readText } from '../body.ts'
import { ReadingOutcome, Runs, SensorOutcome, type Status } from '../contract/index.ts'
import { callerSignal, route, type Route } from '../route.ts'

/** Runs of one request: each is a condition of the statement that counts. */
export const MAX_RUNS = 100
const MAX_BYTES = 64 * 1024

export const runs = Runs.max(MAX_RUNS)
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
const SensorQuestion = z.strictObject({ positions: runs })

const pending = z
  .int()
  .nonnegative()
  .meta({ description: 'Records of the log before the last of these lines that are not loaded yet' })
/** Where the lines stand, and what became of them. */
export const answerOf = <T extends z.ZodType>(outcome: T) =>
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
  return route({
    method: 'POST',
    path: '/v1/sensors/outcome',
    id: 'sensors-outcome',
    tag: 'Places',
    summary: 'What became of imported sensors',
    access: 'write',
    readsLake: 'fresh',
    body: {
      description: 'Positions, as the imports answered them',
      required: true,
      content: { 'application/json': SensorQuestion },
    },
    answers: {
      200: { description: 'The counts', content: { 'application/json': answerOf(SensorOutcome) } },
    },
    problems: [400, 413, 503],
    handle: async ({ request, reply }) => {
      const { positions } = await outcomeQuestion(request, SensorQuestion)
      const stand = await reached(positions)
      if (stand.pending > 0) return { ...stand, outcome: null }
      return { ...stand, outcome: await outcomes.sensors(joinedRuns(positions), callerSignal(reply)) }
    },
  })
}

/** @throws {RequestError} where it is not what the path wants */
export async function outcomeQuestion<T>(request: FastifyRequest, schema: z.ZodType<T>): Promise<T> {
  return parseBody(schema, parseJson(await readText(request.raw, MAX_BYTES)))
}
