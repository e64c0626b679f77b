/** How many of the latest readings' groups the quantiles look at, and for how long. */
const KEPT_MS = 60_000
const MAX_GROUPS = 4096

export interface FreshnessMs {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

/** Measures how long records take from durable in the log to visible in gold, all the time. Clocks are passed in, ms. */
export class Freshness {
  /** Records made durable and not in gold yet: up to which position, when. */
  readonly #waiting: { upto: number; count: number; atMs: number }[] = []
  #done: { count: number; ms: number; atMs: number }[] = []

  /** The log is durable up to `synced` (exclusive) since now. */
  durable(synced: number, count: number, nowMs: number): void {
    this.#waiting.push({ upto: synced, count, atMs: nowMs })
    // A long backlog: neighbours share an entry, the older time counts.
    if (this.#waiting.length > MAX_GROUPS) {
      const merged = this.#waiting.splice(MAX_GROUPS / 2, 2)
      const [a, b] = merged
      if (a !== undefined && b !== undefined)
        this.#waiting.splice(MAX_GROUPS / 2, 0, { upto: b.upto, count: a.count + b.count, atMs: a.atMs })
    }
  }

  /** Gold holds everything below `position` since now. */
  visible(position: number, nowMs: number): void {
    let n = 0
    for (const group of this.#waiting) {
      if (group.upto > position) break
      this.#done.push({ count: group.count, ms: nowMs - group.atMs, atMs: nowMs })
      n++
    }
    this.#waiting.splice(0, n)
    if (this.#done.length > MAX_GROUPS) this.#done = this.#done.slice(-MAX_GROUPS / 2)
  }

  /** Quantiles over the records of the last minute, each weighing one; null when there were none. */
  quantiles(nowMs: number): FreshnessMs {
    const recent = this.#done.filter(group => group.atMs >= nowMs - KEPT_MS).sort((a, b) => a.ms - b.ms)
    const total = recent.reduce((sum, group) => sum + group.count, 0)
    const at = (share: number): number | null => {
      let seen = 0
      for (const group of recent) {
        seen += group.count
        if (seen >= share * total) return Math.round(group.ms)
      }
      return null
    }
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
  }
}
