import { AppError } from '../../core/errors.ts'
import type { Append, Frame, LogWriter, Origin } from '../../core/log.ts'
import type { FollowedState } from '../../lake/follow/index.ts'
import type { FollowStatus } from '../../serve/contract/index.ts'
import { COPIED } from './copies.ts'

/** What was published can't be followed from here; the message says why and the remedy. */
export class FollowError extends AppError {
  readonly code = 'ART_FOLLOW'
}

export interface FollowedLog {
  look(): Promise<FollowedState | null>
  /** Lines from a position on, in order. */
  frames(from: number, signal: AbortSignal): AsyncGenerator<Frame>
}

export interface FollowerDeps {
  /** Where the tables are, for people. */
  readonly place: string
  readonly lines: FollowedLog
  readonly log: LogWriter & {
    /** First position that is free. */
    readonly synced: number
    readonly origins: readonly Origin[]
  }
  readonly everyMs: number
  /** Why nothing may be taken just now; null: it may. */
  readonly closed: () => string | null
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told whenever it fails, and when it goes on. */
  readonly onChange: () => void
}

/** Frames handed to the log in one turn, byte: they share its syncs. */
const TURN_BYTES = 4 * 1024 * 1024
const TURN_FRAMES = 64
const CLOSED_MS = 250
const PARTITION = 0

/**
 * Takes over what another Arterial received and publishes, line by line and in its order, into the own log. The place in the other's
 * log travels in the frames: after any crash the next line is the first one that is not durable.
 */
export class Follower {
  readonly #deps: FollowerDeps
  #publisher: string | null = null
  #published: number | null = null
  #failures = 0
  #message: string | null = null

  constructor(deps: FollowerDeps) {
    this.#deps = deps
  }

  get status(): Omit<FollowStatus, 'live'> {
    const position = this.#origin?.next ?? 0
    const { place: from } = this.#deps
    return { from, publisher: this.#publisher, position, published: this.#published, message: this.#message }
  }

  /** Failures one after the other. */
  get failures(): number {
    return this.#failures
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { sleep, everyMs } = this.#deps
    const isOver = () => signal.aborted
    while (!isOver()) {
      try {
        await this.#step(signal)
        this.#become(0, this.#published === null ? `nothing was published yet in ${this.#deps.place}` : null)
      } catch (error) {
        if (isOver()) return
        const text = error instanceof AppError ? error.message : `a fault of this program: ${String(error)}`
        this.#become(this.#failures + 1, text)
      }
      await sleep(everyMs, signal)
    }
  }

  get #origin(): Origin | undefined {
    return this.#deps.log.origins.find(({ topic }) => topic.startsWith(COPIED))
  }

  async #step(signal: AbortSignal): Promise<void> {
    const { lines } = this.#deps
    const found = await lines.look()
    if (found === null) return
    this.#publisher = found.publisher
    this.#published = found.upto
    const topic = `${COPIED}${found.publisher}`
    const next = this.#nextOf(topic)
    if (next > found.upto)
      throw new FollowError(
        `the other’s tables end at position ${found.upto}, and here is already what came up to ${next}: they are older than this copy, from a backup perhaps; begin with an empty data folder`,
      )
    let turn: Append[] = []
    let bytes = 0
    for await (const frame of lines.frames(next, signal)) {
      turn.push(appendOf(frame, topic))
      bytes += frame.lines.length
      if (bytes < TURN_BYTES && turn.length < TURN_FRAMES) continue
      await this.#take(turn, signal)
      turn = []
      bytes = 0
    }
    await this.#take(turn, signal)
  }

  /** @throws {FollowError} where the own log has something else */
  #nextOf(topic: string): number {
    const origin = this.#origin
    if (origin === undefined && this.#deps.log.synced > 0)
      throw new FollowError(
        'the data folder has records of its own; a copy begins with an empty one: name another with --data',
      )
    if (origin !== undefined && origin.topic !== topic)
      throw new FollowError(
        `the tables are of the publisher ${topic.slice(COPIED.length)} now, and this is a copy of ${origin.topic.slice(COPIED.length)}; begin with an empty data folder`,
      )
    return origin?.next ?? 0
  }

  async #take(turn: readonly Append[], signal: AbortSignal): Promise<void> {
    const { log, closed, sleep } = this.#deps
    for (let why = closed(); why !== null; why = closed()) {
      this.#become(this.#failures, why)
      await sleep(CLOSED_MS, signal)
      signal.throwIfAborted()
    }
    // Handed over in one turn: where one of them fails, the log refuses all that come after it.
    const ended = await Promise.allSettled(turn.map(append => log.append(append)))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  }

  #become(failures: number, message: string | null): void {
    const isOther = message !== this.#message || failures !== this.#failures
    this.#failures = failures
    this.#message = message
    if (isOther) this.#deps.onChange()
  }
}

function appendOf(frame: Frame, topic: string): Append {
  const { kind, source, arrivedAtMs, intervalS, lines, count, position } = frame
  const origin = { topic, partition: PARTITION, from: position, next: position + count }
  return { kind, source, arrivedAtMs, intervalS, lines, count, origin }
}
