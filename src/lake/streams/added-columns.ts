import type { Stream } from '../../core/stream/index.ts'
import type { Engine } from '../engine/index.ts'
import { numberedSqlFiles, sqlStatements } from '../sql-file.ts'
import { tableOf } from './tables.ts'

const LOAD = { session: 'load', settings: { output_format_json_quote_64bit_integers: 0 } } as const
/** Files applied within this are of one start, which made the table with all its columns before it held a row. */
const ONE_START_MS = 1_000

/**
 * Columns that came to a stream's table after it was made here, each with the instant in ms since 1970 UTC: rows from before are
 * without a value there until a rebuild, whatever their lines say.
 */
export async function addedColumns(engine: Engine, stream: Stream): Promise<ReadonlyMap<string, number>> {
  const files = numberedSqlFiles(stream.sql).flatMap(file => {
    const columns = columnsAddedBy(sqlStatements(new URL(file, stream.sql)), tableOf(stream))
    return columns.map(column => ({ column, name: `${stream.name}/${file}` }))
  })
  if (files.length === 0) return new Map()
  const applied = await engine.query<{ name: string; at: number }>(
    `SELECT name, toUnixTimestamp64Milli(applied_at) AS at FROM lake.migrations WHERE startsWith(name, {prefix:String})`,
    { ...LOAD, params: { prefix: `${stream.name}/` } },
  )
  const first = Math.min(...applied.map(({ at }) => at))
  const later = new Map(
    applied.filter(({ at }) => at >= first + ONE_START_MS).map(({ name, at }) => [name, at]),
  )
  return new Map(
    files.flatMap(({ column, name }) => {
      const at = later.get(name)
      return at === undefined ? [] : [[column, at] as const]
    }),
  )
}

/** The columns that statements add to a table. */
export function columnsAddedBy(statements: readonly string[], table: string): string[] {
  return statements
    .filter(statement => new RegExp(`^ALTER TABLE ${table}\\s`).test(statement))
    .flatMap(statement => [...statement.matchAll(/\bADD COLUMN (?:IF NOT EXISTS )?(\w+)/g)])
    .map(([, column = '']) => column)
}
