import { connect, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { createConnection } from 'mysql2/promise'
import type { Connection, QueryValues, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { ConfigError } from '../../core/errors.ts'
import { CONNECT_MS, KEEP_ALIVE_MS, UNLOCK_MS } from '../database.ts'
import type { Database } from '../database.ts'
import type { Applied, FoundTable, Session } from '../deliver.ts'
import { OutputConnectError, OutputRefusedError } from '../output-error.ts'
import type { OutputColumn, OutputRow, OutputTable } from '../output-table.ts'
import * as statements from './statements.ts'

/**
 * Values are put into statements by the driver with backslashes, so a server must read them that way; and a value that does not
 * fit is an error, never cut off.
 */
const MODE = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00'"

/** The lock of a table: names are shared by the whole server and at most 64 characters long. */
const LOCK = "CONCAT('arterial.', SHA1(CONCAT(DATABASE(), '.', ?)))"

/** Connects to MySQL or MariaDB. @throws {OutputConnectError | ConfigError} */
export async function connectMysql(output: string, database: Database): Promise<Session> {
  const { host, port, tls } = database
  // The driver can't check it against an address.
  if (tls === 'verify' && isIP(host) !== 0)
    throw new ConfigError(
      `outputs: ${output}: the certificate of a database is checked against its name, and ${host} is an address; set host to the name, or tls: off on this machine or in a private network`,
    )
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS })
  try {
    const connection = await createConnection({
      host,
      port,
      stream: () => socket,
      user: database.user,
      database: database.database,
      ...(database.password === null ? {} : { password: database.password }),
      // Of itself the driver takes the certificate of any other host as well.
      ...(tls === 'verify' ? { ssl: { rejectUnauthorized: true, verifyIdentity: true } } : {}),
      charset: 'utf8mb4',
      connectTimeout: CONNECT_MS,
      // Without this a row that is set to what it was counts as changed.
      flags: ['-FOUND_ROWS'],
    })
    await connection.query(MODE)
    return new MysqlSession(output, connection, socket)
  } catch (cause) {
    socket.destroy()
    const where = `${database.user}@${host}:${port}/${database.database}`
    throw new OutputConnectError(output, `${where} can't be reached: ${words(cause)}`, { cause })
  }
}

class MysqlSession implements Session {
  readonly #output: string
  readonly #connection: Connection
  readonly #socket: Socket
  readonly #locked = new Set<string>()
  #asking = 0

  constructor(output: string, connection: Connection, socket: Socket) {
    this.#output = output
    this.#connection = connection
    this.#socket = socket
    // A connection that breaks between two statements says so at the next one.
    connection.on('error', () => undefined)
  }

  async lock(table: OutputTable): Promise<boolean> {
    const [row] = await this.#rows<{ got: number }>(`SELECT GET_LOCK(${LOCK}, 0) AS got`, [table.name])
    const isMine = row?.got === 1
    if (isMine) this.#locked.add(table.name)
    return isMine
  }

  async find(table: OutputTable): Promise<FoundTable | null> {
    const [found] = await this.#rows<{ comment: string }>(
      'SELECT table_comment AS comment FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?',
      [table.name],
    )
    if (found === undefined) return null
    const columns = await this.#rows<{ name: string; type: string }>(
      `SELECT column_name AS name, column_type AS type FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name = ?`,
      [table.name],
    )
    // MariaDB writes a width behind whole numbers, which says nothing about what they hold.
    const plain = (type: string) => type.replace(/^bigint\(\d+\)/, 'bigint')
    return { comment: found.comment, types: new Map(columns.map(({ name, type }) => [name, plain(type)])) }
  }

  typeOf(table: OutputTable, column: OutputColumn): string {
    return statements.typeOf(table, column)
  }

  async create(table: OutputTable): Promise<void> {
    await this.#run(statements.createTable(table))
  }

  async add(table: OutputTable, column: OutputColumn): Promise<void> {
    await this.#run(statements.addColumn(table, column))
  }

  async stage(table: OutputTable): Promise<void> {
    await this.#run(statements.createStage(table))
  }

  async put(table: OutputTable, rows: readonly OutputRow[]): Promise<void> {
    if (rows.length > 0) await this.#run(statements.putRows(table), [rows])
  }

  async isEmpty(table: OutputTable): Promise<boolean> {
    return (await this.#rows(statements.anyRow(table))).length === 0
  }

  async apply(table: OutputTable): Promise<Applied> {
    const update = statements.updateChanged(table)
    await this.#run('START TRANSACTION')
    try {
      const deleted = await this.#run(statements.deleteGone(table))
      const updated = update === null ? 0 : await this.#run(update)
      const inserted = await this.#run(statements.insertNew(table))
      await this.#run('COMMIT')
      return { inserted, updated, deleted }
    } catch (error) {
      // Where the connection is gone the server rolls back by itself.
      await this.#connection.query('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  async close(): Promise<void> {
    // The driver would wait for the answer to what was asked, however long that takes.
    if (this.#asking > 0) this.#socket.destroy()
    else {
      // Of itself the server frees the lock some time after the end was asked for; the next run may come before.
      for (const name of this.#locked)
        await this.#connection
          .query({ sql: `DO RELEASE_LOCK(${LOCK})`, timeout: UNLOCK_MS, values: [name] })
          .catch(() => undefined)
      await this.#connection.end().catch(() => this.#socket.destroy())
    }
  }

  async #rows<T>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    const [rows] = await this.#ask<(T & RowDataPacket)[]>(sql, values)
    return rows
  }

  /** @returns how many rows it changed */
  async #run(sql: string, values: readonly unknown[] = []): Promise<number> {
    const [{ affectedRows }] = await this.#ask<ResultSetHeader>(sql, values)
    return affectedRows
  }

  async #ask<T extends RowDataPacket[] | ResultSetHeader>(sql: string, values: readonly unknown[]) {
    this.#asking++
    try {
      return await this.#connection.query<T>(sql, [...values] as QueryValues)
    } catch (cause) {
      const kind = isBroken(cause) ? OutputConnectError : OutputRefusedError
      throw new kind(this.#output, words(cause), { cause })
    } finally {
      this.#asking--
    }
  }
}

/** The driver marks errors after which a connection is of no more use. */
function isBroken(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'fatal' in error && error.fatal === true
}

function words(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}
