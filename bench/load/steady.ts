import { setTimeout as sleep } from 'node:timers/promises'
import type { cityReadings } from './readings.ts'
import { Sender } from './sender.ts'

const TICK_MS = 250
const CONNECTIONS = 4

/** Posts the readings of the wall clock as it passes, a request for each piece of the generator. */
export class SteadyLoad {
  readonly #sender: Sender
  readonly #signal: AbortSignal
  readonly #tickMs: number

  /** @param tickMs requests leave so often */
  constructor(url: string, signal: AbortSignal, tickMs = TICK_MS) {
    this.#sender = new Sender(url, CONNECTIONS, signal)
    this.#signal = signal
    this.#tickMs = tickMs
  }

  async run(
    generator: ReturnType<typeof cityReadings>['generator'],
    spanMs: number,
  ): Promise<{ lines: number; latenciesMs: number[] }> {
    const flying = new Set<Promise<void>>()
    const latenciesMs: number[] = []
    let failure: unknown = null
    let lines = 0
    // Readings bear whole seconds: each second's are sent in equal parts over the second.
    const startMs = Math.ceil(Date.now() / 1000) * 1000
    for (let secondMs = startMs; secondMs < startMs + spanMs; secondMs += 1000) {
      const chunks = [...generator.between(secondMs, secondMs + 1000)]
      const perTick = Math.ceil(chunks.length / (1000 / this.#tickMs))
      for (let tick = 0; tick * perTick < chunks.length; tick++) {
        await sleep(Math.max(0, secondMs + tick * this.#tickMs - Date.now()), undefined, {
          signal: this.#signal,
        })
        for (const chunk of chunks.slice(tick * perTick, (tick + 1) * perTick)) {
          if (failure !== null) throw failure as Error
          const begun = performance.now()
          const post = this.#sender.post(chunk.lines).then(
            () => void latenciesMs.push(performance.now() - begun),
            (error: unknown) => (failure ??= error),
          ) as Promise<void>
          flying.add(post)
          void post.finally(() => flying.delete(post))
          lines += chunk.count
        }
      }
    }
    await Promise.all(flying)
    if (failure !== null) throw failure as Error
    return { lines, latenciesMs }
  }

  close(): void {
    this.#sender.close()
  }
}
