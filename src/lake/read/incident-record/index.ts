import type { Readable } from 'node:stream'
import type { ReadEngine } from '../read-engine.ts'
import { askOf } from './ask.ts'
import type { IncidentChoice } from './choice.ts'
import type { RecordColumns } from './columns/index.ts'
import { readIncident } from './detail.ts'
import { readMoments, readRecordVersion, type Moments } from './moments.ts'
import { readOverview, type Overview } from './overview.ts'
import { exportIncidents, readPoints, type Points } from './points.ts'

export { askOf } from './ask.ts'
export type { IncidentChoice } from './choice.ts'
export { RecordColumns } from './columns/index.ts'
export type { Moments } from './moments.ts'
export type { Overview } from './overview.ts'
export type { Points } from './points.ts'

/** Reads the incident record for the page. */
export interface IncidentReader {
  overview(choice: IncidentChoice, signal?: AbortSignal): Promise<Overview>
  /** The newest `limit` of the chosen ones. */
  points(choice: IncidentChoice, limit: number, signal?: AbortSignal): Promise<Points>
  /** All of the chosen ones as a Parquet file, newest first. */
  export(choice: IncidentChoice, signal?: AbortSignal): Promise<Readable>
  /** Null where there is none of that id. */
  incident(id: string, signal?: AbortSignal): Promise<Readonly<Record<string, unknown>> | null>
}

/** Reads what analyses of the record are made of. */
export interface MomentReader {
  moments(choice: IncidentChoice, signal?: AbortSignal): Promise<Moments>
  /** A text that changes when the record does. */
  version(signal?: AbortSignal): Promise<string>
}

/** @param columns what is counted without the engine; null: nothing */
export function incidentReader(
  engine: ReadEngine,
  columns: Pick<RecordColumns, 'overview' | 'newest'> | null = null,
): IncidentReader & MomentReader {
  const ask = askOf(engine)
  return {
    overview: async (choice, signal) =>
      (await columns?.overview(choice)) ?? readOverview(ask, choice, signal),
    points: async (choice, limit, signal) =>
      readPoints(ask, choice, limit, (await columns?.newest(choice, limit)) ?? null, signal),
    export: (choice, signal) => exportIncidents(engine, choice, signal),
    incident: (id, signal) => readIncident(ask, id, signal),
    moments: (choice, signal) => readMoments(ask, choice, signal),
    version: signal => readRecordVersion(ask, signal),
  }
}
