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

const tables: ReadonlySet<string> = new Set([
  'bronze.lines',
  'bronze.schema_drift',
  'silver.readings',
  'silver.conflicts',
  'quarantine.lines',
  'gold.hourly_summary',
  'gold.intersection_metrics',
  'gold.district_analytics',
  'lake.sensors',
  'lake.intersections',
])

export const readableLake: ReadableLake = { tables, home: 'quarantine' }
