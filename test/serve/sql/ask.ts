import { text } from 'node:stream/consumers'
import type { RunSql, SqlAnswer } from '../../../src/serve/sql/index.ts'

export interface Rows {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly unknown[])[]
  readonly truncated: boolean
}

/** The rows of an answer in JSON. */
export async function rowsOf(answer: SqlAnswer): Promise<Rows> {
  return JSON.parse(await text(answer.body)) as Rows
}

/** Asks as the HTTP door does. */
export async function askSql(
  run: RunSql,
  sql: string,
  params: Readonly<Record<string, unknown>> = {},
  signal: AbortSignal = AbortSignal.timeout(60_000),
): Promise<Rows> {
  const request = { body: Buffer.from(JSON.stringify({ sql, params })), json: true, params: {} }
  return rowsOf(await run(async () => request, 'json', signal, 'test'))
}
