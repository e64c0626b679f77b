import { z } from 'zod'
import { endOf, joinedRuns } from '../../core/positions.ts'
import type { Positions } from '../../core/positions.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { OutcomeReader } from '../../lake/read/index.ts'
import { RecordOutcome } from '../contract/incident-record.ts'
import { callerSignal, route, type Route } from '../route.ts'
import { answerOf, outcomeQuestion, MAX_RUNS, runs, type Reached } from './outcome.ts'

/** What became of versions of reports: they are in their table, and the record was made of them. */
export interface IncidentRecord {
  /** Everything below this position of the log is in the record. */
  made(): number
  outcome(
    positions: Positions,
    signal?: AbortSignal,
  ): Promise<Pick<RecordOutcome, 'new' | 'updated' | 'linked' | 'joined'> & { readonly same: number }>
}

export interface IncidentDeps {
  readonly incidents: IncidentRecord
  readonly outcomes: OutcomeReader
  readonly streams: readonly Stream[]
}

/** The stream whose versions the record is made of. */
const REPORTS = 'incidents'
const Question = z.strictObject({ positions: runs })

export function incidentRoutes({ incidents, outcomes, streams }: IncidentDeps, reached: Reached): Route[] {
  const stream = streams.find(({ name }) => name === REPORTS)
  if (stream === undefined) return []
  return [
    route({
      method: 'POST',
      path: `/v1/${REPORTS}/record-outcome`,
      id: 'incidents-record-outcome',
      tag: stream.title,
      summary: 'What delivered reports became of the incident record',
      description:
        'Counts the lines at these positions, and no other: new, updated, unchanged and quarantined add up to them. ' +
        `At most ${MAX_RUNS} runs a request; the counts of several requests add up. Null while the record is not made of all of them.`,
      access: 'write',
      readsLake: 'fresh',
      body: {
        description: 'Positions, as the deliveries answered them',
        required: true,
        content: { 'application/json': Question },
      },
      answers: {
        200: { description: 'The counts', content: { 'application/json': answerOf(RecordOutcome) } },
      },
      problems: [400, 413, 503],
      handle: async ({ request, reply }) => {
        const { positions } = await outcomeQuestion(request, Question)
        const stand = await reached(positions)
        const pending = Math.max(stand.pending, endOf(positions) - incidents.made())
        if (pending > 0) return { ...stand, pending, outcome: null }
        const lines = joinedRuns(positions)
        const signal = callerSignal(reply)
        const { repeats, quarantined, reasons } = await outcomes.stream(stream, lines, signal)
        const { same, ...found } = await incidents.outcome(lines, signal)
        const outcome = { ...found, unchanged: same + repeats, quarantined, reasons }
        return { ...stand, pending: 0, outcome: RecordOutcome.parse(outcome) }
      },
    }),
  ]
}
