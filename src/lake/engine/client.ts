import { ClickHouseError, createClient, type ClickHouseClient } from '@clickhouse/client'
import { finished as whenFinished, PassThrough, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { EngineQueryError, EngineUnavailableError } from '../../core/errors.ts'
import type { InsertOptions, QueryOptions } from './engine.ts'

export interface Endpoint {
  readonly url: string
  readonly user: string
  readonly password: string
}

/** A read waits so long for its answer, a write longer: when that passes, nobody knows whether it happened. */
const readTimeoutMs = 120_000
const writeTimeoutMs = 600_000

/**
 * The official ClickHouse client, for one endpoint; the same for the embedded engine and a server.
 *
 * Whatever it answers is whole. An answer ends as HTTP says that a body ends, and the engine only ends it so when it
 * has given every row (a server is told to begin only then); anything else is thrown.
 */
export class EngineClient {
  readonly #reads: ClickHouseClient
  readonly #writes: ClickHouseClient
  /** Its own sockets: many waiting reads must not pass for a hanging engine. */
  readonly #pings: ClickHouseClient

  constructor(endpoint: Endpoint) {
    this.#reads = clientFor(endpoint, readTimeoutMs)
    this.#writes = clientFor(endpoint, writeTimeoutMs)
    this.#pings = clientFor(endpoint, readTimeoutMs)
  }

  async query<T>(sql: string, options: QueryOptions): Promise<T[]> {
    return asked(options.signal, async () => {
      const result = await this.#reads.query({
        query: sql,
        format: 'JSONEachRow',
        ...parameters(options),
      })
      return result.json<T>()
    })
  }

  /** Does the engine still answer? Asked beside everything else, on a connection of its own. */
  async ping(signal: AbortSignal): Promise<void> {
    const result = await this.#pings.query({
      query: 'SELECT 1',
      http_headers: { 'x-arterial-session': 'admin' },
      abort_signal: signal,
    })
    await result.text()
  }

  async exec(sql: string, options: QueryOptions): Promise<void> {
    await asked(options.signal, () => this.#writes.command({ query: sql, ...parameters(options) }))
  }

  async insertNative(
    table: string,
    columns: readonly string[],
    blocks: Uint8Array,
    options: InsertOptions,
  ): Promise<void> {
    await asked(options.signal, async () => {
      const names = columns.map(quoted).join(', ')
      const result = await this.#writes.exec({
        query: `INSERT INTO ${table.split('.').map(quoted).join('.')} (${names}) FORMAT Native`,
        values: Readable.from([blocks], { objectMode: false }),
        ...parameters(options),
      })
      await finished(result.stream.resume()) // an unread answer would keep the socket
      const written = Number(result.summary?.written_rows)
      if (options.rows !== undefined && written !== options.rows) {
        throw new EngineUnavailableError(`the engine wrote ${written} rows of ${options.rows} into ${table}`)
      }
    })
  }

  async stream(sql: string, format: string, options: QueryOptions): Promise<Readable> {
    return asked(options.signal, async () => {
      const result = await this.#reads.exec({
        query: `${sql}\nFORMAT ${format}`,
        ...parameters(options, { 'x-arterial-stream': '1' }),
      })
      return wholeOrFailed(result.stream, options.signal)
    })
  }

  async close(): Promise<void> {
    await Promise.all([this.#reads, this.#writes, this.#pings].map(client => client.close()))
  }
}

function clientFor({ url, user, password }: Endpoint, timeoutMs: number): ClickHouseClient {
  return createClient({
    url,
    username: user,
    password,
    application: 'arterial',
    request_timeout: timeoutMs,
    max_open_connections: 64,
    // Long parameters do not fit into a URL.
    use_multipart_params_auto: true,
    keep_alive: { enabled: true, idle_socket_ttl: 2_500, eagerly_destroy_stale_sockets: true },
    log: { LoggerClass: SilentLogger },
  })
}

/** What goes wrong is thrown to the caller, who knows what it means; the client need not print it too. */
class SilentLogger {
  trace(): void {}
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
}

function parameters(options: QueryOptions, headers: Record<string, string> = {}) {
  return {
    http_headers: {
      ...headers,
      'x-arterial-session': options.session ?? 'read',
      ...(options.database !== undefined && { 'x-clickhouse-database': options.database }),
    },
    ...(options.params && { query_params: { ...options.params } }),
    // A server would send rows as it finds them and break off when it fails within: it answers when it is through.
    clickhouse_settings: { ...options.settings, wait_end_of_query: 1 as const },
    ...(options.signal && { abort_signal: options.signal }),
  }
}

async function asked<T>(signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw meaningOf(error, signal)
  }
}

function meaningOf(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason
  if (error instanceof EngineUnavailableError) return error
  if (error instanceof ClickHouseError) {
    return new EngineQueryError(error.message.trim(), Number(error.code), { cause: error })
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new EngineUnavailableError(`the engine did not answer: ${reason}`, { cause: error })
}

/** The same bytes; where they are broken off, reading them fails with what that means. */
function wholeOrFailed(source: Readable, signal: AbortSignal | undefined): Readable {
  const rows = new PassThrough({ highWaterMark: 1 << 18 })
  // A failure before anybody reads must not count as unhandled: whoever reads meets it.
  rows.on('error', () => undefined)
  whenFinished(source, { writable: false }, error => {
    if (error != null) rows.destroy(asError(meaningOf(error, signal)))
  })
  rows.once('close', () => {
    if (!source.readableEnded) source.destroy()
  })
  return source.pipe(rows)
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

function quoted(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}
