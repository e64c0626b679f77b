import type { Stream } from '../../core/stream/index.ts'
import { tableOf } from '../streams/tables.ts'

/** Repeats of streams that say something else than what came first. */
export const STREAM_CONFLICTS = 'lake.stream_conflicts'

/** The tables that a batch fills beside silver's readings; each is filled in log order, so max(position) is its watermark. */
export const SIDE_TABLES = {
  rules: 'lake.rule_versions',
  versions: 'lake.sensor_versions',
  drift: 'bronze.schema_drift_state',
  quarantine: 'quarantine.lines',
  conflicts: 'silver.conflicts',
  sightings: 'lake.sensor_sightings',
  streamConflicts: STREAM_CONFLICTS,
} as const

/** A table by a name of ours; a stream's own is its name. */
export type SideTables = Readonly<Record<string, string>>

/** Those of this program, with a table of each stream. */
export function sideTablesOf(streams: readonly Stream[]): SideTables {
  return { ...SIDE_TABLES, ...Object.fromEntries(streams.map(stream => [tableOf(stream), tableOf(stream)])) }
}

export function sideTableNamed(tables: SideTables, table: string): string | undefined {
  return Object.keys(tables).find(name => tables[name] === table)
}
