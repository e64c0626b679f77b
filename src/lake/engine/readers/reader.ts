import { rm } from 'node:fs/promises'
import { finished, Readable } from 'node:stream'
import { EngineUnavailableError } from '../../../core/errors.ts'
import { EngineClient } from '../client.ts'
import { forkEngine, type EngineProcess } from '../process.ts'
import type { Definition } from './definitions.ts'
import { makeReaderFolder, type ReaderRights } from './folder.ts'

export interface ReaderPlace {
  /** Its own; removed with it. */
  readonly folder: string
  /** The folder of the engine that writes. */
  readonly lakeDir: string
  readonly definitions: readonly Definition[]
  readonly rights: ReaderRights
  /** What the engine as a whole may hold in memory. */
  readonly maxMemoryBytes: number
  /** The writer's shape when the definitions were read. */
  readonly shape: number
  /** By how much it stands back for the other processes. */
  readonly niceness: number
}

/** A reader that nobody asks sleeps after so long: looking for new parts would cost the processor for nobody. */
const sleepAfterMs = 1_000

/**
 * One engine process over the tables of another, that can do nothing but read them. It is ended with force, at any time:
 * nothing of it is worth keeping.
 */
export class Reader {
  readonly shape: number
  /** Resolves when the process is gone. */
  readonly gone: Promise<string>
  readonly #process: EngineProcess
  readonly #client: EngineClient
  #alive = true
  #ended = false
  #asleep = false
  #busy = 0
  /** Up to what it has looked for new parts, in the caller's count. */
  #seen = -1
  #sleep: NodeJS.Timeout | null = null

  private constructor(process: EngineProcess, { folder, shape }: ReaderPlace) {
    this.shape = shape
    this.#process = process
    this.#client = new EngineClient(process.endpoint)
    this.gone = process.gone.then(async how => {
      this.#alive = false
      if (this.#sleep !== null) clearTimeout(this.#sleep)
      await this.#client.close()
      await rm(folder, { recursive: true, force: true })
      return how
    })
  }

  /** @throws {EngineUnavailableError} when it does not come up */
  static async start(place: ReaderPlace): Promise<Reader> {
    const { folder, lakeDir, definitions, rights, maxMemoryBytes, niceness } = place
    try {
      const config = await makeReaderFolder(folder, lakeDir, definitions, rights)
      const watched = definitions.flatMap(({ database, name, parts }) =>
        parts === null ? [] : [{ table: `${database}.${name}`, parts }],
      )
      const reader = new Reader(
        await forkEngine(folder, [...config, ...serverArgs(maxMemoryBytes)], watched, niceness),
        place,
      )
      reader.#rest()
      return reader
    } catch (cause) {
      await rm(folder, { recursive: true, force: true })
      if (cause instanceof EngineUnavailableError) throw cause
      throw new EngineUnavailableError(`a reader could not be started: ${String(cause)}`, { cause })
    }
  }

  get pid(): number {
    return this.#process.pid
  }

  get alive(): boolean {
    return this.#alive
  }

  /** Statements it works on. */
  get busy(): number {
    return this.#busy
  }

  /** It was ended on purpose; else it ended by itself. */
  get ended(): boolean {
    return this.#ended
  }

  /** Takes it for one `use`: whoever chooses a reader next sees that it is busy. */
  take(): this {
    this.#busy++
    if (this.#sleep !== null) clearTimeout(this.#sleep)
    return this
  }

  /** @param wanted how new the rows must be: it looks for new parts first when it has not since */
  async use<T>(wanted: number, ask: (client: EngineClient) => Promise<T>): Promise<T> {
    try {
      const woken = this.#asleep
      if (woken) this.#wake()
      if (woken || this.#seen < wanted) await this.#look(wanted)
      const answer = await ask(this.#client)
      // Its rows are still to come: whoever sends them may neither sleep nor be ended meanwhile.
      if (answer instanceof Readable) finished(answer, () => this.#release())
      else this.#release()
      return answer
    } catch (error) {
      this.#release()
      throw error
    }
  }

  #release(): void {
    this.#busy--
    this.#rest()
  }

  kill(): void {
    this.#alive = false
    this.#ended = true
    this.#process.kill()
  }

  async #look(wanted: number): Promise<void> {
    const { url, password } = this.#process.endpoint
    try {
      const answer = await fetch(new URL('/arterial/fresh', url), {
        headers: { 'x-clickhouse-key': password },
      })
      if ((await answer.text()) === 'Fresh.\n') this.#seen = Math.max(this.#seen, wanted)
    } catch (cause) {
      throw new EngineUnavailableError('the reader did not answer', { cause })
    }
  }

  #wake(): void {
    this.#asleep = false
    this.#process.resume()
  }

  #rest(): void {
    if (this.#busy > 0 || !this.#alive) return
    if (this.#sleep !== null) clearTimeout(this.#sleep)
    this.#sleep = setTimeout(() => {
      if (this.#busy > 0 || !this.#alive) return
      this.#asleep = true
      this.#process.pause()
    }, sleepAfterMs)
    this.#sleep.unref()
  }
}

/** Small: others read beside it. */
function serverArgs(maxMemoryBytes: number): string[] {
  return [
    `--max_server_memory_usage=${maxMemoryBytes}`,
    '--background_pool_size=1',
    '--background_schedule_pool_size=2',
    '--background_common_pool_size=1',
    '--background_move_pool_size=1',
    '--background_fetches_pool_size=1',
    '--mark_cache_size=33554432',
    '--uncompressed_cache_size=0',
    '--mmap_cache_size=0',
    '--max_thread_pool_free_size=8',
    '--memory_worker_period_ms=1000',
  ]
}
