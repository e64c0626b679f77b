import { HOUR_MS } from '../../core/time/spans.ts'

/** Length of one window of the index, ms: what is loaded, kept and dropped as one. */
export const WINDOW_MS = 600_000
/** Words before a page's entries: count and capacity. */
const HEAD = 2
const FIRST_CAPACITY = 2
/** A page that outgrows this becomes a map: looking through it would cost too much. */
const LARGE_PAGE = 256
/** What an entry of a map takes, about. */
const MAP_ENTRY_BYTES = 48
/** A window with fewer pages than this, or fewer than one for so many sensor ids, finds them by a map. */
const FEW_PAGES = 16
const SPARE_PAGES = 8

/** What the index says of a reading. */
export const SEEN = { new: 0, repeat: 1, conflict: 2 } as const
export type Seen = (typeof SEEN)[keyof typeof SEEN]

/** Pages the index has to load from silver before it can answer: windows, and the sensors asked for in them. */
export interface MissingPages {
  readonly windows: number[]
  /** Sensor ids; null where so many are missing that all of a window's are wanted. */
  readonly sensors: number[] | null
}

/** More than this many sensors missing: load whole windows. */
const MANY_SENSORS = 500

/**
 * Which readings silver holds: per sensor and window of ten minutes a page of (time in ms, content hash). Windows that
 * silver has nothing of need no loading; the least recently used leave when the index outgrows its bound.
 */
export class RepeatIndex {
  readonly #maxBytes: number
  readonly #windows = new Map<number, Window>()
  readonly #hoursInSilver: Set<number>
  readonly #evicted = new Set<number>()
  #bytes = 0
  /** What `missing` asked for, window by window; empty where whole windows are wanted. */
  #asked: [Window, number][] = []
  #last: Window | null = null
  #clock = 0

  /** @param hoursInSilver hours since 1970 UTC of which silver holds readings already */
  constructor(hoursInSilver: Iterable<number>, maxBytes = 256 * 1024 * 1024) {
    this.#hoursInSilver = new Set(hoursInSilver)
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The pages that have to be loaded before these readings can be told apart, null when none. */
  missing(sensors: Int32Array, timesMs: Float64Array, rows: Uint32Array): MissingPages | null {
    this.#clock++
    const windows = new Set<number>()
    const wanted = new Set<number>()
    this.#asked = []
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const window = this.#window(timesMs[row]!)
      window.usedAt = this.#clock
      const sensor = sensors[row]!
      if (window.complete || window.has(sensor)) continue
      windows.add(window.key)
      if (wanted.size > MANY_SENSORS) continue
      wanted.add(sensor)
      this.#asked.push([window, sensor])
    }
    if (windows.size === 0) return null
    return {
      windows: [...windows].sort((a, b) => a - b),
      sensors: wanted.size > MANY_SENSORS ? null : [...wanted],
    }
  }

  /** Makes pages known that `missing` asked for; `put` then adds what silver holds of them. */
  loaded(pages: MissingPages): void {
    if (pages.sensors === null) {
      for (const key of pages.windows) {
        const window = this.#windows.get(key)
        if (window !== undefined) window.complete = true
      }
    } else for (const [window, sensor] of this.#asked) this.#grow(window, () => window.open(sensor))
    this.#asked = []
  }

  /** Adds a reading silver holds. */
  put(sensor: number, timeMs: number, content: number): void {
    const window = this.#window(timeMs)
    if (window.content(sensor, timeMs - window.startMs) < 0)
      this.#grow(window, () => window.add(sensor, timeMs - window.startMs, content))
  }

  /** Whether the reading is new (it is remembered then) or came before. Its page must be known. */
  see(sensor: number, timeMs: number, content: number): Seen {
    const window = this.#window(timeMs)
    const offset = timeMs - window.startMs
    const known = window.content(sensor, offset)
    if (known >= 0) return known === content ? SEEN.repeat : SEEN.conflict
    const before = window.bytes
    window.add(sensor, offset, content)
    this.#bytes += window.bytes - before
    return SEEN.new
  }

  /** Drops least recently used windows until the bound holds; never one of the present batch. */
  trim(): void {
    if (this.#bytes <= this.#maxBytes) return
    const oldest = [...this.#windows.values()].sort((a, b) => a.usedAt - b.usedAt)
    for (const window of oldest) {
      if (this.#bytes <= this.#maxBytes || window.usedAt === this.#clock) break
      this.#windows.delete(window.key)
      this.#evicted.add(window.key)
      this.#bytes -= window.bytes
    }
    this.#last = null
  }

  #grow(window: Window, change: () => void): void {
    const before = window.bytes
    change()
    this.#bytes += window.bytes - before
  }

  #window(timeMs: number): Window {
    const last = this.#last
    if (last !== null && timeMs >= last.startMs && timeMs < last.startMs + WINDOW_MS) return last
    const key = Math.floor(timeMs / WINDOW_MS)
    let window = this.#windows.get(key)
    if (window === undefined) {
      const inSilver =
        this.#hoursInSilver.has(Math.floor((key * WINDOW_MS) / HOUR_MS)) || this.#evicted.has(key)
      window = new Window(key, !inSilver)
      this.#windows.set(key, window)
      this.#bytes += window.bytes
    }
    this.#last = window
    return window
  }
}

const MAPPED = 0xffff_ffff

/** The pages of one window in one slab: [count, capacity, (ms, content) × capacity] each, found by sensor. */
class Window {
  readonly key: number
  readonly startMs: number
  complete: boolean
  usedAt = 0
  /** Where each sensor's page is: by sensor id, once so many have one that this takes less than the few do. */
  #few: Map<number, number> | null = new Map()
  #highest = 0
  #pages = new Uint32Array(0)
  #slab = new Uint32Array(32)
  readonly #large = new Map<number, Map<number, number>>()
  #mapped = 0
  // 0 means no page, MAPPED one that is in #large
  #end = 1

  constructor(key: number, complete: boolean) {
    this.key = key
    this.startMs = key * WINDOW_MS
    this.complete = complete
  }

  get bytes(): number {
    const entries = this.#mapped + (this.#few?.size ?? 0)
    return this.#pages.byteLength + this.#slab.byteLength + 400 + entries * MAP_ENTRY_BYTES
  }

  has(sensor: number): boolean {
    return this.#page(sensor) !== 0
  }

  /** Content hash of the sensor's reading at this time, −1 where there is none. The newest entry is looked at first. */
  content(sensor: number, offset: number): number {
    const page = this.#page(sensor)
    if (page === 0) return -1
    if (page === MAPPED) return this.#large.get(sensor)?.get(offset) ?? -1
    const slab = this.#slab
    const first = page + HEAD
    for (let at = first + 2 * (slab[page]! - 1); at >= first; at -= 2)
      if (slab[at] === offset) return slab[at + 1]!
    return -1
  }

  open(sensor: number): number {
    const known = this.#page(sensor)
    if (known !== 0) return known
    const page = this.#allocate(FIRST_CAPACITY)
    this.#place(sensor, page)
    return page
  }

  add(sensor: number, offset: number, content: number): void {
    let page = this.open(sensor)
    if (page === MAPPED) {
      this.#large.get(sensor)?.set(offset, content)
      this.#mapped++
      return
    }
    const count = this.#slab[page]!
    const capacity = this.#slab[page + 1]!
    if (count === LARGE_PAGE) {
      this.#toMap(sensor, page)
      this.add(sensor, offset, content)
      return
    }
    if (count === capacity) {
      const larger = this.#allocate(capacity * 2)
      this.#slab.copyWithin(larger + HEAD, page + HEAD, page + HEAD + 2 * count)
      this.#slab[larger] = count
      this.#place(sensor, larger)
      page = larger
    }
    this.#slab[page + HEAD + 2 * count] = offset
    this.#slab[page + HEAD + 2 * count + 1] = content
    this.#slab[page] = count + 1
  }

  #page(sensor: number): number {
    if (this.#few !== null) return this.#few.get(sensor) ?? 0
    return sensor < this.#pages.length ? this.#pages[sensor]! : 0
  }

  #place(sensor: number, page: number): void {
    if (this.#few !== null) {
      this.#few.set(sensor, page)
      this.#highest = Math.max(this.#highest, sensor)
      if (this.#few.size >= FEW_PAGES && this.#few.size * SPARE_PAGES > this.#highest) this.#toMany(this.#few)
      return
    }
    if (sensor >= this.#pages.length) {
      const pages = new Uint32Array(Math.max(sensor + 1, this.#pages.length * 2))
      pages.set(this.#pages)
      this.#pages = pages
    }
    this.#pages[sensor] = page
  }

  #toMany(few: ReadonlyMap<number, number>): void {
    this.#few = null
    for (const [sensor, page] of few) this.#place(sensor, page)
  }

  #toMap(sensor: number, page: number): void {
    const map = new Map<number, number>()
    for (let at = page + HEAD, i = 0; i < this.#slab[page]!; i++, at += 2)
      map.set(this.#slab[at]!, this.#slab[at + 1]!)
    this.#mapped += map.size
    this.#large.set(sensor, map)
    this.#place(sensor, MAPPED)
  }

  #allocate(capacity: number): number {
    const page = this.#end
    this.#end += HEAD + 2 * capacity
    if (this.#end > this.#slab.length) {
      const slab = new Uint32Array(Math.max(this.#end, this.#slab.length * 2))
      slab.set(this.#slab)
      this.#slab = slab
    }
    this.#slab[page] = 0
    this.#slab[page + 1] = capacity
    return page
  }
}
