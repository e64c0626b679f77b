import { endOf, type Positions } from '../../core/positions.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { OutcomeReader } from '../../lake/read/index.ts'
import { RecordOutcome } from '../contract/incident-record/index.ts'
import type { Route } from '../route.ts'
import { outcomeRoute, type Reached } from '../routes/outcome.ts'

/** What became of versions of reports: they are in their table, and the record was made of them. */
export interface IncidentRecord {
  /** Everything below this position of the log is in the record. */
  made(): number
  outcome(
    positions: Positions,
    signal?: AbortSignal,
  ): Promise<Pick<RecordOutcome, 'new' | 'updated' | 'linked' | 'joined'> & { readonly same: number }>
}

export interface RecordOutcomeDeps {
  readonly incidents: IncidentRecord
  readonly outcomes: OutcomeReader
  readonly streams: readonly Stream[]
}

/** The stream whose versions the record is made of. */
const REPORTS = 'incidents'

export function recordOutcomeRoutes(
  { incidents, outcomes, streams }: RecordOutcomeDeps,
  reached: Reached,
): Route[] {
  const stream = streams.find(({ name }) => name === REPORTS)
  if (stream === undefined) return []
  const inRecord: Reached = async positions => {
    const { end, pending } = await reached(positions)
    return { end, pending: Math.max(pending, endOf(positions) - incidents.made()) }
  }
  return [
    outcomeRoute({
      path: `/v1/${REPORTS}/record-outcome`,
      id: 'incidents-record-outcome',
      tag: stream.title,
      summary: 'What delivered reports became of the incident record',
      counts:
        'Counts the lines at these positions, and no other: new, updated, unchanged and quarantined add up to them.',
      outcome: RecordOutcome,
      reached: inRecord,
      count: async (lines, signal) => {
        const { repeats, quarantined, reasons } = await outcomes.stream(stream, lines, signal)
        const { same, ...found } = await incidents.outcome(lines, signal)
        return { ...found, unchanged: same + repeats, quarantined, reasons }
      },
    }),
  ]
}
