import type { Stream } from '../../core/stream/index.ts'
import { biViews } from '../../lake/bi/names.ts'
import type { BiView } from '../../lake/bi/names.ts'
import { describedTables } from '../../lake/streams/described.ts'
import type { DescribedTable } from '../../lake/streams/described.ts'

/** What users may read. */
export interface ReadableLake {
  /** `database.table` each. What a view is made of need not be on the list. */
  readonly tables: ReadonlySet<string>
  /**
   * Where a name without a database is looked up; only names from a WITH may lack it. Not the engine's own default
   * database, in which every file of the disk is a table.
   */
  readonly home: string
}

const HOME = 'quarantine'

const base: readonly DescribedTable[] = [
  { table: 'bronze.lines', says: 'every line of the log as it was received', news: 'position' },
  {
    table: 'bronze.schema_drift',
    says: 'fields that came and that the record of their stream does not name',
    news: null,
  },
  { table: 'silver.readings', says: 'one row per sensor and time, the first arrival', news: 'position' },
  {
    table: 'silver.conflicts',
    says: 'repeats of readings that said something else than the first arrival',
    news: 'position',
  },
  { table: 'quarantine.lines', says: 'every line that broke a rule, byte for byte', news: 'position' },
  { table: 'gold.hourly_summary', says: 'each district by the hour', news: 'window_start' },
  { table: 'gold.intersection_metrics', says: 'each intersection by five minutes', news: 'window_start' },
  { table: 'gold.district_analytics', says: 'each district by fifteen minutes', news: 'window_start' },
  { table: 'lake.sensors', says: 'sensors: registered ones, and those that were only seen', news: null },
  { table: 'lake.intersections', says: 'intersections and other sites', news: null },
]
const ofStreams: DescribedTable = {
  table: 'lake.stream_conflicts',
  says: 'repeats of other streams that said something else than what came first',
  news: 'position',
}

/** Every table that SQL may read, with what it holds. */
export function readableTables(streams: readonly Stream[]): DescribedTable[] {
  return [...base, ...(streams.length === 0 ? [] : [ofStreams]), ...streams.flatMap(describedTables)]
}

/** The same and the views made of them in plain types: what people may read by SQL. */
export function sqlTables(streams: readonly Stream[]): BiView[] {
  const tables = readableTables(streams).map(({ table, says }) => ({ table, says }))
  return [...tables, ...biViews(tables)]
}

/** The same as a lake of users' statements. */
export function sqlLakeOf(streams: readonly Stream[]): ReadableLake {
  return { tables: new Set(sqlTables(streams).map(({ table }) => table)), home: HOME }
}

export function readableLakeOf(streams: readonly Stream[]): ReadableLake {
  return { tables: new Set(readableTables(streams).map(({ table }) => table)), home: HOME }
}

/** Without any streams. */
export const readableLake = readableLakeOf([])
