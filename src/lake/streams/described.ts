import { readFileSync } from 'node:fs'
import type { Stream } from '../../core/stream/index.ts'
import { numberedSqlFiles, viewFiles } from '../sql-file.ts'
import { tableOf, viewOf } from './tables.ts'

/** A table or view that people read. */
export interface DescribedTable {
  /** `database.table` */
  readonly table: string
  /** The sentence that heads its SQL. */
  readonly says: string
}

/** Made by the files of a stream: what is read of it in silver, what is made of that there, and its views of gold; not what these are made from. */
export function describedTables(stream: Stream): DescribedTable[] {
  const { sql } = stream
  const headed = [...numberedSqlFiles(sql), ...viewFiles(sql)].map(name =>
    headOf(readFileSync(new URL(name, sql), 'utf8')),
  )
  const said = new Map(headed.map(({ table, says }) => [table, says]))
  const own = [...new Set([viewOf(stream), tableOf(stream)])]
  const made = [...said.keys()].filter(
    table => /^(silver|gold)\./.test(table) && !table.endsWith('_state') && !own.includes(table),
  )
  return [...own, ...made].map(table => ({ table, says: said.get(table) ?? stream.says }))
}

/** `-- silver.weather: one row per station and time.` */
function headOf(text: string): DescribedTable {
  const [, table = '', says = ''] = /^-- (\w+\.\w+): (.+)$/m.exec(text) ?? []
  return { table, says }
}
