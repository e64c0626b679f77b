import { SqlBusyError } from './refused.ts'

export interface QueueBounds {
  /** Statements that may run at the same time. */
  readonly slots: number
  /** Statements that may be in hand altogether: being read, checked, waiting, running or sent. */
  readonly places: number
  /** No statement waits longer for a slot. */
  readonly waitMs: number
}

interface Waiting {
  readonly go: () => void
}

/** A caller that is told to come back comes back within this, s. */
const maxRetryAfterS = 30
/** How much a statement's time counts against those before it, in the mean by which others are told when to come back. */
const newest = 0.2

/**
 * The line before users' SQL: so many statements run, so many wait, in the order they came, and who comes then is told
 * at once when to come back. Nobody waits for ever, and nothing piles up.
 */
export class SqlQueue {
  readonly #bounds: QueueBounds
  readonly #waiting: Waiting[] = []
  #inHand = 0
  #running = 0
  #meanMs = 200

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds
  }

  /** Statements that wait for a slot. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Takes a place. @returns what gives it back @throws {SqlBusyError} when all are taken */
  enter(): () => void {
    if (this.#inHand >= this.#bounds.places) {
      throw this.#busy(`${this.#inHand} statements are in hand already`)
    }
    this.#inHand++
    return once(() => this.#inHand--)
  }

  /**
   * Waits for a slot, behind those who came before.
   *
   * @returns what gives it back
   * @throws {SqlBusyError} when none gets free in time; the signal's reason when it is aborted
   */
  async slot(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#running < this.#bounds.slots) this.#running++
    else await this.#turn(signal)
    const startedAt = performance.now()
    return once(() => {
      this.#meanMs += newest * (performance.now() - startedAt - this.#meanMs)
      this.#handOn()
    })
  }

  /** The slot goes to the next in line, without being free in between. */
  #handOn(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running--
    else next.go()
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (error: Error) => {
        const at = this.#waiting.indexOf(waiting)
        if (at >= 0) this.#waiting.splice(at, 1)
        clear()
        reject(error)
      }
      const given = () => leave(signal.reason as Error)
      const timer = setTimeout(
        () => leave(this.#busy(`no slot got free within ${this.#bounds.waitMs / 1000} s`)),
        this.#bounds.waitMs,
      )
      const clear = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', given)
      }
      const waiting: Waiting = {
        go: () => {
          clear()
          resolve()
        },
      }
      signal.addEventListener('abort', given, { once: true })
      this.#waiting.push(waiting)
    })
  }

  #busy(why: string): SqlBusyError {
    const aheadMs = (this.#meanMs * (this.#waiting.length + 1)) / this.#bounds.slots
    const afterS = Math.min(maxRetryAfterS, Math.max(1, Math.ceil(aheadMs / 1000)))
    return new SqlBusyError(`${why}: try again in ${afterS} s`, afterS)
  }
}

function once(give: () => void): () => void {
  let given = false
  return () => {
    if (given) return
    given = true
    give()
  }
}
