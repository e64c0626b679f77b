/** Lines of one sender that are in the log and not in every layer yet. */
interface Entry {
  readonly sender: string
  from: number
  upto: number
  bytes: number
}

/** What waits to be loaded, of one sender. */
export interface Waits {
  records: number
  bytes: number
}

/** A stretch of the log with refused lines in it. */
export interface RefusedRun {
  readonly from: number
  /** Exclusive. */
  readonly upto: number
  readonly lines: number
}

/** Deliveries told apart at most: a city's sensors, each by itself, over a minute. More than that, and nothing more is taken. */
const MAX_ENTRIES = 500_000

/** Whose lines wait to be loaded: every sender's part of the backlog, in the order of the log. */
export class Ledger {
  #entries: Entry[] = []
  /** Entries before it are loaded. */
  #first = 0
  readonly #waits = new Map<string, Waits>()

  get senders(): number {
    return this.#waits.size
  }

  get isFull(): boolean {
    return this.#entries.length - this.#first >= MAX_ENTRIES
  }

  of(sender: string): Readonly<Waits> {
    return this.#waits.get(sender) ?? { records: 0, bytes: 0 }
  }

  add(sender: string, position: number, count: number, bytes: number): void {
    const waits = this.#waits.get(sender) ?? { records: 0, bytes: 0 }
    waits.records += count
    waits.bytes += bytes
    this.#waits.set(sender, waits)
    const last = this.#entries.at(-1)
    // Answers of the log may come in another order than its positions, but only among those of one write.
    if (
      last !== undefined &&
      last.sender === sender &&
      last.upto === position &&
      this.#entries.length > this.#first
    ) {
      last.upto += count
      last.bytes += bytes
    } else this.#entries.push({ sender, from: position, upto: position + count, bytes })
  }

  /** Everything below `position` is loaded. */
  loaded(position: number): void {
    for (; this.#first < this.#entries.length; this.#first++) {
      const entry = this.#entries[this.#first]
      if (entry === undefined || entry.from >= position) break
      const records = Math.min(entry.upto, position) - entry.from
      const bytes = (entry.bytes * records) / (entry.upto - entry.from)
      this.#take(entry.sender, records, bytes)
      entry.from += records
      entry.bytes -= bytes
      if (entry.from < entry.upto) break
    }
    if (this.#first > 1024 && this.#first > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#first)
      this.#first = 0
    }
  }

  #take(sender: string, records: number, bytes: number): void {
    const waits = this.#waits.get(sender)
    if (waits === undefined) return
    waits.records -= records
    waits.bytes -= bytes
    if (waits.records <= 0) this.#waits.delete(sender)
  }

  /**
   * How many of the refused lines each sender sent; those of nobody who came through this door are left out. Where lines of
   * several senders stand in one stretch, each has as much of it as it has of the lines.
   */
  share(runs: readonly RefusedRun[]): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { from, upto, lines } of runs) {
      for (let i = this.#entryAt(from); i < this.#entries.length; i++) {
        const entry = this.#entries[i]
        if (entry === undefined || entry.from >= upto) break
        const shared = Math.min(entry.upto, upto) - Math.max(entry.from, from)
        if (shared <= 0) continue
        counts.set(entry.sender, (counts.get(entry.sender) ?? 0) + (lines * shared) / (upto - from))
      }
    }
    return counts
  }

  /** First entry that ends after the position. */
  #entryAt(position: number): number {
    let low = this.#first
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle]?.upto ?? Infinity) > position) high = middle
      else low = middle + 1
    }
    return low
  }
}
