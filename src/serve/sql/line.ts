import { SqlBusyError } from './refused.ts'

interface Waiting {
  readonly caller: string
  readonly go: () => void
  readonly sendAway: (error: Error) => void
}

/** Time that a caller took counts half as much after so long, ms. */
const halfLifeMs = 10_000
/** A caller that is told to come back comes back within this, s. */
const maxRetryAfterS = 30
/** How much a statement's time counts against those before it, in the mean by which others are told when to come back. */
const newest = 0.2

/** How much of the slots' time each caller took lately. */
export class Shares {
  readonly #taken = new Map<string, { ms: number; at: number }>()

  of(caller: string): number {
    const taken = this.#taken.get(caller)
    return taken === undefined ? 0 : taken.ms * 0.5 ** ((performance.now() - taken.at) / halfLifeMs)
  }

  add(caller: string, ms: number): void {
    this.#taken.set(caller, { ms: this.of(caller) + ms, at: performance.now() })
    for (const name of this.#taken.keys()) if (this.of(name) < 1) this.#taken.delete(name)
  }
}

/**
 * A line before some slots. A slot that gets free goes to the caller who took least of their time lately, to what he sent
 * first: one who sends many, or slow ones, waits for himself.
 */
export class Line {
  readonly #slots: number
  readonly #shares: Shares
  readonly #waiting: Waiting[] = []
  #running = 0
  #meanMs = 200

  constructor(slots: number, shares: Shares) {
    this.#slots = slots
    this.#shares = shares
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** The caller of whom most wait, with how many. */
  longest(): { readonly caller: string; readonly count: number } | null {
    const counts = new Map<string, number>()
    for (const { caller } of this.#waiting) counts.set(caller, (counts.get(caller) ?? 0) + 1)
    const [most] = [...counts].toSorted(([, a], [, b]) => b - a)
    return most === undefined ? null : { caller: most[0], count: most[1] }
  }

  /** Tells the last of a caller's to come back later: somebody who has less here needs its place. */
  sendLastAway(caller: string): void {
    this.#waiting
      .findLast(one => one.caller === caller)
      ?.sendAway(this.busy('others, who have fewer statements here, came'))
  }

  /**
   * Waits for a slot, no longer than `waitMs`.
   * @returns what gives it back
   * @throws {SqlBusyError} when none gets free in time; the signal's reason when it is aborted
   */
  async slot(caller: string, signal: AbortSignal, waitMs: number): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#running >= this.#slots) await this.#turn(caller, signal, waitMs)
    else this.#running++
    return this.#release(caller)
  }

  /** A slot, where one is free at once. */
  slotNow(caller: string): (() => void) | null {
    if (this.#running >= this.#slots) return null
    this.#running++
    return this.#release(caller)
  }

  busy(why: string): SqlBusyError {
    const aheadMs = (this.#meanMs * (this.#waiting.length + 1)) / this.#slots
    const afterS = Math.min(maxRetryAfterS, Math.max(1, Math.ceil(aheadMs / 1000)))
    return new SqlBusyError(`${why}: try again in ${afterS} s`, afterS)
  }

  #release(caller: string): () => void {
    const begunAt = performance.now()
    let given = false
    return () => {
      if (given) return
      given = true
      const ms = performance.now() - begunAt
      this.#shares.add(caller, ms)
      this.#meanMs += newest * (ms - this.#meanMs)
      this.#handOn()
    }
  }

  /** The slot goes to the next, without being free in between. */
  #handOn(): void {
    const [next] = this.#waiting.toSorted((a, b) => this.#shares.of(a.caller) - this.#shares.of(b.caller))
    if (next === undefined) this.#running--
    else next.go()
  }

  #turn(caller: string, signal: AbortSignal, waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        const at = this.#waiting.indexOf(waiting)
        if (at >= 0) this.#waiting.splice(at, 1)
        clearTimeout(timer)
        signal.removeEventListener('abort', given)
      }
      const waiting: Waiting = {
        caller,
        go: () => {
          leave()
          resolve()
        },
        sendAway: error => {
          leave()
          reject(error)
        },
      }
      const given = () => waiting.sendAway(signal.reason as Error)
      const late = () => waiting.sendAway(this.busy('no slot got free in time'))
      const timer = setTimeout(late, Math.max(0, waitMs))
      signal.addEventListener('abort', given, { once: true })
      this.#waiting.push(waiting)
    })
  }
}
