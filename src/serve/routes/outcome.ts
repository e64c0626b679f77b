import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { endOf, joinedRuns } from '../../core/positions.ts'
import type { OutcomeReader } from '../../lake/read/index.ts'
import { parseBody, parseJson, readText } from '../body.ts'
import { ReadingOutcome, Runs, SensorOutcome } from '../contract/index.ts'
import { callerSignal, route, type Route } from '../route.ts'

/** Runs of one request: each is a condition of the statement that counts. */
const MAX_RUNS = 100
const MAX_BYTES = 64 * 1024

const runs = Runs.max(MAX_RUNS)
const ReadingQuestion = z.strictObject({
  positions: runs.min(1),
  gaps: z
    .strictObject({ source: z.string().min(1).max(128), positions: runs.min(1) })
    .optional()
    .meta({
      description:
        'Positions among which lines of the source may stand whose answer was lost; their readings are counted as gapReadings',
    }),
})
const SensorQuestion = z.strictObject({ positions: runs.min(1) })

const pending = z
  .int()
  .nonnegative()
  .meta({ description: 'Records of the log before the last of these lines that are not loaded yet' })
const answerOf = <T extends z.ZodType>(outcome: T) =>
  z.strictObject({
    pending,
    outcome: outcome.nullable().meta({ description: 'Null while any of the lines is pending' }),
  })

/**
 * What became of lines that were delivered, by the positions that the delivery answered with. Whoever may deliver may
 * ask: the answer has counts alone.
 *
 * @param visible first position that is not complete in every layer
 */
export function outcomeRoutes(outcomes: OutcomeReader, visible: () => Promise<number> | number): Route[] {
  const waiting = async (positions: Runs) => Math.max(0, endOf(positions) - (await visible()))
  return [
    route({
      method: 'POST',
      path: '/v1/readings/outcome',
      id: 'readings-outcome',
      tag: 'Readings',
      summary: 'What became of delivered readings',
      description:
        'Counts the lines at these positions, and no other: new, repeats, conflicts and quarantined add up to them. ' +
        `At most ${MAX_RUNS} runs a request; the counts of several requests add up.`,
      access: 'write',
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
        const { positions, gaps } = await question(request, ReadingQuestion)
        const left = await waiting(positions)
        if (left > 0) return { pending: left, outcome: null }
        const signal = callerSignal(reply)
        const outcome = await outcomes.readings(joinedRuns(positions), signal)
        const gapReadings =
          gaps === undefined ? 0 : await outcomes.readingsOf(gaps.source, joinedRuns(gaps.positions), signal)
        return { pending: 0, outcome: { ...outcome, gapReadings } }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/sensors/outcome',
      id: 'sensors-outcome',
      tag: 'Places',
      summary: 'What became of imported sensors',
      access: 'write',
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
        const { positions } = await question(request, SensorQuestion)
        const left = await waiting(positions)
        if (left > 0) return { pending: left, outcome: null }
        return { pending: 0, outcome: await outcomes.sensors(joinedRuns(positions), callerSignal(reply)) }
      },
    }),
  ]
}

async function question<T>(request: FastifyRequest, schema: z.ZodType<T>): Promise<T> {
  return parseBody(schema, parseJson(await readText(request.raw, MAX_BYTES)))
}
