import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../core/config/index.ts'
import { IncidentDeriver } from '../../insight/incidents/derive/deriver.ts'
import { compareRecord } from '../../insight/incidents/derive/compare.ts'
import type { PlaceContext } from '../../insight/incidents/index.ts'
import { recordOutcome } from '../../insight/incidents/derive/outcome.ts'
import type { StreamDifference } from '../../lake/streams/verify.ts'
import type { IncidentRecord } from '../../serve/incident-record/outcome.ts'
import { streams } from '../../streams/index.ts'
import type { OpenLake } from '../lake.ts'
import type { ProblemBoard } from '../problems.ts'
import type { ShutdownSteps } from '../shutdown-steps.ts'
import { readPlaces } from './places.ts'
import { incidentRules } from './rules.ts'

export interface RecordDeps extends Pick<OpenLake, 'engine' | 'loader'> {
  readonly config: Pick<Config, 'incidents' | 'city'>
  readonly problems: Pick<ProblemBoard, 'set'>
}

/** The incident record of a running system. */
export interface HostedRecord extends IncidentRecord {
  readonly places: PlaceContext
  /** Another number whenever any of it was made anew. */
  version(): number
  /** Resolves when everything below the position is in the record, or can't be: a problem says so then. */
  level(position: number, signal: AbortSignal): Promise<void>
  /** Makes it anew beside what is there and names what differs; to be called while nothing is loaded. */
  verify(upto: number, signal: AbortSignal): Promise<StreamDifference[]>
}

const LOOK_MS = 50
/** The streams that the record is made of. */
const MADE_OF: readonly string[] = ['incidents', 'incident-link-decisions']

/** Keeps the incident record made of everything that is loaded, until the system stops. */
export function keepIncidentRecord(
  { engine, loader, config, problems }: RecordDeps,
  undo: ShutdownSteps,
): HostedRecord {
  const places = readPlaces(config.incidents, config.city.timeZone)
  const rules = incidentRules(places)
  const sources = streams.filter(({ name }) => MADE_OF.includes(name))
  let isStuck = false
  const deriver = new IncidentDeriver({
    ...{ engine, rules },
    standing: () => {
      const ledger = loader.lastLedger
      const rows = sources.reduce((sum, stream) => sum + (ledger?.streamCount(stream).rows ?? 0), 0)
      const { visible, changes } = loader
      return { visible, inserted: ledger?.position ?? visible, rows, changes }
    },
    onProblem: message => {
      isStuck = message !== null
      problems.set(
        'incident_record',
        message === null ? null : `The incident record is not made anew: ${message}`,
      )
    },
  })
  deriver.start()
  undo.push(() => deriver.stop())
  return {
    places,
    version: () => deriver.steps,
    made: () => deriver.made,
    outcome: (positions, signal) => recordOutcome(engine, positions, signal),
    async level(position, signal) {
      while (deriver.made < position && !isStuck) await sleep(LOOK_MS, undefined, { signal })
    },
    verify: (upto, signal) => deriver.between(() => compareRecord({ engine, rules, upto, signal })),
  }
}
