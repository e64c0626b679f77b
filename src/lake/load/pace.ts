import { setTimeout as sleep } from 'node:timers/promises'

/** How long the loader waits between two batches, between two steps of gold, and between two checkpoints, ms. */
export interface Beat {
  readonly batchMs: number
  readonly goldMs: number
  readonly checkpointMs: number
}

/** Somebody waits for figures, or much arrives: a batch holds enough to be worth its statements. */
const BRISK: Beat = { batchMs: 250, goldMs: 750, checkpointMs: 2_000 }
/** Little arrives and a live page is open, which shows each batch at once. */
const WATCHED: Beat = { batchMs: 1_000, goldMs: 2_000, checkpointMs: 10_000 }
/** Little arrives and nobody looks. Gold is due with each batch. */
const ALONE: Beat = { batchMs: 10_000, goldMs: 5_000, checkpointMs: 20_000 }

/** At more rows a second the cost of statements no longer shows beside that of rows. */
const TRICKLE_PER_S = 50
/** A trickle has lasted so long: what comes after a silence, a first reading say, is loaded at once. */
const SUSTAINED_MS = 60_000
/** A silence of this length ends a trickle; longer than the longest pause between two batches. */
const SILENCE_MS = 3 * ALONE.batchMs
/** Who asked will ask again. */
const ASKED_MS = 10_000

/**
 * Never changes what is loaded, only when: a statement costs the engine some 15 ms whatever its rows are, so that a city of
 * three readings a second, loaded each second, kept a seventh of a core busy. While little arrives and nobody asks, rows
 * wait for each other.
 */
export class Pace {
  readonly #now: () => number
  readonly #watchers: () => number
  #sinceMs: number
  #lastMs: number
  #askedMs = -Infinity
  #hurry = new AbortController()

  /** @param now monotonic, ms. @param watchers how many follow the live changes */
  constructor(now: () => number, watchers: () => number) {
    this.#now = now
    this.#watchers = watchers
    this.#sinceMs = now()
    this.#lastMs = now()
  }

  /** A batch of so many records was loaded. */
  loaded(records: number): void {
    const now = this.#now()
    const spanMs = now - this.#lastMs
    this.#lastMs = now
    const many = records > (TRICKLE_PER_S * Math.max(spanMs, BRISK.batchMs)) / 1000
    if (many || spanMs > SILENCE_MS) this.#sinceMs = now
  }

  /** Somebody asked for figures: who rests goes on. @returns whether anything may have waited */
  asked(): boolean {
    const waited = !this.isBrisk
    this.#askedMs = this.#now()
    if (waited) {
      this.#hurry.abort()
      this.#hurry = new AbortController()
    }
    return waited
  }

  /** Aborts when somebody asks. */
  get hurry(): AbortSignal {
    return this.#hurry.signal
  }

  /** Lets rows come together until the next batch is due, counted from `begunMs`, or somebody asks. */
  async rest(begunMs: number, stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stop, this.hurry])
    await sleep(Math.max(0, this.beat.batchMs - (this.#now() - begunMs)), undefined, { signal }).catch(
      () => {},
    )
  }

  /** Nothing waits for more rows. */
  get isBrisk(): boolean {
    return this.beat === BRISK
  }

  get beat(): Beat {
    const now = this.#now()
    if (now - this.#sinceMs < SUSTAINED_MS || now - this.#lastMs > SILENCE_MS) return BRISK
    if (now - this.#askedMs < ASKED_MS) return BRISK
    return this.#watchers() > 0 ? WATCHED : ALONE
  }
}
