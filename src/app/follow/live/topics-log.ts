import type { Append, Appended, LogWriter, Origin } from '../../../core/log.ts'

/** Readings that arrived together, in turn. */
export type Arrived = Pick<Append, 'kind' | 'source' | 'arrivedAtMs' | 'intervalS' | 'lines' | 'count'>

interface Waiting {
  readonly append: Append
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: unknown) => void
}

/**
 * Stands where a reader of topics has its log, and keeps nothing: readings are shown and forgotten, and how far each partition is holds as
 * long as the process.
 */
export class TopicsLog implements LogWriter {
  readonly #show: (arrived: readonly Arrived[]) => Promise<void>
  readonly #origins = new Map<string, Origin>()
  #waiting: Waiting[] = []
  #isShowing = false

  /** @param show resolves once they are shown; never called while it is at work */
  constructor(show: (arrived: readonly Arrived[]) => Promise<void>) {
    this.#show = show
  }

  /** Where each partition goes on. */
  get origins(): readonly Origin[] {
    return [...this.#origins.values()]
  }

  /** What comes next is read from its end. */
  forget(): void {
    this.#origins.clear()
  }

  append(append: Append): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ append, resolve, reject })
      void this.#showAll()
    })
  }

  /** All that came while others were shown, at once. Where something fails, so does all that waits: it comes again in its order. */
  async #showAll(): Promise<void> {
    if (this.#isShowing) return
    this.#isShowing = true
    let taken: readonly Waiting[] = []
    try {
      while (this.#waiting.length > 0) {
        taken = this.#waiting
        this.#waiting = []
        const appends = taken.map(({ append }) => append)
        const readings = appends.filter(({ kind }) => kind === 'reading')
        if (readings.length > 0) await this.#show(readings)
        for (const { origin } of appends)
          if (origin !== undefined) this.#origins.set(`${origin.topic}/${origin.partition}`, origin)
        for (const { append, resolve } of taken) resolve({ position: 0, count: append.count })
      }
    } catch (error) {
      for (const { reject } of [...taken, ...this.#waiting]) reject(error)
      this.#waiting = []
    } finally {
      this.#isShowing = false
    }
  }
}
