import { Client, DatabaseError } from 'pg'
import type { QueryConfig, QueryResult } from 'pg'
import { CONNECT_MS, KEEP_ALIVE_MS, UNLOCK_MS } from '../database.ts'
import type { Database } from '../database.ts'
import type { Applied, FoundTable, Session } from '../deliver.ts'
import { OutputConnectError, OutputRefusedError } from '../output-error.ts'
import type { OutputColumn, OutputRow, OutputTable, OutputValue } from '../output-table.ts'
import * as statements from './statements.ts'

/** Connects to PostgreSQL. @throws {OutputConnectError} */
export async function connectPostgresql(output: string, database: Database): Promise<Session> {
  const client = new Client({
    host: database.host,
    port: database.port,
    user: database.user,
    database: database.database,
    ...(database.password === null ? {} : { password: database.password }),
    ssl: database.tls === 'verify' ? { rejectUnauthorized: true } : false,
    application_name: 'arterial',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  })
  // A connection that breaks between two statements says so at the next one.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query("SET TIME ZONE 'UTC'")
    return new PostgresqlSession(output, client)
  } catch (cause) {
    await client.end().catch(() => undefined)
    const where = `${database.user}@${database.host}:${database.port}/${database.database}`
    throw new OutputConnectError(output, `${where} can't be reached: ${words(cause)}`, { cause })
  }
}

class PostgresqlSession implements Session {
  readonly #output: string
  readonly #client: Client
  #asking = 0

  constructor(output: string, client: Client) {
    this.#output = output
    this.#client = client
  }

  async lock(table: OutputTable): Promise<boolean> {
    const { rows } = await this.#ask<{ got: boolean }>(
      "SELECT pg_try_advisory_lock(hashtextextended('arterial.' || current_schema() || '.' || $1, 0)) AS got",
      [table.name],
    )
    return rows[0]?.got === true
  }

  async find(table: OutputTable): Promise<FoundTable | null> {
    const { rows } = await this.#ask<{ comment: string | null; name: string; type: string }>(
      `SELECT obj_description(t.oid, 'pg_class') AS comment, a.attname AS name,
         format_type(a.atttypid, a.atttypmod) AS type
       FROM pg_class AS t JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE t.relname = $1 AND t.relnamespace = current_schema()::regnamespace`,
      [table.name],
    )
    const [first] = rows
    if (first === undefined) return null
    return { comment: first.comment ?? '', types: new Map(rows.map(({ name, type }) => [name, type])) }
  }

  typeOf(_table: OutputTable, column: OutputColumn): string {
    return statements.typeOf(column)
  }

  async create(table: OutputTable): Promise<void> {
    for (const statement of statements.createTable(table)) await this.#ask(statement)
  }

  async add(table: OutputTable, column: OutputColumn): Promise<void> {
    await this.#ask(statements.addColumn(table, column))
  }

  async stage(table: OutputTable): Promise<void> {
    await this.#ask(statements.createStage(table))
  }

  async put(table: OutputTable, rows: readonly OutputRow[]): Promise<void> {
    const names = table.columns.map(({ name }) => name)
    const records = rows.map(row =>
      Object.fromEntries<OutputValue>(names.map((name, i) => [name, storable(row[i] ?? null)])),
    )
    await this.#ask(statements.putRows(table), [JSON.stringify(records)])
  }

  async isEmpty(table: OutputTable): Promise<boolean> {
    return (await this.#ask(statements.anyRow(table))).rows.length === 0
  }

  async apply(table: OutputTable): Promise<Applied> {
    const update = statements.updateChanged(table)
    const changed = async (sql: string) => (await this.#ask(sql)).rowCount ?? 0
    await this.#ask('BEGIN')
    try {
      const deleted = await changed(statements.deleteGone(table))
      const updated = update === null ? 0 : await changed(update)
      const inserted = await changed(statements.insertNew(table))
      await this.#ask('COMMIT')
      return { inserted, updated, deleted }
    } catch (error) {
      // Where the connection is gone the server rolls back by itself.
      await this.#client.query('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  async close(): Promise<void> {
    // Of itself the server frees its locks some time after the end was asked for; the next run may come before.
    if (this.#asking === 0)
      await this.#client
        .query({ text: 'SELECT pg_advisory_unlock_all()', query_timeout: UNLOCK_MS } as QueryConfig)
        .catch(() => undefined)
    await this.#client.end().catch(() => undefined)
  }

  async #ask<T extends object>(sql: string, values: unknown[] = []): Promise<QueryResult<T>> {
    this.#asking++
    try {
      return await this.#client.query<T>(sql, values)
    } catch (cause) {
      const kind = isBroken(cause) ? OutputConnectError : OutputRefusedError
      throw new kind(this.#output, words(cause), { cause })
    } finally {
      this.#asking--
    }
  }
}

/** PostgreSQL has no place for NUL in a text; one row with it must not keep all others away. */
function storable(value: OutputValue): OutputValue {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value
}

/** Only the database itself answers with a code; classes 08 and 57P are those of connections that end. */
function isBroken(error: unknown): boolean {
  return !(error instanceof DatabaseError) || /^(08|57P)/.test(error.code ?? '')
}

function words(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}
