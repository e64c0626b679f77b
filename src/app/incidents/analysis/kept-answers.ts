/** An answer, or that it is being worked on. */
export type Answer<T> =
  | { readonly state: 'ready'; readonly result: T }
  | { readonly state: 'computing'; readonly result: null }

type Kept = { readonly result: unknown } | { readonly error: unknown }

interface Work {
  readonly key: string
  readonly make: () => Promise<unknown>
  readonly done: Promise<unknown>
  readonly end: () => void
}

export interface KeptAnswersOptions {
  /** Answers that are kept; what was asked for longest ago is forgotten. */
  readonly most: number
  /** Questions that may wait; of more, those asked for longest ago are given up, and asked again by whoever still wants them. */
  readonly mostWaiting: number
  /** Whoever asks waits no longer than this for an answer. */
  readonly patienceMs: number
}

/**
 * Answers that take a while: each question is worked on once, one at a time, the newest first, and its answer is kept in bounded memory.
 * Whoever asks too early is told that it is being worked on.
 */
export class KeptAnswers {
  readonly #options: KeptAnswersOptions
  readonly #kept = new Map<string, Kept>()
  readonly #waiting = new Map<string, Work>()
  #current: Work | null = null

  constructor(options: KeptAnswersOptions) {
    this.#options = options
  }

  /** @throws what the making threw; the next to ask has it made again */
  async ask<T>(key: string, make: () => Promise<T>): Promise<Answer<T>> {
    if (!this.#kept.has(key)) await Promise.race([this.#work(key, make), patience(this.#options.patienceMs)])
    const kept = this.#kept.get(key)
    if (kept === undefined) return { state: 'computing', result: null }
    this.#kept.delete(key)
    if ('error' in kept) throw kept.error
    this.#kept.set(key, kept)
    return { state: 'ready', result: kept.result as T }
  }

  #work(key: string, make: () => Promise<unknown>): Promise<unknown> {
    if (this.#current?.key === key) return this.#current.done
    const work = this.#waiting.get(key) ?? workOf(key, make)
    this.#waiting.delete(key)
    this.#waiting.set(key, work)
    const [oldest] = this.#waiting.keys()
    if (this.#waiting.size > this.#options.mostWaiting && oldest !== undefined) this.#waiting.delete(oldest)
    void this.#run()
    return work.done
  }

  async #run(): Promise<void> {
    if (this.#current !== null) return
    for (let work = this.#next(); work !== null; work = this.#next()) {
      this.#current = work
      const { key, make, end } = work
      await make().then(
        result => this.#keep(key, { result }),
        (error: unknown) => this.#keep(key, { error }),
      )
      this.#current = null
      end()
    }
  }

  #next(): Work | null {
    const newest = [...this.#waiting.values()].at(-1)
    if (newest !== undefined) this.#waiting.delete(newest.key)
    return newest ?? null
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.set(key, kept)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > this.#options.most && oldest !== undefined) this.#kept.delete(oldest)
  }
}

function workOf(key: string, make: () => Promise<unknown>): Work {
  const { promise, resolve } = Promise.withResolvers<null>()
  return { key, make, done: promise, end: () => resolve(null) }
}

function patience(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms).unref())
}
