import type { Once } from '../../core/stream/index.ts'
import { DAY_MS } from '../../core/time/spans.ts'

/** What a stream's table holds already, told apart by 16-byte hashes (as Latin-1 texts). */
export const ONCE = { new: 0, repeat: 1, conflict: 2 } as const
export type OnceSeen = (typeof ONCE)[keyof typeof ONCE]

/** A stretch of time whose rows must be known before repeats can be told: [from, to) in ms; null asks for the newest version of everything. */
export type OnceSpan = readonly [fromMs: number, toMs: number] | null

const windowMs = DAY_MS
/** More than so many rows are not kept between batches. */
const maxRows = 1_000_000

interface Window {
  readonly rows: Map<string, string>
  usedAt: number
}

/**
 * Tells which records are there once: by key and time, by key and version, or by all they say. Windows of a day are loaded when a
 * record falls into them, and forgotten when there are too many. Where what arrived last is the newest version, the content of each
 * thing's newest one is kept instead.
 */
export class OnceIndex {
  readonly #isByArrival: boolean
  readonly #windows = new Map<number, Window>()
  #newest: Map<string, string> | null = null
  #rows = 0
  #clock = 0

  constructor(once: Once) {
    this.#isByArrival = once.how === 'latest' && once.version === 'position'
  }

  /** What has to be loaded before records of these times can be told apart. */
  missing(timesMs: readonly number[]): OnceSpan[] {
    this.#clock++
    if (this.#isByArrival) return this.#newest === null && timesMs.length > 0 ? [null] : []
    const missing = new Set<number>()
    for (const ms of timesMs) {
      const key = Math.floor(ms / windowMs)
      const window = this.#windows.get(key)
      if (window === undefined) missing.add(key)
      else window.usedAt = this.#clock
    }
    return spansOf([...missing].sort((a, b) => a - b))
  }

  /** Makes known what `missing` asked for; `put` then adds what the table holds of it. */
  loaded(spans: readonly OnceSpan[]): void {
    for (const span of spans) {
      if (span === null) this.#newest = new Map()
      else
        for (let key = span[0] / windowMs; key < span[1] / windowMs; key++)
          this.#windows.set(key, { rows: new Map(), usedAt: this.#clock })
    }
  }

  /** Adds a row the table holds. */
  put(once: string, content: string, timeMs: number): void {
    if (this.#newest !== null) {
      this.#newest.set(once, content)
      return
    }
    const rows = this.#windows.get(Math.floor(timeMs / windowMs))?.rows
    if (rows === undefined || rows.has(once)) return
    rows.set(once, content)
    this.#rows++
  }

  /** Whether a record is new (it is remembered then) or came before. Its window must be known. */
  see(once: string, content: string, timeMs: number): OnceSeen {
    if (this.#newest !== null) {
      if (this.#newest.get(once) === content) return ONCE.repeat
      this.#newest.set(once, content)
      return ONCE.new
    }
    const rows = this.#windows.get(Math.floor(timeMs / windowMs))?.rows
    if (rows === undefined) throw new Error('a window that was not asked for')
    const known = rows.get(once)
    if (known !== undefined) return known === content ? ONCE.repeat : ONCE.conflict
    rows.set(once, content)
    this.#rows++
    return ONCE.new
  }

  /** Forgets least recently used windows until the bound holds; never one of the present batch. */
  trim(): void {
    if (this.#rows <= maxRows) return
    for (const [key, window] of [...this.#windows].sort(([, a], [, b]) => a.usedAt - b.usedAt)) {
      if (this.#rows <= maxRows || window.usedAt === this.#clock) return
      this.#windows.delete(key)
      this.#rows -= window.rows.size
    }
  }
}

/** Windows joined to runs. */
function spansOf(windows: readonly number[]): OnceSpan[] {
  const spans: [number, number][] = []
  for (const window of windows) {
    const last = spans.at(-1)
    if (last?.[1] === window * windowMs) last[1] += windowMs
    else spans.push([window * windowMs, (window + 1) * windowMs])
  }
  return spans
}
