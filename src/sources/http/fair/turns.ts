/** Work on bodies that is done in one turn of the event loop, ms: others wait no longer for theirs. */
const SLICE_MS = 4

/** One body that wants to work. */
export interface Worker {
  readonly sender: string
  /** Pieces of work it has had. */
  turns: number
}

interface Waiting {
  readonly worker: Worker
  readonly resolve: () => void
}

/**
 * Shares the main thread among the bodies that come in: sender after sender, and of one sender's the body that has had
 * least, so that a small delivery never waits for a large one. While nobody else waits there is no waiting at all.
 */
export class Turns {
  readonly #senders = new Map<string, Waiting[]>()
  #sliceEndsAt: number | null = null

  /** Resolves when the body may work on its next piece (64 KiB at most). */
  take(worker: Worker): Promise<void> {
    const now = performance.now()
    if (this.#senders.size === 0 && (this.#sliceEndsAt === null || now < this.#sliceEndsAt)) {
      if (this.#sliceEndsAt === null) this.#nextSlice(now)
      worker.turns++
      return Promise.resolve()
    }
    return new Promise(resolve => {
      const queue = this.#senders.get(worker.sender) ?? []
      queue.push({ worker, resolve })
      this.#senders.set(worker.sender, queue)
    })
  }

  #nextSlice(now: number): void {
    this.#sliceEndsAt = now + SLICE_MS
    setImmediate(() => {
      this.#sliceEndsAt = null
      this.#letOneWork()
    })
  }

  /** One a turn of the loop: how long it works is known only when the loop comes round. */
  #letOneWork(): void {
    const [sender, queue] = this.#senders.entries().next().value ?? []
    if (sender === undefined || queue === undefined) return
    const next = queue.reduce((best, one) => (one.worker.turns < best.worker.turns ? one : best))
    queue.splice(queue.indexOf(next), 1)
    this.#senders.delete(sender)
    if (queue.length > 0) this.#senders.set(sender, queue)
    this.#nextSlice(performance.now())
    next.worker.turns++
    next.resolve()
  }
}
