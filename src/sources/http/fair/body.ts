import { BodyAbortedError } from '../ingest-error.ts'
import type { BodyFault } from '../ingest-error.ts'

/** One body on its way through the door. */
export interface BodyPass {
  /** Resolves when the next piece may be worked on. @throws {BodyFault} when the body may not go on */
  turn(): Promise<void>
  /** Resolves when so many lines may go to the log. @throws {BodyFault} when that would take too long */
  room(records: number, bytes: number): Promise<Lease>
  /** The same for what does not go to the log as lines. */
  pause(): Promise<void>
  /** The door's memory that the body takes now. */
  hold(bytes: number): void
  /** Bytes came from the sender. */
  heard(): void
  /** The body has lines that are no readings for sure, or as dear as so many. */
  charge(lines: number): void
  /** How many records a batch of this door may have. */
  readonly batchRecords: number
  leave(): void
}

/** Lines on their way to the log. */
export interface Lease {
  landed(position: number): void
  failed(): void
}

/** What a body wants of the door that let it in. */
export interface Keeper {
  readonly now: number
  readonly batchRecords: number
  turn(body: Body): Promise<void>
  ask(body: Body, records: number, bytes: number): Promise<Lease>
  charge(sender: string, lines: number): void
  /** The memory of all bodies has grown by so much. */
  held(more: number): void
  /** The body is ended: what it waits for is refused. */
  forget(body: Body, error: BodyFault): void
  leave(body: Body): void
}

export class Body implements BodyPass {
  readonly sender: string
  turns = 0
  records = 0
  heldBytes = 0
  heardAtMs: number
  readonly #door: Keeper
  readonly #cut: (error: BodyFault) => void
  readonly #signal: AbortSignal
  readonly #onGone = () => this.#door.forget(this, gone())
  #fault: BodyFault | null = null

  constructor(door: Keeper, sender: string, signal: AbortSignal, cut: (error: BodyFault) => void) {
    this.#door = door
    this.sender = sender
    this.heardAtMs = door.now
    this.#cut = cut
    this.#signal = signal
    signal.addEventListener('abort', this.#onGone, { once: true })
  }

  get batchRecords(): number {
    return this.#door.batchRecords
  }

  async turn(): Promise<void> {
    await this.#door.turn(this)
    this.#check()
  }

  async room(records: number, bytes: number): Promise<Lease> {
    this.#check()
    return this.#door.ask(this, records, bytes)
  }

  async pause(): Promise<void> {
    ;(await this.room(0, 0)).failed()
  }

  hold(bytes: number): void {
    if (this.#fault !== null) return
    const more = bytes - this.heldBytes
    this.heldBytes = bytes
    this.#door.held(more)
  }

  heard(): void {
    this.heardAtMs = this.#door.now
  }

  charge(lines: number): void {
    this.#door.charge(this.sender, lines)
  }

  leave(): void {
    this.#signal.removeEventListener('abort', this.#onGone)
    this.#door.leave(this)
  }

  /** Ends the body from outside. */
  end(error: BodyFault): void {
    this.#fault ??= error
    this.#door.forget(this, error)
    this.#cut(error)
  }

  #check(): void {
    if (this.#fault !== null) throw this.#fault
    if (this.#signal.aborted) throw gone()
  }
}

function gone(): BodyFault {
  return new BodyAbortedError('the sender went away before the end of the body')
}
