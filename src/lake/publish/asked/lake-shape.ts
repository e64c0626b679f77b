import type { Stream } from '../../../core/stream/index.ts'
import { tableOf } from '../../streams/tables.ts'
import type { Asked } from './asked.ts'
import type { LakeColumn } from './column-types.ts'
import { publishedTables } from '../published-table.ts'
import type { PublishedTable } from '../published-table.ts'

/** The lake's tables as they are now. */
export interface LakeShape {
  /** Those that are published. */
  readonly tables: readonly PublishedTable[]
  /** By `database.table`. */
  readonly columns: ReadonlyMap<string, readonly LakeColumn[]>
}

/** Another text whenever what tables are made of is otherwise. */
export interface Things {
  /** The register and the things there are: they change what was long ago. */
  readonly things: string
  /** These, and the rows of every stream. */
  readonly all: string
}

export type ColumnComments = Readonly<Record<string, Readonly<Record<string, string>>>>

const REGISTER = ['lake.sensor_versions', 'lake.sensor_sightings', 'bronze.schema_drift_state']
const DATABASES = ['bronze', 'silver', 'quarantine', 'gold', 'lake']

/** @param comments what is said of columns, by `database.table` and name */
export async function lakeShape(
  asked: Asked,
  streams: readonly Stream[],
  comments: ColumnComments,
): Promise<LakeShape> {
  const rows = await asked.rows<LakeColumn & { table: string }>(
    `SELECT concat(c.database, '.', c.table) AS table, c.name AS name, c.type AS type, c.comment AS comment
     FROM system.columns AS c WHERE c.database IN {databases:Array(String)} ORDER BY c.database, c.table, c.position`,
    { databases: DATABASES },
  )
  const columns = Map.groupBy(rows, ({ table }) => table)
  const windowed = new Set(rows.filter(({ name }) => name === 'window_start').map(({ table }) => table))
  const tables = publishedTables(streams, comments, windowed).filter(({ from }) => columns.has(from))
  return { tables, columns }
}

export async function thingsNow(
  asked: Asked,
  streams: readonly Stream[],
  { columns }: LakeShape,
): Promise<Things> {
  const there = (tables: readonly string[]) => tables.filter(table => columns.has(table))
  const named = there([...REGISTER, ...streams.filter(({ once }) => once.how === 'latest').map(tableOf)])
  const others = there(streams.filter(({ once }) => once.how !== 'latest').map(tableOf))
  // Of a table of many rows the highest position is no quick question; their number is.
  const select = (table: string, last: string) =>
    `SELECT '${table}' AS name, toInt64(${last}) AS last, toInt64(count()) AS rows FROM ${table} AS t`
  const selects = [
    ...named.map(table => select(table, 'max(t.position)')),
    ...others.map(table => select(table, '0')),
  ]
  const rows = await asked.rows<{ name: string; last: number; rows: number }>(
    `SELECT name, last, rows FROM (${selects.join(' UNION ALL ')}) ORDER BY name`,
  )
  const text = (names: readonly string[]) =>
    rows
      .filter(({ name }) => names.includes(name))
      .map(({ last, rows: count }) => `${last}+${count}`)
      .join()
  return { things: text(named), all: text([...named, ...others]) }
}
