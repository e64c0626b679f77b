import { readFileSync } from 'node:fs'
import type { Stream } from '../../core/stream/index.ts'
import { numberedSqlFiles, viewFiles } from '../sql-file.ts'
import { tableOf, viewOf } from './tables.ts'

/** The columns by which a reader knows what came to a table: rows by their place in the log, or windows. */
const NEWS = ['position', 'window_start'] as const

/** A table or view that people read. */
export interface DescribedTable {
  /** `database.table` */
  readonly table: string
  /** The sentence that heads its SQL. */
  readonly says: string
  /** The column that tells what is new in it; null where nothing does. */
  readonly news: (typeof NEWS)[number] | null
}

/** Made by the files of a stream: what is read of it in silver, what is made of that there, and its views of gold; not what these are made from. */
export function describedTables(stream: Stream): DescribedTable[] {
  const { sql } = stream
  const headed = [...numberedSqlFiles(sql), ...viewFiles(sql)].map(name =>
    headOf(readFileSync(new URL(name, sql), 'utf8')),
  )
  const said = new Map(headed.map(one => [one.table, one]))
  const own = [...new Set([viewOf(stream), tableOf(stream)])]
  const made = [...said.keys()].filter(
    table => /^(silver|gold)\./.test(table) && !table.endsWith('_state') && !own.includes(table),
  )
  return [...own, ...made].map(
    table => said.get(table) ?? { table, says: stream.says, news: 'position' as const },
  )
}

/** `-- silver.weather: one row per station and time.` */
function headOf(text: string): DescribedTable {
  const [, table = '', says = ''] = /^-- (\w+\.\w+): (.+)$/m.exec(text) ?? []
  return { table, says, news: newsOf(text) }
}

/** It is the first column of whatever has one: of a table as declared, of a view as its outermost SELECT names it. */
function newsOf(text: string): DescribedTable['news'] {
  const columns = /^(?:SELECT|\()\s+([^,]+),/.exec(
    text.slice(Math.max(text.lastIndexOf('\nSELECT'), tableAt(text)) + 1),
  )
  const [, first = ''] = columns ?? []
  const name = / AS (\w+)$/.exec(first)?.[1] ?? /^\w+/.exec(first)?.[0]
  return NEWS.find(one => one === name) ?? null
}

/** Where the columns of a `CREATE TABLE` begin, or −1. */
function tableAt(text: string): number {
  return text.includes('CREATE TABLE') ? text.indexOf('\n(') : -1
}
