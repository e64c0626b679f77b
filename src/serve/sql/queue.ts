import { createHash } from 'node:crypto'
import { Line, Shares } from './line.ts'

export interface QueueBounds {
  /** Statements that may be in hand altogether: being read, checked, waiting, running or sent. */
  readonly places: number
  /** No statement waits longer for a slot. */
  readonly waitMs: number
  /** A statement that runs longer makes way for quick ones. */
  readonly sliceMs: number
  /** So many long ones run at a time. @default 1 */
  readonly longSlots?: number
  /** So many long ones wait, at most: each may take half a minute. */
  readonly longPlaces: number
}

/** One statement, and who sent it. */
export interface Turn {
  readonly caller: string
  readonly sql: string | Uint8Array
}

/** So many statements that took long are known; they need not show it again within this time. */
const maxKnown = 1_000
const knownForMs = 10 * 60_000

/**
 * The lines before users' SQL. Quick statements have a slot that no slow one holds longer than a slice: it goes on in the slot
 * for long ones, where that is free, or is begun anew there when its turn comes. Slots, and places where they are short, go to
 * the callers who have least. Who comes when nothing is left is told at once when to come back; nothing piles up.
 */
export class SqlQueue {
  readonly #bounds: QueueBounds
  readonly #quick: Line
  readonly #long: Line
  readonly #inHand = new Map<string, number>()
  /** When statements were found to be long, by the hash of their text, oldest first. */
  readonly #known = new Map<string, number>()

  constructor(bounds: QueueBounds) {
    const shares = new Shares()
    this.#bounds = bounds
    this.#quick = new Line(1, shares)
    this.#long = new Line(bounds.longSlots ?? 1, shares)
  }

  /** Statements that wait for a slot. */
  get waiting(): number {
    return this.#quick.waiting + this.#long.waiting
  }

  /** Takes a place. @returns what gives it back @throws {SqlBusyError} when all are taken by those who have no more */
  enter(caller: string): () => void {
    const total = [...this.#inHand.values()].reduce((sum, count) => sum + count, 0)
    const mine = this.#inHand.get(caller) ?? 0
    if (total >= this.#bounds.places) this.#makeRoom(caller, mine, total)
    this.#inHand.set(caller, mine + 1)
    let left = false
    return () => {
      if (left) return
      left = true
      const rest = (this.#inHand.get(caller) ?? 1) - 1
      if (rest > 0) this.#inHand.set(caller, rest)
      else this.#inHand.delete(caller)
    }
  }

  /**
   * Does the work when its turn comes; what reads only can be begun twice.
   * @throws {SqlBusyError} when no slot gets free in time; the signal's reason when it is aborted; what the work throws
   */
  async run<T>(turn: Turn, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const key = createHash('sha256').update(turn.sql).digest('base64')
    const untilAt = performance.now() + this.#bounds.waitMs
    if (!this.#isKnown(key)) {
      const quick = await this.#quickly(turn, key, signal, work)
      if (quick !== null) return quick.done
    }
    if (this.#long.waiting >= this.#bounds.longPlaces) throw this.#long.busy('long statements wait already')
    const release = await this.#long.slot(turn.caller, signal, untilAt - performance.now())
    const begunAt = performance.now()
    try {
      const done = await work(signal)
      // What a busy moment made long is not long.
      if (performance.now() - begunAt < this.#bounds.sliceMs) this.#known.delete(key)
      return done
    } finally {
      release()
    }
  }

  /** @returns null when it took longer than a slice, and the slot for long ones was taken */
  async #quickly<T>(
    { caller }: Turn,
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly done: T } | null> {
    let release = await this.#quick.slot(caller, signal, this.#bounds.waitMs)
    if (this.#isKnown(key)) {
      release()
      return null
    }
    const over = new AbortController()
    const timer = setTimeout(() => {
      this.#note(key)
      const longer = this.#long.slotNow(caller)
      if (longer === null) {
        over.abort(new DOMException('The slice is over.', 'AbortError'))
        return
      }
      release()
      release = longer
    }, this.#bounds.sliceMs)
    try {
      return { done: await work(AbortSignal.any([signal, over.signal])) }
    } catch (error) {
      if (!over.signal.aborted || signal.aborted) throw error
      return null
    } finally {
      clearTimeout(timer)
      release()
    }
  }

  /** Who has most here makes room for who has less. */
  #makeRoom(caller: string, mine: number, total: number): void {
    const most = this.#quick.longest()
    if (most === null || most.caller === caller || most.count <= mine + 1) {
      throw this.#quick.busy(`${total} statements are in hand already`)
    }
    this.#quick.sendLastAway(most.caller)
  }

  #isKnown(key: string): boolean {
    const at = this.#known.get(key)
    return at !== undefined && performance.now() - at < knownForMs
  }

  #note(key: string): void {
    this.#known.delete(key)
    this.#known.set(key, performance.now())
    const [oldest] = this.#known.keys()
    if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest)
  }
}
