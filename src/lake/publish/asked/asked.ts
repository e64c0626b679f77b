import { EngineQueryError } from '../../../core/errors.ts'
import type { Engine, QueryOptions } from '../../engine/index.ts'

/** A file has at most so many rows: its rows are in memory while it is made. */
export const MAX_ROWS = 250_000
const MIB = 2 ** 20

/** Publishing waits for nobody and nobody for it: a queue of its own, one thread, little memory. */
const OWN = {
  session: 'publish',
  settings: {
    max_threads: 1,
    max_memory_usage: 768 * MIB,
    // What is sorted or grouped goes to the disk before that.
    max_bytes_before_external_group_by: 256 * MIB,
    max_bytes_before_external_sort: 256 * MIB,
    output_format_json_quote_64bit_integers: 0,
    output_format_parquet_compression_method: 'zstd',
    output_format_parquet_row_group_size: 100_000,
    output_format_parquet_row_group_size_bytes: 32 * MIB,
  },
} as const satisfies QueryOptions

/** MEMORY_LIMIT_EXCEEDED, TOO_MANY_ROWS_OR_BYTES. */
const TOO_LARGE: ReadonlySet<number> = new Set([241, 396])

/** Whether the same question for fewer rows may be answered. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof EngineQueryError && TOO_LARGE.has(error.engineCode)
}

export type Params = Readonly<Record<string, unknown>>

export type PublishingEngine = Pick<Engine, 'mode' | 'query' | 'exec' | 'stream'>

/** The engine as publishing asks it. */
export class Asked {
  readonly #engine: PublishingEngine
  readonly #signal: AbortSignal

  constructor(engine: PublishingEngine, signal: AbortSignal) {
    this.#engine = engine
    this.#signal = signal
  }

  rows<T>(sql: string, params: Params = {}): Promise<T[]> {
    return this.#engine.query<T>(sql, { ...OWN, params, signal: this.#signal })
  }

  /** A statement that answers nothing. */
  async write(sql: string, params: Params): Promise<void> {
    const { settings, session } = OWN
    const added = { input_format_parquet_allow_missing_columns: 1, engine_file_truncate_on_insert: 1 }
    await this.#engine.exec(sql, {
      session,
      settings: { ...settings, ...added },
      params,
      signal: this.#signal,
    })
  }

  /** A whole file of Parquet. */
  async parquet(sql: string, params: Params): Promise<Buffer> {
    const answer = await this.#engine.stream(sql, 'Parquet', { ...OWN, params, signal: this.#signal })
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  }
}
