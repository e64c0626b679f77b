/** Lets work have the tables for itself: it asks, loading comes to rest and grants it, and goes on once the work is done. */
export class Pause {
  #asked: Promise<void> | null = null
  #granted: (() => void) | null = null
  #asking = new AbortController()

  get isAsked(): boolean {
    return this.#asked !== null
  }

  /** Aborted while somebody asks: who waits for records looks up at once. */
  get asking(): AbortSignal {
    return this.#asking.signal
  }

  /**
   * Runs `work` once it is granted; one after another.
   * @param atOnce nobody loads yet, so that nobody would grant it
   * @param signal ends the waiting; `work` itself runs to its end
   */
  async during<T>(work: () => Promise<T>, atOnce: boolean, signal?: AbortSignal): Promise<T> {
    while (this.#asked !== null) await this.#asked
    let release = () => {}
    this.#asked = new Promise(resolve => (release = resolve))
    try {
      await new Promise<void>((resolve, reject) => {
        this.#granted = resolve
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        if (atOnce) resolve()
        this.#asking.abort()
      })
      signal?.throwIfAborted()
      return await work()
    } finally {
      this.#granted = null
      this.#asked = null
      this.#asking = new AbortController()
      release()
    }
  }

  /** Loading rests now; resolves when the work that asked is done. */
  async grant(): Promise<void> {
    const asked = this.#asked
    this.#granted?.()
    await asked
  }
}
