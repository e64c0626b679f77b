import type { Readable } from 'node:stream'
import { EngineClient } from './client.ts'
import type { Engine, EngineState, InsertOptions, QueryOptions } from './engine.ts'

export interface ServerOptions {
  readonly url: string
  /** @default 'default' */
  readonly user?: string
  readonly password?: string
}

/**
 * A ClickHouse server somebody else runs. Its durability, restarts and memory are its own affair.
 * @throws EngineUnavailableError when it does not answer, EngineQueryError when it does not let us in
 */
export async function connectServer(options: ServerOptions): Promise<Engine> {
  const { url, user = 'default', password = '' } = options
  const engine = new ServerEngine(new EngineClient({ url, user, password }))
  await engine.query('SELECT 1')
  return engine
}

class ServerEngine implements Engine {
  readonly mode = 'server'
  readonly restarts = 0
  readonly shape = 0
  readonly #client: EngineClient
  readonly #listeners = new Set<(state: EngineState) => void>()
  #state: EngineState = 'ready'

  constructor(client: EngineClient) {
    this.#client = client
  }

  get state(): EngineState {
    return this.#state
  }

  query<T>(sql: string, options: QueryOptions = {}): Promise<T[]> {
    return this.#client.query<T>(sql, options)
  }

  exec(sql: string, options: QueryOptions = {}): Promise<void> {
    return this.#client.exec(sql, options)
  }

  insertNative(
    table: string,
    columns: readonly string[],
    blocks: Uint8Array,
    options: InsertOptions = {},
  ): Promise<void> {
    return this.#client.insertNative(table, columns, blocks, options)
  }

  stream(sql: string, format: string, options: QueryOptions = {}): Promise<Readable> {
    return this.#client.stream(sql, format, options)
  }

  async sync(): Promise<void> {
    // A server syncs by its own configuration; there is nothing to order over SQL.
  }

  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    this.#state = 'stopped'
    for (const listener of this.#listeners) listener(this.#state)
    await this.#client.close()
  }
}
