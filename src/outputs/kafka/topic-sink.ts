import { AppError } from '../../core/errors.ts'

/** A row as it goes to a topic. */
export interface OutgoingRow {
  readonly key: string
  /** JSON. */
  readonly value: string
}

/** Rows that came to a table, by positions of the log. */
export interface GrownRows {
  /** Every row below it is in its table. */
  readonly visible: () => number
  /** Rows of positions [from, next), in order; `next` is at most `upto`. */
  readonly read: (
    from: number,
    upto: number,
  ) => Promise<{ readonly rows: readonly OutgoingRow[]; readonly next: number }>
}

/** Where a topic stands, over restarts. */
export interface SinkPlace {
  /** First position that was not sent; null where nothing ever was. */
  readonly read: () => Promise<number | null>
  readonly save: (next: number) => Promise<void>
}

export interface TopicSinkDeps {
  readonly rows: GrownRows
  readonly place: SinkPlace
  /** Where it begins when nothing was ever sent. */
  readonly start: number
  /** Resolves when every in-sync replica has them. */
  readonly send: (rows: readonly OutgoingRow[]) => Promise<void>
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told whenever it fails, and when it goes on. */
  readonly onChange: () => void
}

const LOOK_MS = 500
/** So often it is noted how far it is where there is nothing to send. */
const SAVE_MS = 30_000
const FIRST_PAUSE_MS = 1000
const LAST_PAUSE_MS = 30_000

/**
 * Sends what comes to a table to a topic, and notes how far it is once the brokers have it: killed at any moment, it sends the last
 * rows again. Before anything was sent it begins at `start`.
 */
export class TopicSink {
  readonly #deps: TopicSinkDeps
  #next: number | null = null
  #savedMs = 0
  #failures = 0
  #message: string | null = null
  #sent = 0

  constructor(deps: TopicSinkDeps) {
    this.#deps = deps
  }

  /** First position that was not sent; null before it is known. */
  get next(): number | null {
    return this.#next
  }

  /** Rows sent since the start. */
  get sent(): number {
    return this.#sent
  }

  /** Failures one after the other. */
  get failures(): number {
    return this.#failures
  }

  /** Why it fails; null while it does not. */
  get message(): string | null {
    return this.#message
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { sleep } = this.#deps
    while (!signal.aborted) {
      try {
        if (!(await this.#step())) await sleep(LOOK_MS, signal)
        this.#become(0, null)
      } catch (error) {
        const text = error instanceof AppError ? error.message : `a fault of this program: ${String(error)}`
        this.#become(this.#failures + 1, text)
        await sleep(Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LAST_PAUSE_MS), signal)
      }
    }
  }

  /** @returns whether there was something to look at */
  async #step(): Promise<boolean> {
    const { rows, place, start, send, now } = this.#deps
    this.#next ??= await place.read()
    if (this.#next === null) await this.#save(start)
    const from = this.#next ?? start
    const upto = rows.visible()
    if (from >= upto) return false
    const { rows: found, next } = await rows.read(from, upto)
    if (found.length > 0) await send(found)
    this.#sent += found.length
    if (found.length > 0 || now() - this.#savedMs > SAVE_MS) await this.#save(next)
    this.#next = next
    return true
  }

  async #save(next: number): Promise<void> {
    await this.#deps.place.save(next)
    this.#next = next
    this.#savedMs = this.#deps.now()
  }

  #become(failures: number, message: string | null): void {
    const isOther = message !== this.#message || failures !== this.#failures
    this.#failures = failures
    this.#message = message
    if (isOther) this.#deps.onChange()
  }
}
