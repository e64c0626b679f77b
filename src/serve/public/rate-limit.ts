/** Callers remembered; those who have asked nothing for a while are forgotten first. */
const MAX_CALLERS = 20_000
const MINUTE_S = 60

interface Bucket {
  left: number
  atMs: number
}

/** How many requests each caller has left: a minute's worth, which comes back evenly. */
export class RateLimit {
  readonly #perMinute: number
  readonly #now: () => number
  /** By caller; who asked last stands last. */
  readonly #buckets = new Map<string, Bucket>()

  /** @param now monotonic, ms */
  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute
    this.#now = now
  }

  /** Takes one request. @returns 0, or where none is left the seconds until there is one */
  take(caller: string): number {
    const bucket = this.#filled(caller)
    this.#buckets.delete(caller)
    this.#buckets.set(caller, bucket)
    if (this.#buckets.size > MAX_CALLERS) this.#forget()
    if (bucket.left < 1) return Math.max(1, Math.ceil(((1 - bucket.left) * MINUTE_S) / this.#perMinute))
    bucket.left -= 1
    return 0
  }

  #filled(caller: string): Bucket {
    const atMs = this.#now()
    const before = this.#buckets.get(caller) ?? { left: this.#perMinute, atMs }
    const back = ((atMs - before.atMs) / 1000 / MINUTE_S) * this.#perMinute
    return { left: Math.min(this.#perMinute, before.left + back), atMs }
  }

  #forget(): void {
    for (const caller of this.#buckets.keys()) {
      if (this.#buckets.size <= MAX_CALLERS) return
      this.#buckets.delete(caller)
    }
  }
}
