import { AppError } from '../../core/errors.ts'
import type { LogWriter } from '../../core/log.ts'
import { joinedRuns } from '../../core/positions.ts'
import type { Positions } from '../../core/positions.ts'
import type { BodyPass, Lease } from './fair/index.ts'
import { BodyNotDurableError } from './ingest-error.ts'

/** Appends of one body on their way at a time: enough to keep the disk busy, and a bound on memory. */
const MAX_FLYING = 8

export interface AppendsOptions {
  readonly log: LogWriter
  readonly now: () => number
  readonly source: string
  readonly intervalS: number | null
  readonly pass: BodyPass
}

/** Sends a body's lines to the log without waiting for each batch, and counts what became durable. */
export class Appends {
  readonly #options: AppendsOptions
  #flying: Promise<void>[] = []
  /** Lines on disk of each batch in turn; null where it is not, or not yet. */
  readonly #batches: (number | null)[] = []
  #last = -1
  #runs: Positions = []
  #failure: BodyNotDurableError | null = null

  constructor(options: AppendsOptions) {
    this.#options = options
  }

  /** The body's first lines that are on disk: what stands behind a batch that failed does not count. */
  get durable(): number {
    const end = this.#batches.indexOf(null)
    const first = end === -1 ? this.#batches : this.#batches.slice(0, end)
    return first.reduce<number>((sum, count) => sum + (count ?? 0), 0)
  }

  /** Position of the last line on disk; opaque to the sender. */
  get position(): string {
    return String(this.#last)
  }

  /** Where the lines on disk stand in the log. */
  get positions(): Positions {
    return this.#runs
  }

  /** Waits while too much is on its way, or waits to be loaded. @throws {BodyFault} when the lines may not go to the log */
  async add(kind: string, lines: Buffer, count: number): Promise<void> {
    while (this.#flying.length >= MAX_FLYING) await this.#flying[0]
    if (this.#failure !== null) throw this.#failure
    const lease = await this.#options.pass.room(count, lines.length)
    const flight = this.#send(kind, lines, count, lease).finally(() => {
      this.#flying = this.#flying.filter(other => other !== flight)
    })
    this.#flying.push(flight)
  }

  /** Waits for all. @throws {BodyNotDurableError} when one failed */
  async settle(): Promise<void> {
    while (this.#flying.length > 0) await this.#flying[0]
    if (this.#failure !== null) throw this.#failure
  }

  async #send(kind: string, lines: Buffer, count: number, lease: Lease): Promise<void> {
    const { log, now, source, intervalS } = this.#options
    const batch = this.#batches.push(null) - 1
    try {
      const appended = await log.append({ kind, source, intervalS, arrivedAtMs: now(), lines, count })
      lease.landed(appended.position)
      this.#batches[batch] = appended.count
      this.#runs = joinedRuns([...this.#runs, [appended.position, appended.count]])
      this.#last = Math.max(this.#last, appended.position + appended.count - 1)
    } catch (cause) {
      lease.failed()
      this.fail(cause)
    }
  }

  /** Notes why lines are not durable; the first reason counts. */
  fail(cause: unknown): void {
    const reason = cause instanceof AppError || cause instanceof Error ? cause.message : String(cause)
    this.#failure ??= new BodyNotDurableError(`the lines could not be made durable: ${reason}`, { cause })
  }
}
