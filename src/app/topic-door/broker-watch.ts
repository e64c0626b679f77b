import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import type { Broker } from '../../sources/kafka/broker.ts'

export interface BrokerWatchDeps {
  readonly broker: Pick<Broker, 'look'>
  readonly topics: readonly string[]
  /** Told when what it finds is otherwise: why nothing can be published, or what is missing; null: all is well. */
  readonly onChange: (problem: string | null) => void
}

const LOOK_MS = 5_000
const LOOK_AWAY_MS = 1_000

/** Looks whether the brokers answer and have the topics. */
export class BrokerWatch {
  readonly #deps: BrokerWatchDeps
  #away: string | null = 'The brokers were not asked yet.'
  #told: string | null = null
  #soon = new AbortController()

  constructor(deps: BrokerWatchDeps) {
    this.#deps = deps
  }

  /** Why nothing can be published; null while the brokers answer. */
  get away(): string | null {
    return this.#away
  }

  /** Something failed: it looks at once. */
  doubt(): void {
    this.#soon.abort()
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#soon = new AbortController()
      const either = AbortSignal.any([signal, this.#soon.signal])
      await this.#look()
      await wait(this.#away === null ? LOOK_MS : LOOK_AWAY_MS, undefined, { signal: either }).catch(
        () => undefined,
      )
    }
  }

  async #look(): Promise<void> {
    const { broker, topics, onChange } = this.#deps
    let problem: string | null = null
    try {
      const missing: string[] = []
      for (const topic of topics) if ((await broker.look(topic)) === null) missing.push(topic)
      this.#away = null
      if (missing.length > 0)
        problem = `The brokers have no topic ${missing.join(', ')}: what is delivered for it is answered 503 until there is one.`
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      problem = `The brokers can't be reached: ${error.message}`
      this.#away = problem
    }
    if (problem !== this.#told) onChange(problem)
    this.#told = problem
  }
}
