import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { EngineQueryError, EngineUnavailableError } from '../../core/errors.ts'
import { syncedAnswer } from './child/parent-messages.ts'
import type { Engine, EngineState, InsertOptions, QueryOptions, SyncDepth } from './engine.ts'
import { reshapes } from './reshape.ts'
import { Supervisor, type SupervisorOptions } from './supervisor.ts'

export interface EmbeddedOptions extends SupervisorOptions {
  /** The data folder; the engine keeps its own data in `lake/` below it, and runs with it as working directory. */
  readonly dir: string
  /** @default 2 GiB: what the engine may hold in memory altogether */
  readonly maxMemoryBytes?: number
}

/** Starts the engine over a data folder, in a process of its own that is started anew when it ends or hangs. */
export async function startEmbeddedEngine(options: EmbeddedOptions): Promise<Engine> {
  const folder = resolve(options.dir)
  await mkdir(folder, { recursive: true })
  const supervisor = new Supervisor(folder, serverArgs(options.maxMemoryBytes ?? 2 ** 31), options)
  await supervisor.start()
  return new EmbeddedEngine(supervisor)
}

/** Two cores, and a server beside: small pools and caches, everything else as the engine has it. */
function serverArgs(maxMemoryBytes: number): string[] {
  return [
    `--max_server_memory_usage=${maxMemoryBytes}`,
    '--background_pool_size=2',
    '--background_schedule_pool_size=4',
    '--background_common_pool_size=2',
    '--background_move_pool_size=1',
    '--background_fetches_pool_size=1',
    '--mark_cache_size=134217728',
    '--uncompressed_cache_size=0',
    '--mmap_cache_size=0',
    // Threads that wait wake up now and then: a hundred of them, and a look at the memory each 50 ms, kept an idle engine busy.
    '--max_thread_pool_free_size=8',
    '--memory_worker_period_ms=1000',
    // What an insert did not wake looks for work by itself: each tenth of a second and table at first, 13 ms of each second with a hundred of them.
    '--background_processing_pool_thread_sleep_seconds_if_nothing_to_do=5',
    '--background_move_processing_pool_thread_sleep_seconds_if_nothing_to_do=5',
  ]
}

class EmbeddedEngine implements Engine {
  readonly mode = 'embedded'
  readonly #supervisor: Supervisor
  #shape = 0

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor
  }

  get state(): EngineState {
    return this.#supervisor.state
  }

  get restarts(): number {
    return this.#supervisor.restarts
  }

  get shape(): number {
    return this.#shape
  }

  query<T>(sql: string, options: QueryOptions = {}): Promise<T[]> {
    return this.#supervisor.ask(client => client.query<T>(sql, options))
  }

  async exec(sql: string, options: QueryOptions = {}): Promise<void> {
    const changed = reshapes(sql)
    if (changed) this.#shape++
    try {
      await this.#supervisor.askToWrite(client => client.exec(sql, options))
    } finally {
      if (changed) this.#shape++
    }
  }

  insertNative(
    table: string,
    columns: readonly string[],
    blocks: Uint8Array,
    options: InsertOptions = {},
  ): Promise<void> {
    return this.#supervisor.askToWrite(client => client.insertNative(table, columns, blocks, options))
  }

  stream(sql: string, format: string, options: QueryOptions = {}): Promise<Readable> {
    return this.#supervisor.ask(client => client.stream(sql, format, options))
  }

  async sync(tables: readonly string[], depth: SyncDepth = 'folders'): Promise<void> {
    await this.#supervisor.askToWrite((_client, endpoint) => syncOver(endpoint, tables, depth))
  }

  onState(listener: (state: EngineState) => void): () => void {
    return this.#supervisor.onState(listener)
  }

  stop(): Promise<void> {
    return this.#supervisor.stop()
  }
}

async function syncOver(
  endpoint: { readonly url: string; readonly password: string },
  tables: readonly string[],
  depth: SyncDepth,
): Promise<void> {
  const url = new URL('/arterial/sync', endpoint.url)
  url.searchParams.set('tables', tables.join(','))
  url.searchParams.set('depth', depth)
  const { ok, text, code } = await answered(url, endpoint.password)
  if (!ok) throw new EngineQueryError(`cannot sync ${tables.join(', ')}: ${text.trim()}`, code)
  if (text !== syncedAnswer(tables, depth)) {
    throw new EngineUnavailableError(`the engine did not say that it synced: '${text.slice(0, 200)}'`)
  }
}

async function answered(url: URL, key: string): Promise<{ ok: boolean; text: string; code: number }> {
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'x-clickhouse-key': key } })
    const code = Number(response.headers.get('x-clickhouse-exception-code'))
    return { ok: response.ok, text: await response.text(), code }
  } catch (cause) {
    throw new EngineUnavailableError('the engine did not answer a sync', { cause })
  }
}
