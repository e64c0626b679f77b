import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import { Unsteady } from '../../lake/publish/index.ts'
import type { Publisher, PublishedState } from '../../lake/publish/index.ts'
import type { OpenTable, TablesStatus } from '../../serve/contract/index.ts'
import type { ObjectStore } from '../../storage/index.ts'
import type { ProblemBoard } from '../problems.ts'
import { Cadence } from './cadence.ts'
import type { CadenceSettings, LakeMark, Which } from './cadence.ts'
import type { TableList } from './table-list.ts'

/** It is looked so often whether a round is due. */
const LOOK_MS = 1000

export interface PublishingDeps {
  readonly publisher: Publisher
  readonly publisherId: string
  readonly list: TableList
  readonly store: Pick<ObjectStore, 'where'>
  readonly mark: () => LakeMark
  readonly settings: CadenceSettings & { readonly lagS: number }
  readonly problems: Pick<ProblemBoard, 'set'>
  /** A clock that only goes forward, ms. */
  readonly elapsedMs: () => number
}

/** Keeps open tables level with the lake while the server runs. Work on them is done one after the other. */
export class Publishing {
  readonly #deps: PublishingDeps
  readonly #cadence: Cadence
  readonly #stop = new AbortController()
  #last: Promise<unknown> = Promise.resolve()
  #loop: Promise<void> = Promise.resolve()
  #isBusy = false
  /** Why no table can go on. */
  #failure: string | null = null

  constructor(deps: PublishingDeps) {
    this.#deps = deps
    this.#cadence = new Cadence(deps.settings, deps.elapsedMs())
  }

  /** Publishes by itself from now on. */
  start(): void {
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.allSettled([this.#loop, this.#last])
  }

  /** Does work on the tables when nobody else does any. @throws what it throws; an abort once publishing stops */
  inTurn<T>(
    work: (publisher: Publisher, signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const ends = AbortSignal.any([this.#stop.signal, ...(signal === undefined ? [] : [signal])])
    const done = this.#last.then(async () => {
      ends.throwIfAborted()
      this.#isBusy = true
      try {
        return await work(this.#deps.publisher, ends)
      } finally {
        this.#isBusy = false
      }
    })
    this.#last = done.catch(() => undefined)
    return done
  }

  /** Brings tables level now. @throws when the place can't be written, or other work changes the lake */
  async publish(
    which: Which,
    options: Parameters<Publisher['round']>[2],
    signal?: AbortSignal,
  ): Promise<void> {
    await this.inTurn(async (publisher, ends) => {
      const begunMs = this.#deps.elapsedMs()
      const mark = this.#deps.mark()
      try {
        await publisher.round(which, ends, options)
        await this.#deps.list.write(publisher.states)
      } catch (error) {
        if (ends.aborted || error instanceof Unsteady) throw error
        this.#failure = error instanceof Error ? error.message : String(error)
        this.#cadence.failed(this.#deps.elapsedMs())
        throw error
      }
      this.#failure = null
      if (publisher.states.some(({ problem }) => problem !== null))
        this.#cadence.failed(this.#deps.elapsedMs())
      else if ((options?.only ?? null) === null) this.#cadence.done(which, mark, begunMs)
    }, signal)
  }

  /** The same as `tables`, read where nobody has looked yet. @throws when the place can't be read */
  async looked(): Promise<OpenTable[]> {
    if (this.tables.length === 0) await this.inTurn((publisher, ends) => publisher.look(ends))
    return this.tables
  }

  get tables(): OpenTable[] {
    return this.#deps.publisher.states.map(({ path, from, says, version, position, epoch, ...more }) => {
      const { rows, files, bytes, problem } = more
      return { path, from, says, version, position, epoch, rows, files, bytes, problem }
    })
  }

  get status(): TablesStatus {
    const { publisher, publisherId, store, mark, elapsedMs } = this.#deps
    const { states } = publisher
    const now = mark()
    const position = states.length === 0 ? 0 : Math.min(...states.map(one => one.position))
    const failing = states.filter(({ problem }) => problem !== null)
    const message = this.#failure ?? failing[0]?.problem ?? null
    const lagS = this.#cadence.lagS(now, elapsedMs())
    return {
      ...{ where: store.where, publisher: publisherId },
      state: message !== null ? 'failing' : this.#isBusy ? 'publishing' : lagS > 0 ? 'behind' : 'level',
      ...{ message, position, lagRecords: Math.max(0, now.saved - position), lagS },
      ...{ tables: states.length, failing: failing.length },
      rows: sum(states, ({ rows }) => rows),
      files: sum(states, ({ files }) => files),
      bytes: sum(states, ({ bytes }) => bytes),
    }
  }

  async #run(): Promise<void> {
    const { mark, elapsedMs } = this.#deps
    while (!this.#stop.signal.aborted) {
      const which = this.#cadence.due(mark(), elapsedMs())
      // What failed is told by the status and a problem.
      if (which !== null) await this.publish(which, {}).catch((error: unknown) => this.#assertExpected(error))
      this.#tell()
      await sleep(LOOK_MS, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined)
    }
  }

  /** A bug stays named, and publishing tries again: the doors and the lake need nothing of it. */
  #assertExpected(error: unknown): void {
    if (this.#stop.signal.aborted || error instanceof Unsteady || error instanceof AppError) return
    this.#failure = error instanceof Error ? error.message : String(error)
  }

  #tell(): void {
    const { problems, settings } = this.#deps
    const { lagS, lagRecords, where, failing, message } = this.status
    const again = 'It is tried again by itself; readings are taken and kept meanwhile.'
    problems.set(
      'tables_storage',
      this.#failure === null ? null : `Open tables can't be published: ${this.#failure}. ${again}`,
    )
    problems.set(
      'tables_failing',
      failing === 0 || this.#failure !== null
        ? null
        : `${failing} open ${failing === 1 ? 'table' : 'tables'} can't go on: ${message ?? ''}`,
    )
    problems.set(
      'tables_lag',
      lagS <= settings.lagS
        ? null
        : `Open tables at ${where} are ${Math.round(lagS)} s behind the lake (${lagRecords} records), more than tables.lagS allows (${settings.lagS} s).`,
    )
  }
}

function sum(states: readonly PublishedState[], of: (state: PublishedState) => number): number {
  return states.reduce((total, state) => total + of(state), 0)
}
