import { setTimeout as sleep } from 'node:timers/promises'
import { afterTry, isDue } from './delivery.ts'
import type { Delivery, Outcome, RetryPlan } from './delivery.ts'
import type { DeliveryBook } from './delivery-book.ts'

/** Tries one delivery. What the other side does wrong is an outcome; it throws only when the signal aborts. */
export type Send = (delivery: Delivery, signal: AbortSignal) => Promise<Outcome>

export interface DispatcherDeps {
  readonly book: DeliveryBook
  /** By target. */
  readonly targets: ReadonlyMap<string, Send>
  readonly plan: RetryPlan
  readonly now: () => number
  /** Told after each try, and when something keeps a target from being served at all. */
  readonly onTried: () => void
  readonly onFault: (target: string, error: unknown) => void
}

const LOOK_EVERY_MS = 60_000
const FAULT_REST_MS = 5_000

/**
 * Delivers what waits in the book, each target for itself so that none holds up another. A try is noted after it was made: killed
 * in between, it is made again, under the same id.
 */
export class Dispatcher {
  readonly #deps: DispatcherDeps
  readonly #stop = new AbortController()
  #wake = new AbortController()
  #running: readonly Promise<void>[] = []

  constructor(deps: DispatcherDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#running = [...this.#deps.targets].map(([target, send]) => this.#serve(target, send))
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#running)
  }

  /** Something new waits. */
  wake(): void {
    this.#wake.abort()
    this.#wake = new AbortController()
  }

  async #serve(target: string, send: Send): Promise<void> {
    while (!this.#hasStopped()) {
      const woken = this.#wake.signal
      try {
        const restMs = await this.#deliverDue(target, send)
        await this.#rest(restMs, woken)
      } catch (error) {
        if (this.#hasStopped()) return
        this.#deps.onFault(target, error)
        await this.#rest(FAULT_REST_MS, this.#stop.signal)
      }
    }
  }

  /** @returns after how long there may be something to do again, ms */
  async #deliverDue(target: string, send: Send): Promise<number> {
    const { book, plan, now, onTried } = this.#deps
    for (const delivery of book.waiting(target)) {
      if (!isDue(delivery, now())) continue
      const outcome = await send(delivery, this.#stop.signal)
      this.#stop.signal.throwIfAborted()
      await book.put(afterTry(delivery, outcome, now(), plan))
      onTried()
    }
    if (await book.catchUp()) onTried()
    const next = book.waiting(target).reduce((least, { nextMs }) => Math.min(least, nextMs ?? 0), Infinity)
    return Math.min(LOOK_EVERY_MS, Math.max(0, next - now()))
  }

  #hasStopped(): boolean {
    return this.#stop.signal.aborted
  }

  async #rest(ms: number, woken: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, woken])
    await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
