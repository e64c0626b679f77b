/** The tables and views of the lake that users may read. What they are made of is not on the list. */
export const lakeTables: ReadonlySet<string> = new Set([
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
