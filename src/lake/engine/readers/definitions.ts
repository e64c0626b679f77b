import { randomUUID } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import type { Engine } from '../engine.ts'
import { wordsOf } from '../words.ts'

/** One table or view of the loader's engine, as a reader attaches it. */
export interface Definition {
  readonly database: string
  readonly name: string
  /** An ATTACH statement, as the engine keeps it in its own folder. */
  readonly text: string
  /** The folder of its parts; null where it has none. */
  readonly parts: string | null
}

export interface TableRow {
  readonly database: string
  readonly name: string
  readonly engine: string
  readonly create_table_query: string
}

/** The databases readers know. */
export const databases = ['bronze', 'silver', 'quarantine', 'gold', 'lake', 'bi'] as const

/** Of many parts, new ones are looked for less often, because a look costs what there are: so many a second. */
const partsALook = 500

/** Tables that come and go with the work of the loader; nobody reads them. */
const scratch = /^lake\.(gold_delta|verify_\w+)$|_rebuild$/

/**
 * Asks the loader's engine what there is to read.
 * @param refreshS how often new parts are looked for, of few
 */
export async function readDefinitions(
  engine: Pick<Engine, 'query'>,
  refreshS: number,
): Promise<Definition[]> {
  const where = `database IN (${databases.map(name => `'${name}'`).join(', ')})`
  const rows = await engine.query<TableRow>(
    `SELECT database, name, engine, create_table_query FROM system.tables WHERE ${where}`,
  )
  // The paths of a table over files are refused, so only those of tables with parts are asked for.
  const places = await engine.query<{ table: string; path: string; parts: number }>(
    `SELECT concat(t.database, '.', t.name) AS table, t.data_paths[1] AS path, toUInt32(p.parts) AS parts
     FROM (SELECT database, name, data_paths FROM system.tables WHERE ${where} AND engine LIKE '%MergeTree') AS t
     LEFT JOIN (SELECT database, table, count() AS parts FROM system.parts WHERE active GROUP BY database, table) AS p
     ON p.database = t.database AND p.table = t.name`,
  )
  const paths = new Map<string, string>()
  for (const { table, path } of places) paths.set(table, await realpath(path))
  const parts = places.reduce((sum, place) => sum + place.parts, 0)
  const everyS = Math.max(refreshS, Math.ceil((10 * parts) / partsALook) / 10)
  return rows
    .filter(row => /^\w+$/.test(row.name) && !scratch.test(`${row.database}.${row.name}`))
    .flatMap(row => definitionOf(row, paths.get(`${row.database}.${row.name}`) ?? null, everyS) ?? [])
}

/** @returns null for a kind of table that readers do without */
export function definitionOf(row: TableRow, parts: string | null, everyS: number): Definition | null {
  const { database, name, engine } = row
  const sql = row.create_table_query
  const text = engine.endsWith('MergeTree')
    ? parts !== null && attachedTable(sql, parts, everyS)
    : engine === 'View'
      ? attachedView(sql)
      : engine === 'File' && viewOverFiles(sql)
  return text === false || text === null ? null : { database, name, text, parts }
}

/** The same columns and order over the other engine's parts, which are looked for every so many seconds and never written. */
function attachedTable(sql: string, parts: string, everyS: number): string {
  const body = sql.slice(startOf(sql, '('), startOf(sql, 'SETTINGS')).trim()
  const granularity = /\bindex_granularity = \d+/.exec(sql)?.[0] ?? 'index_granularity = 8192'
  const disk =
    `disk(type = 'object_storage', object_storage_type = 'local_blob_storage', metadata_type = 'plain', ` +
    `path = ${literal(`${parts}/`)}, readonly = 1)`
  return `ATTACH TABLE _ UUID '${randomUUID()}' ${body} SETTINGS ${granularity}, disk = ${disk}, table_disk = 1, refresh_parts_interval = ${everyS}\n`
}

/** Whoever may read a view need not be allowed to read what it is made of. */
function attachedView(sql: string): string {
  // What is said of the view stands before its query, and behind whose rights it has.
  const query = Math.min(startOf(sql, 'AS'), startOf(sql, 'COMMENT'))
  return `ATTACH VIEW _ UUID '${randomUUID()}' ${sql.slice(startOf(sql, '('), query)} SQL SECURITY NONE ${sql.slice(query)}\n`
}

/** A table over files sees those that were there when it was made; a view over them looks anew each time. */
function viewOverFiles(sql: string): string | null {
  const [, format, path] = /ENGINE = File\(('\w+'), ('(?:[^'\\]|\\.)*')\)/.exec(sql) ?? []
  if (format === undefined || path === undefined) return null
  return (
    `ATTACH VIEW _ UUID '${randomUUID()}' (line String, _file String, _row_number Nullable(UInt64)) SQL SECURITY NONE AS ` +
    `SELECT line, _file AS _file, _row_number AS _row_number FROM file(${path}, ${format}, 'line String')\n`
  )
}

/** Where a word stands outside of brackets; the text's end when it does not. */
function startOf(sql: string, word: string): number {
  for (const { key, text, depth, start } of wordsOf(sql)) {
    if (depth === 0 && (key === word || text === word)) return start
  }
  return sql.length
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
