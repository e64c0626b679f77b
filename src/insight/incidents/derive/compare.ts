import type { Engine } from '../../../lake/engine/index.ts'
import type { StreamDifference } from '../../../lake/streams/verify.ts'
import type { IncidentRules } from './rules.ts'
import { COMPARING, RECORD_TABLES, dropStaging, makeMonths, openStaging } from './staging.ts'
import type { MadeTable } from './staging.ts'
import { LOAD, decisionsOf, monthsOfVersions } from './versions.ts'

export interface CompareDeps {
  readonly engine: Engine
  readonly rules: IncidentRules
  readonly upto: number
  readonly signal: AbortSignal
}

/** Makes the whole record beside the one that is there, and names what differs by table and month. Nothing may be made meanwhile. */
export async function compareRecord(deps: CompareDeps): Promise<StreamDifference[]> {
  const { engine } = deps
  const apart = await decisionsOf(engine)
  await openStaging(engine, COMPARING)
  try {
    await makeMonths({ ...deps, apart, staging: COMPARING }, await monthsOfVersions(engine, deps.upto))
    const found: StreamDifference[] = []
    for (const table of RECORD_TABLES) found.push(...(await compareTable(engine, table)))
    return found
  } finally {
    await dropStaging(engine, COMPARING)
  }
}

async function compareTable(engine: Engine, table: MadeTable): Promise<StreamDifference[]> {
  const month = table === 'gold.incident_daily_state' ? 't.started_month' : 'toYYYYMM(t.started_at)'
  const side = (from: string) =>
    `SELECT ${month} AS made_month, count() AS n, sumWithOverflow(cityHash64(toString(tuple(t.*)))) AS digest FROM ${from} AS t GROUP BY made_month`
  const rows = await engine.query<{ month: number; n: number }>(
    `SELECT toUInt32(made_month) AS month, toInt64(greatest(h.n, w.n)) AS n FROM (${side(table)}) AS h FULL OUTER JOIN (${side(COMPARING(table))}) AS w USING (made_month)
     WHERE h.n != w.n OR h.digest != w.digest ORDER BY made_month`,
    LOAD,
  )
  return rows.map(({ month: of, n }) => ({
    stream: 'incidents',
    what: `rows of ${table} of the month ${of} that are not all what versions, decisions and places say`,
    records: n,
    positions: [],
  }))
}
