/** The tables that a batch fills beside silver; each is filled in log order, so max(position) is its watermark. */
export const SIDE_TABLES = {
  rules: 'lake.rule_versions',
  versions: 'lake.sensor_versions',
  drift: 'bronze.schema_drift_state',
  quarantine: 'quarantine.lines',
  conflicts: 'silver.conflicts',
  sightings: 'lake.sensor_sightings',
} as const

export type SideTable = keyof typeof SIDE_TABLES
export const SIDE_NAMES = Object.keys(SIDE_TABLES) as SideTable[]

export function sideTableOf(table: string): SideTable | undefined {
  return SIDE_NAMES.find(name => SIDE_TABLES[name] === table)
}
