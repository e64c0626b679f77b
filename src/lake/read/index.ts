import type { Readable } from 'node:stream'
import type { SitePartial } from '../../core/live.ts'
import { sqlFile } from '../sql-file.ts'
import { tableOf, type List, type ListTable } from './lists.ts'
import { isWide, widening, type Edges } from './narrow.ts'
import { SETTINGS, type ReadEngine, type ReadOptions } from './read-engine.ts'
import { instantText, listStatement, type Key, type ListQuery, type Take } from './statement.ts'

export type { ReadEngine, ReadOptions } from './read-engine.ts'
export { outcomeReader, type Outcome, type OutcomeReader, type StreamOutcome } from './outcome.ts'
export { lists, tableOf, type FilterType, type List, type ListName, type ListTable } from './lists.ts'
export { keyColumns, streamTable, versionColumn, versionsTable } from './stream-tables.ts'
export type { Key, ListQuery, Range } from './statement.ts'

/** A row with the table's column names; instants are ISO 8601 with Z, decimals are numbers. */
export type Row = Readonly<Record<string, unknown>>

export interface Page {
  readonly rows: readonly Row[]
  /** Key of the last row when more rows follow. */
  readonly next: Key | null
}

export type ExportFormat = 'csv' | 'parquet'

export interface Export {
  readonly body: Readable
  readonly next: Key | null
}

export interface ReasonCount {
  readonly stream: string
  readonly reason: string
  readonly lines: number
  readonly first_seen: string
  readonly last_seen: string
}

/** Lines that arrived at or after `fromMs` and before `toMs`, ms since 1970 UTC, of these streams; without any, of all. */
export interface ReasonQuery {
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
  readonly streams?: readonly string[] | undefined
}

export interface LakeReader {
  page(list: List, query: ListQuery, limit: number, signal?: AbortSignal): Promise<Page>
  /** The same rows as `page`, as bytes of the format. */
  export(
    list: List,
    query: ListQuery,
    limit: number,
    format: ExportFormat,
    signal?: AbortSignal,
  ): Promise<Export>
  quarantineReasons(query: ReasonQuery, signal?: AbortSignal): Promise<readonly ReasonCount[]>
  drift(signal?: AbortSignal): Promise<readonly Row[]>
  /** The last finished 15 minutes of each district: rows of gold.district_analytics. `nowMs`: our own clock. */
  latestDistricts(nowMs: number, signal?: AbortSignal): Promise<readonly Row[]>
  /** The last five minutes of each site, for a live page that starts. */
  recentSites(signal?: AbortSignal): Promise<readonly SitePartial[]>
}

const ENGINE_FORMAT = { csv: 'CSVWithNames', parquet: 'Parquet' } as const

/** Reads the lake's lists and summaries for the API, on the engine's reading session. */
export function lakeReader(engine: ReadEngine): LakeReader {
  const options = (params: Record<string, unknown>, signal?: AbortSignal): ReadOptions => ({
    params,
    settings: SETTINGS,
    session: 'read',
    ...(signal === undefined ? {} : { signal }),
  })
  /** The rows of `take`, looked for in a short time first where the list covers a long one. */
  const firstRows = async (list: List, query: ListQuery, take: Take, signal?: AbortSignal) => {
    const table = tableOf(list)
    const edges = isWide(table, query) ? await edgesOf(table, signal) : null
    let rows: Row[] = []
    for (const narrower of widening(table, query, edges)) {
      const { sql, params } = listStatement(table, narrower, take)
      rows = await engine.query<Row>(sql, options(params, signal))
      if (rows.length === take.limit) break
    }
    return rows
  }
  const edgesOf = async ({ time, base }: ListTable, signal?: AbortSignal): Promise<Edges | null> => {
    const [edges] = await all<{ n: number; oldest: string; newest: string }>(
      `SELECT count() AS n, min(${time ?? ''}) AS oldest, max(${time ?? ''}) AS newest FROM ${base ?? ''}`,
      signal,
    )
    if (edges === undefined || edges.n === 0) return null
    return { oldestMs: Date.parse(edges.oldest), newestMs: Date.parse(edges.newest) }
  }
  const all = <T>(sql: string, signal?: AbortSignal) => engine.query<T>(sql, options({}, signal))

  return {
    async page(list, query, limit, signal) {
      const rows = await firstRows(list, query, { limit: limit + 1 }, signal)
      const kept = rows.slice(0, limit)
      const last = kept.at(-1)
      return { rows: kept, next: rows.length > limit && last !== undefined ? keyOf(list, last) : null }
    },

    async export(list, query, limit, format, signal) {
      // Where the page ends is asked first: a row that arrives in between then falls on this page, not between two.
      const take = { limit: 2, offset: limit - 1, keyOnly: true }
      const [last, further] = await firstRows(list, query, take, signal)
      const next = last !== undefined && further !== undefined ? keyOf(list, last) : null
      const page = next === null ? query : { ...query, upTo: next }
      const { sql, params } = listStatement(tableOf(list), page, { limit: null })
      return { body: await engine.stream(sql, ENGINE_FORMAT[format], options(params, signal)), next }
    },

    quarantineReasons: ({ fromMs = -Infinity, toMs = Infinity, streams = [] }, signal) =>
      engine.query<ReasonCount>(
        QUARANTINE_SUMMARY,
        options({ from: instantText(fromMs), to: instantText(toMs), streams }, signal),
      ),
    drift: signal => all<Row>(SCHEMA_DRIFT, signal),
    latestDistricts: (nowMs, signal) =>
      engine.query<Row>(LATEST_DISTRICTS, options({ now: instantText(nowMs) }, signal)),
    recentSites: async signal => (await all<RecentSite>(RECENT_SITES, signal)).map(partialOf),
  }
}

function keyOf(list: List, row: Row): Key {
  return tableOf(list).key.map(({ name, type }) => {
    const value = row[name]
    return type === 'ordinal' ? Number(value) : String(value)
  })
}

interface RecentSite {
  site: string
  minute_ms: number
  readings: number
  vehicles: number | null
  speed_sum: number
  speed_weight: number
  wait_sum_s: number
  wait_count: number
  occupancy_sum: number
  occupancy_count: number
  max_queue_veh: number | null
  last_at_ms: number
  signal: SitePartial['signal']
}

function partialOf(row: RecentSite): SitePartial {
  return {
    site: row.site,
    minuteMs: row.minute_ms,
    readings: row.readings,
    vehicles: row.vehicles,
    speedSum: row.speed_sum,
    speedWeight: row.speed_weight,
    waitSumS: row.wait_sum_s,
    waitCount: row.wait_count,
    occupancySum: row.occupancy_sum,
    occupancyCount: row.occupancy_count,
    maxQueueVeh: row.max_queue_veh,
    lastAtMs: row.last_at_ms,
    signal: row.signal,
  }
}

const statement = (file: string) => sqlFile(new URL(file, import.meta.url))
const QUARANTINE_SUMMARY = statement('quarantine_summary.sql')
const SCHEMA_DRIFT = statement('schema_drift.sql')
const LATEST_DISTRICTS = statement('latest_districts.sql')
const RECENT_SITES = statement('recent_sites.sql')
