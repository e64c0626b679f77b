import type { Appended } from '../../core/log.ts'

/** How far the appends of one kind since the start are. */
export interface KindAppends {
  /** How many were begun: another number, and somebody has appended since. */
  readonly begun: number
  /** How many of them are not answered yet. */
  readonly open: number
  /** First position behind all that are durable; 0 before the first. */
  readonly end: number
}

const NONE: KindAppends = { begun: 0, open: 0, end: 0 }

/** Counts appends by kind, in the order in which they will stand in the log. */
export class AppendTally {
  readonly #kinds = new Map<string, KindAppends>()

  of(kind: string): KindAppends {
    return this.#kinds.get(kind) ?? NONE
  }

  /** Counts an append that was just begun. */
  async watch(kind: string, append: Promise<Appended>): Promise<Appended> {
    this.#change(kind, ({ begun, open, end }) => ({ begun: begun + 1, open: open + 1, end }))
    let reached = 0
    try {
      const appended = await append
      reached = appended.position + appended.count
      return appended
    } finally {
      this.#change(kind, ({ begun, open, end }) => ({ begun, open: open - 1, end: Math.max(end, reached) }))
    }
  }

  #change(kind: string, change: (now: KindAppends) => KindAppends): void {
    this.#kinds.set(kind, change(this.of(kind)))
  }
}
