import { setImmediate as breathe } from 'node:timers/promises'
import type { Engine } from '../../../lake/engine/index.ts'
import { ONE_BLOCK } from '../../../lake/gold/index.ts'
import type { TableBlock } from '../../../lake/columns/table-block.ts'
import { unhandledLater } from '../../../lake/load/unhandled-later.ts'
import { sqlFile } from '../../../lake/sql-file.ts'
import { DAY_MS } from '../../../core/time/spans.ts'
import { resolveIncidents } from '../identity/resolve.ts'
import { undonePairs } from '../identity/undone.ts'
import type { Apart, IncidentVersion } from '../identity/version.ts'
import { RECORD_COLUMNS, historyRows, incidentRow, linkRows, undoneRow } from './record-rows.ts'
import type { RecordTable } from './record-rows.ts'
import type { IncidentRules } from './rules.ts'
import { TableRows } from './table-rows.ts'
import { spanOf, versionsOf } from './versions.ts'
import type { MonthOfVersions, Span } from './versions.ts'

const DAILY = sqlFile(new URL('daily.sql', import.meta.url))
const LOAD = { session: 'load' } as const
/** What is in memory at a time stays small: so many versions are made together, a month with more day by day. */
const SPAN_VERSIONS = 50_000
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
    await syncedLater(engine, staging(table))
  }
}

/**
 * Inserts into it are not synced each: whoever swaps its partitions in has all of it synced first, at once. Its parts stay as they are
 * inserted, so that none comes to be after that.
 */
export async function syncedLater(engine: Engine, table: string): Promise<void> {
  if (engine.mode === 'server') return
  await engine.exec(`SYSTEM STOP MERGES ${table}`, LOAD)
  await engine.exec(
    `ALTER TABLE ${table} MODIFY SETTING fsync_after_insert = 0, fsync_part_directory = 0`,
    LOAD,
  )
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

/**
 * Fills the tables beside the record's with the rows of months, as their versions, decisions and rules say. Three things overlap: the
 * versions after next are read, the next ones are made into rows, the last ones are inserted.
 */
export async function makeMonths(deps: MonthDeps, months: readonly MonthOfVersions[]): Promise<void> {
  const { engine, staging, signal, upto } = deps
  const spans = spansOf(months)
  const read = (i: number) => {
    const span = spans[i]
    return span === undefined ? null : unhandledLater(versionsOf(engine, span, upto))
  }
  let ahead = read(0)
  let writing: Promise<void> = Promise.resolve()
  try {
    for (const [i, span] of spans.entries()) {
      const versions = (await ahead) ?? []
      signal.throwIfAborted()
      ahead = read(i + 1)
      const blocks = await blocksOf(deps, span, versions)
      await writing
      writing = unhandledLater(insert(engine, blocks))
    }
  } finally {
    await Promise.allSettled([ahead, writing])
  }
  await writing
  const daily = DAILY.replace('@into', staging('gold.incident_daily_state')).replace(
    '@from',
    staging('silver.incidents'),
  )
  const params = { months: months.map(({ month }) => month) }
  await engine.exec(daily, { ...LOAD, settings: ONE_BLOCK, params })
}

/** Months that follow each other together, one that is too large by its days: what is one incident lies within one second. */
function spansOf(months: readonly MonthOfVersions[]): Span[] {
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

function daysOf(fromMs: number, toMs: number): Span[] {
  const days = (toMs - fromMs) / DAY_MS
  return Array.from({ length: days }, (_, i) => [fromMs + i * DAY_MS, fromMs + (i + 1) * DAY_MS] as const)
}

/** The rows of what began in a span. @param versions all there are of each report of which one began in it */
async function blocksOf(
  { rules, apart, staging }: MonthDeps,
  [fromMs, toMs]: Span,
  versions: readonly IncidentVersion[],
): Promise<TableBlock[]> {
  const isHere = ({ startedAtMs }: { readonly startedAtMs: number }) =>
    startedAtMs >= fromMs && startedAtMs < toMs
  const incidents = new TableRows(RECORD_COLUMNS['silver.incidents'])
  const links = new TableRows(RECORD_COLUMNS['silver.incident_links'])
  const history = new TableRows(RECORD_COLUMNS['silver.incident_history'])
  const found = resolveIncidents(versions, apart).filter(({ facts }) => isHere(facts))
  for (const [i, incident] of found.entries()) {
    // Reading words and places takes a while: whatever else the process does goes on meanwhile.
    if (i % SLICE === SLICE - 1) await breathe()
    incidents.add(incidentRow(incident, rules))
    for (const row of linkRows(incident)) links.add(row)
    for (const row of historyRows(incident)) history.add(row)
  }
  for (const pair of undonePairs(versions, apart)) if (isHere(pair)) links.add(undoneRow(pair))
  return [
    incidents.block(staging('silver.incidents')),
    links.block(staging('silver.incident_links')),
    history.block(staging('silver.incident_history')),
  ].filter(({ rows }) => rows > 0)
}

async function insert(engine: Engine, blocks: readonly TableBlock[]): Promise<void> {
  for (const { table, columns, rows, data } of blocks)
    await engine.insertNative(table, columns, data, { ...LOAD, settings: ONE_BLOCK, rows })
}
