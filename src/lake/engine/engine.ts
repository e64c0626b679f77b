import type { Readable } from 'node:stream'

/**
 * Whose work a statement is: the loader's, the API's, the publisher's of open tables, a user's own SQL, or the check of it (which
 * only parses).
 * None waits for another's.
 */
export type SessionName = 'load' | 'read' | 'publish' | 'user' | 'check'

export type EngineState = 'starting' | 'ready' | 'restarting' | 'stopped'

/** `parts`: every file of every part too, for tables whose inserts are not synced each. */
export type SyncDepth = 'folders' | 'parts'

export interface QueryOptions {
  /** Bound to `{name:Type}`; numbers, strings, dates, arrays, null. */
  readonly params?: Readonly<Record<string, unknown>>
  /** For this statement only. */
  readonly settings?: Readonly<Record<string, string | number>>
  /** @default 'read' */
  readonly session?: SessionName
  /** Where a table's name without a database is looked up. @default 'default' */
  readonly database?: string
  readonly signal?: AbortSignal
}

export interface InsertOptions extends QueryOptions {
  /** How many rows the blocks hold: an engine that wrote another number has failed. */
  readonly rows?: number
}

/**
 * The SQL engine, embedded or a server; statements are ClickHouse SQL either way.
 *
 * Every call throws EngineQueryError when the engine refuses the statement (it will refuse it again) and
 * EngineUnavailableError when it could not be asked or did not answer: a write may then have happened or not. What a
 * call answers is whole: an answer that was cut short is never taken for one.
 */
export interface Engine {
  readonly mode: 'embedded' | 'server'
  readonly state: EngineState
  /** How often the engine was started anew after a crash or a hang. */
  readonly restarts: number
  /** Another number after each statement that changed which tables or parts there are, and while one runs. */
  readonly shape: number
  /** Rows as objects; for results of bounded size. Integers beyond 2^53 lose their last digits. */
  query<T>(sql: string, options?: QueryOptions): Promise<T[]>
  /** DDL, `INSERT … SELECT`: anything that answers no rows. */
  exec(sql: string, options?: QueryOptions): Promise<void>
  /** Inserts blocks in ClickHouse's Native format, in their order. */
  insertNative(
    table: string,
    columns: readonly string[],
    blocks: Uint8Array,
    options?: InsertOptions,
  ): Promise<void>
  /**
   * The result's bytes in any ClickHouse format, without a FORMAT clause in `sql`. Read it or destroy it. Its end means
   * that it is whole; else reading throws. Only the session `load` answers more than fits into memory.
   */
  stream(sql: string, format: string, options?: QueryOptions): Promise<Readable>
  /** Makes the tables' directories durable (`database.table` each); a server does that on its own terms. */
  sync(tables: readonly string[], depth?: SyncDepth): Promise<void>
  /** @returns the function that ends the listening */
  onState(listener: (state: EngineState) => void): () => void
  stop(): Promise<void>
}
