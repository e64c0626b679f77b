import { setImmediate as breathe } from 'node:timers/promises'
import type { Engine } from '../../../lake/engine/index.ts'
import { ONE_BLOCK } from '../../../lake/gold/index.ts'
import { sqlFile } from '../../../lake/sql-file.ts'
import { DAY_MS } from '../../../core/time/spans.ts'
import { resolveIncidents } from '../identity/resolve.ts'
import type { ResolvedIncident } from '../identity/resolve.ts'
import { undonePairs } from '../identity/undone.ts'
import type { Apart } from '../identity/version.ts'
import { RECORD_COLUMNS, historyRows, incidentRow, linkRows, undoneRow } from './record-rows.ts'
import type { RecordTable } from './record-rows.ts'
import type { IncidentRules } from './rules.ts'
import { tableBlock } from './table-rows.ts'
import type { TableColumns, TableRow } from './table-rows.ts'
import { spanOf, versionsOf } from './versions.ts'
import type { MonthOfVersions } from './versions.ts'

const DAILY = sqlFile(new URL('daily.sql', import.meta.url))
const LOAD = { session: 'load' } as const
/** What is in memory at a time stays small: so many versions are made together, a month with more day by day. */
const SPAN_VERSIONS = 20_000
/** After so many incidents others get their turn. */
const SLICE = 250

/** The tables of the record, by the names people know. */
export const RECORD_TABLES = [
  ...(Object.keys(RECORD_COLUMNS) as RecordTable[]),
  'gold.incident_daily_state',
] as const
export type MadeTable = (typeof RECORD_TABLES)[number]

/** Names of tables that take the rows of a month before they take its place, or are only compared. */
export type Staging = (table: MadeTable) => string

export const STAGING: Staging = table => `${table}_rebuild`
export const COMPARING: Staging = table => `lake.verify_${table.replace('.', '_')}`

export async function openStaging(engine: Engine, staging: Staging): Promise<void> {
  for (const table of RECORD_TABLES) {
    await engine.exec(`DROP TABLE IF EXISTS ${staging(table)}`, LOAD)
    await engine.exec(`CREATE TABLE ${staging(table)} AS ${table}`, LOAD)
  }
}

export async function dropStaging(engine: Engine, staging: Staging): Promise<void> {
  for (const table of RECORD_TABLES) await engine.exec(`DROP TABLE IF EXISTS ${staging(table)}`, LOAD)
}

export interface MonthDeps {
  readonly engine: Engine
  readonly rules: IncidentRules
  readonly apart: readonly Apart[]
  readonly upto: number
  readonly staging: Staging
  readonly signal: AbortSignal
}

/** Fills the tables beside the record's with the rows of months, as their versions, decisions and rules say. */
export async function makeMonths(deps: MonthDeps, months: readonly MonthOfVersions[]): Promise<void> {
  const { engine, staging } = deps
  for (const [fromMs, toMs] of spansOf(months)) {
    deps.signal.throwIfAborted()
    await makeSlice(deps, fromMs, toMs)
  }
  const daily = DAILY.replace('@into', staging('gold.incident_daily_state')).replace(
    '@from',
    staging('silver.incidents'),
  )
  const params = { months: months.map(({ month }) => month) }
  await engine.exec(daily, { ...LOAD, settings: ONE_BLOCK, params })
}

/** Months that follow each other together, one that is too large by its days: what is one incident lies within one second. */
function spansOf(months: readonly MonthOfVersions[]): (readonly [fromMs: number, toMs: number])[] {
  const spans: { fromMs: number; toMs: number; versions: number }[] = []
  for (const { month, versions } of months.toSorted((a, b) => a.month - b.month)) {
    const [fromMs, toMs] = spanOf(month)
    const last = spans.at(-1)
    if (last?.toMs === fromMs && last.versions + versions <= SPAN_VERSIONS) {
      last.toMs = toMs
      last.versions += versions
    } else spans.push({ fromMs, toMs, versions })
  }
  return spans.flatMap(({ fromMs, toMs, versions }) =>
    versions <= SPAN_VERSIONS ? [[fromMs, toMs] as const] : daysOf(fromMs, toMs),
  )
}

function daysOf(fromMs: number, toMs: number): (readonly [fromMs: number, toMs: number])[] {
  const days = (toMs - fromMs) / DAY_MS
  return Array.from({ length: days }, (_, i) => [fromMs + i * DAY_MS, fromMs + (i + 1) * DAY_MS] as const)
}

async function makeSlice(deps: MonthDeps, fromMs: number, toMs: number): Promise<void> {
  const { engine, rules, apart, upto } = deps
  const versions = await versionsOf(engine, fromMs, toMs, upto)
  const isHere = ({ startedAtMs }: { readonly startedAtMs: number }) =>
    startedAtMs >= fromMs && startedAtMs < toMs
  const incidents = resolveIncidents(versions, apart).filter(({ facts }) => isHere(facts))
  const rows = await inTurns(incidents, incident => incidentRow(incident, rules))
  const undone = undonePairs(versions, apart).filter(isHere)
  await insert(deps, 'silver.incidents', rows)
  await insert(deps, 'silver.incident_links', [...incidents.flatMap(linkRows), ...undone.map(undoneRow)])
  await insert(deps, 'silver.incident_history', incidents.flatMap(historyRows))
}

/** Reading words and places takes a while: whatever else the process does goes on meanwhile. */
async function inTurns<T>(
  incidents: readonly ResolvedIncident[],
  make: (incident: ResolvedIncident) => T,
): Promise<T[]> {
  const made: T[] = []
  for (let i = 0; i < incidents.length; i += SLICE) {
    if (i > 0) await breathe()
    made.push(...incidents.slice(i, i + SLICE).map(make))
  }
  return made
}

async function insert<T extends RecordTable>(
  { engine, staging }: MonthDeps,
  table: T,
  rows: readonly TableRow<(typeof RECORD_COLUMNS)[T]>[],
): Promise<void> {
  if (rows.length === 0) return
  const block = tableBlock<TableColumns>(staging(table), RECORD_COLUMNS[table], rows)
  await engine.insertNative(block.table, block.columns, block.data, {
    ...LOAD,
    settings: ONE_BLOCK,
    rows: block.rows,
  })
}
