/** How far the lake is. */
export interface LakeMark {
  /** Of the log: every record below it is in every layer for good. */
  readonly saved: number
  /** Another number after other work changed the tables; null while it does. */
  readonly changes: number | null
}

export interface CadenceSettings {
  readonly goldS: number
  readonly restS: number
  readonly restRows: number
}

export type Which = 'gold' | 'all'

/** Nothing new may still be otherwise: night speeds, the register; looked at so often, ms. */
const STILL_MS = 15 * 60_000
/** After a failure the next try comes this soon, then twice as late each time, ms. */
const FIRST_RETRY_MS = 2000
const LAST_RETRY_MS = 60_000

/** When which tables are brought level. Times are of a clock that only goes forward, ms. */
export class Cadence {
  readonly #settings: CadenceSettings
  readonly #begunMs: number
  readonly #last: Record<Which, { atMs: number; mark: LakeMark } | null> = { gold: null, all: null }
  #failures = 0
  #failedMs = 0

  constructor(settings: CadenceSettings, nowMs: number) {
    this.#settings = settings
    this.#begunMs = nowMs
  }

  /** Null: nothing is due. */
  due(mark: LakeMark, nowMs: number): Which | null {
    if (mark.changes === null) return null
    if (this.#failures > 0) {
      const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1))
      return nowMs - this.#failedMs < pause ? null : 'all'
    }
    const { goldS, restS, restRows } = this.#settings
    const waiting = mark.saved - (this.#last.all?.mark.saved ?? 0)
    if (waiting >= restRows || this.#isDue('all', restS, mark, nowMs)) return 'all'
    return this.#isDue('gold', goldS, mark, nowMs) ? 'gold' : null
  }

  /** A round that began at an instant, when the lake was so far, has brought its tables level. */
  done(which: Which, mark: LakeMark, begunMs: number): void {
    this.#last.gold = { atMs: begunMs, mark }
    if (which === 'all') this.#last.all = { atMs: begunMs, mark }
    this.#failures = 0
  }

  failed(nowMs: number): void {
    this.#failures++
    this.#failedMs = nowMs
  }

  /** How long something has been waiting that some table lacks, s; 0 where nothing is. */
  lagS({ saved, changes }: LakeMark, nowMs: number): number {
    const { all } = this.#last
    const isLevel =
      all !== null && all.mark.saved === saved && all.mark.changes === (changes ?? all.mark.changes)
    return isLevel && this.#failures === 0 ? 0 : (nowMs - (all?.atMs ?? this.#begunMs)) / 1000
  }

  #isDue(which: Which, everyS: number, mark: LakeMark, nowMs: number): boolean {
    const last = this.#last[which]
    if (last === null) return true
    const isStill = last.mark.saved === mark.saved && last.mark.changes === mark.changes
    return nowMs - last.atMs >= (isStill ? Math.max(STILL_MS, everyS * 1000) : everyS * 1000)
  }
}
