import type { Readable } from 'node:stream'
import { EngineQueryError, EngineUnavailableError } from '../../../core/errors.ts'
import type { EngineClient } from '../client.ts'
import type { Engine, EngineState, QueryOptions } from '../engine.ts'
import type { Reader } from './reader.ts'

/** What may be asked of readers. */
export type ReadingEngine = Pick<Engine, 'query' | 'stream' | 'state'>

export interface PoolOptions {
  /** So many processes; one more than are asked at a time keeps one ready when another is ended. */
  readonly processes: number
  /** Starts one over the tables as they are now. */
  readonly start: () => Promise<Reader>
  /** The writer's shape now. */
  readonly shape: () => number
  /** How new the rows must be that are answered, in a count that grows. */
  readonly wanted: () => number
  /** Told in a sentence of what should not be. */
  readonly onProblem: (problem: string) => void
}

/** A statement that has not ended so long after its time limit cannot be interrupted. */
const graceMs = 2_000
const defaultLimitS = 30
/** Whoever gives up frees his reader within this, or the reader is ended. */
const endWithinMs = 2_000
/** The next one is started after the first has been handed on. */
const soonMs = 10
/** Between two attempts to start a reader. */
const retryMs = 1_000
/** FILE_DOESNT_EXIST and CANNOT_OPEN_FILE: parts were taken away under the statement. */
const partGone = new Set([107, 76])

/** Readers that stand for one another: each statement goes to the one that has least to do. */
export class ReaderPool implements ReadingEngine {
  readonly #options: PoolOptions
  readonly #readers = new Set<Reader>()
  /** All that were started and are not gone yet, those that were ended among them: their folders are still written to. */
  readonly #living = new Set<Reader>()
  #starting: Promise<unknown> | null = null
  #failure: unknown = null
  #stopped = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  get state(): EngineState {
    if (this.#stopped) return 'stopped'
    return this.#readers.size > 0 ? 'ready' : 'starting'
  }

  query<T>(sql: string, options: QueryOptions = {}): Promise<T[]> {
    const own = reading(options)
    return this.#answer(own, client => client.query<T>(sql, own))
  }

  stream(sql: string, format: string, options: QueryOptions = {}): Promise<Readable> {
    const own = reading(options)
    return this.#answer(own, client => client.stream(sql, format, own))
  }

  /** Starts its processes. @throws {EngineUnavailableError} when not one comes up */
  async warm(): Promise<void> {
    await this.#free().then(reader => reader.use(-1, () => Promise.resolve()))
  }

  /** Nothing of them is left when it resolves. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#starting?.catch(() => undefined)
    const readers = [...this.#living]
    for (const reader of readers) reader.kill()
    await Promise.all(readers.map(reader => reader.gone))
  }

  /** An answer stands when nothing was taken away or exchanged under it; else it is asked for once more. */
  async #answer<T>(options: QueryOptions, ask: (client: EngineClient) => Promise<T>): Promise<T> {
    const { shape } = this.#options
    for (let last = false; ; last = true) {
      const reader = await this.#free()
      try {
        const answer = await this.#within(reader, options, ask)
        if (last || reader.shape === shape()) return answer
        if (isStream(answer)) answer.destroy()
      } catch (error) {
        if (last || !this.#mayBeAskedAgain(reader, error)) throw error
        if (isPartGone(error)) this.#replace(reader)
      }
    }
  }

  /** Its tables changed under it, or its reader was ended for another statement's sake. */
  #mayBeAskedAgain(reader: Reader, error: unknown): boolean {
    if (error instanceof EngineUnavailableError) return reader.ended
    return error instanceof EngineQueryError && (isPartGone(error) || reader.shape !== this.#options.shape())
  }

  /** Within the statement's time limit, or its reader is ended: others need not wait for what cannot be interrupted. */
  async #within<T>(
    reader: Reader,
    options: QueryOptions,
    ask: (client: EngineClient) => Promise<T>,
  ): Promise<T> {
    const limitS = Number(options.settings?.['max_execution_time'] ?? defaultLimitS)
    const limit = { passed: false }
    const timer = setTimeout(
      () => {
        limit.passed = true
        this.#replace(reader)
      },
      limitS * 1000 + graceMs,
    )
    try {
      // A check reads no rows: it need not wait for the newest.
      return await reader.use(options.session === 'check' ? -1 : this.#options.wanted(), ask)
    } catch (error) {
      if (limit.passed) throw endedWithReader(limitS, error)
      if (options.signal?.aborted === true) void this.#freed(reader, options)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  /** A statement that nobody waits for any more goes on until the engine notices; one that does not is ended. */
  async #freed(reader: Reader, { session }: QueryOptions): Promise<void> {
    const signal = AbortSignal.timeout(endWithinMs)
    const probe = { signal, ...(session !== undefined && { session }) }
    await reader
      .take()
      .use(-1, client => client.query('SELECT 1', probe))
      .catch(() => this.#replace(reader))
  }

  /** The reader of today's tables that has least to do; starts what is missing. */
  async #free(): Promise<Reader> {
    for (;;) {
      if (this.#stopped) throw new EngineUnavailableError('the readers are stopped')
      const current = this.#current()
      if (current.length < this.#options.processes) this.#refill()
      const [least] = current.toSorted((a, b) => a.busy - b.busy)
      // Behind a statement that may be endless nobody is put while another reader is about to come.
      if (least !== undefined && (least.busy === 0 || this.#starting === null)) return least.take()
      await this.#starting
      if (this.#current().length === 0 && this.#failure !== null) throw this.#failure as Error
    }
  }

  /** Those that see the tables as they are; others end when their last answer is out. */
  #current(): Reader[] {
    for (const reader of this.#readers) {
      if (reader.shape !== this.#options.shape() && reader.busy === 0) this.#replace(reader)
    }
    return [...this.#readers].filter(reader => reader.alive && reader.shape === this.#options.shape())
  }

  #replace(reader: Reader): void {
    reader.kill()
    if (this.#readers.delete(reader)) this.#refill()
  }

  #refill(): void {
    if (this.#starting !== null) return
    // Known before it begins: what it does first may ask for one more.
    const { promise, resolve } = Promise.withResolvers<null>()
    this.#starting = promise
    void this.#start().finally(() => {
      this.#starting = null
      resolve(null)
    })
  }

  /** Starts one; whoever waits for it need not wait for all. */
  async #start(): Promise<void> {
    try {
      if (this.#stopped || this.#current().length >= this.#options.processes) return
      const reader = await this.#options.start()
      this.#failure = null
      this.#readers.add(reader)
      this.#living.add(reader)
      void reader.gone.then(() => {
        this.#living.delete(reader)
        if (!this.#readers.delete(reader) || this.#stopped) return
        this.#options.onProblem('a reader ended and is started anew')
        this.#refill()
      })
      if (this.#current().length < this.#options.processes) setTimeout(() => this.#refill(), soonMs).unref()
    } catch (error) {
      this.#failure = error
      this.#options.onProblem(error instanceof Error ? error.message : String(error))
      if (!this.#stopped) setTimeout(() => this.#refill(), retryMs).unref()
    }
  }
}

/** A reader is read-only anyway, and its user may not see the engine's default database, where files are tables. */
function reading(options: QueryOptions): QueryOptions {
  const settings = Object.entries(options.settings ?? {}).filter(([name]) => name !== 'readonly')
  return { ...options, database: options.database ?? 'lake', settings: Object.fromEntries(settings) }
}

function isPartGone(error: unknown): boolean {
  return error instanceof EngineQueryError && partGone.has(error.engineCode)
}

function endedWithReader(limitS: number, cause: unknown): EngineQueryError {
  const text = `the statement could not be interrupted after its ${limitS} s: the process it ran in was ended`
  return new EngineQueryError(text, 159, { cause })
}

function isStream(answer: unknown): answer is Readable {
  return typeof answer === 'object' && answer !== null && 'destroy' in answer
}
