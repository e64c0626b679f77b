import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { Deliver, PollFetch, PolledAnswer, PolledFeed } from './feed.ts'
import { addressOf, headersOf } from './feed.ts'
import type { FeedState } from './feed-state.ts'
import { stateOf } from './feed-state.ts'
import { keepAnswer } from './kept-answers.ts'
import { recallReading, rememberReading } from './last-reading.ts'
import type { FeedMemory } from './memory.ts'
import { newMemory, recall, remember } from './memory.ts'
import { FeedStatusError, readAnswer } from './read-answer.ts'
import { afterFailure } from './schedule.ts'

export interface PollerDeps {
  /** Of all feeds; each has a folder in it. */
  readonly folder: string
  readonly fetch: PollFetch
  readonly deliver: Deliver
  readonly now: () => number
  /** In [0, 1). */
  readonly random: () => number
  /** Resolves after so long, or when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** How far ahead a stream lets its instants lie. */
  readonly maxFutureMs: number
  /** Whether the disk has room to keep answers. */
  readonly mayKeep: () => boolean
  /** Told of what only a fault of this program throws; the feed goes on. */
  readonly onBug: (feed: string, error: unknown) => void
  /** After each poll, however it went. */
  readonly onPolled: () => void
}

/** The program has a fault; the feed is asked again, perhaps its answer is another then. */
class BugError extends AppError {
  readonly code = 'ART_FEED_BUG'

  constructor(cause: unknown) {
    super(`this program has a fault: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** Lines that are delivered together, at most. */
const BATCH_LINES = 10_000
const BATCH_CHARS = 4 << 20
/** A clock that is set and a machine that slept are noticed within this. */
const SLICE_MS = 30_000
/** After a start feeds are asked one after another within this, not all at once. */
const SPREAD_MS = 5_000

/** One feed: asks when it is due, and remembers how that went. */
export class Poller {
  readonly #feed: PolledFeed
  readonly #deps: PollerDeps
  readonly #folder: string
  readonly #fingerprint: string
  #memory: FeedMemory
  /** What the last answer said, of formats whose answers are the whole. */
  #previous: readonly object[] = []
  #isAsking = false

  constructor(feed: PolledFeed, deps: PollerDeps) {
    this.#feed = feed
    this.#deps = deps
    this.#folder = join(deps.folder, feed.name)
    this.#fingerprint = fingerprintOf(feed)
    this.#memory = newMemory(this.#fingerprint)
  }

  get state(): FeedState {
    return stateOf(this.#feed, this.#memory, this.#memory.nextMs, this.#isAsking)
  }

  /** Asks until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { now, random } = this.#deps
    this.#memory = await recall(this.#folder, this.#fingerprint)
    await this.#recallReading()
    const soonMs = now() + Math.round(random() * SPREAD_MS)
    const { nextMs, lastPollMs } = this.#memory
    // A plan made by a clock that was ahead may be far off.
    const isSane = lastPollMs === null || lastPollMs <= now()
    this.#plan(isSane ? Math.max(nextMs ?? 0, soonMs) : soonMs)
    while (await this.#due(signal)) await this.poll(signal)
  }

  /** Asks once. Never throws: what went wrong is in the state. */
  async poll(signal: AbortSignal): Promise<void> {
    const { now } = this.#deps
    const startMs = now()
    this.#isAsking = true
    try {
      const learnt = await this.#ask(signal)
      this.#memory = {
        ...this.#memory,
        ...learnt,
        lastSuccessMs: now(),
        failures: 0,
        failingSinceMs: null,
        error: null,
        // The earlier of both, should the clock have been set back meanwhile.
        nextMs: this.#feed.schedule.next(Math.min(startMs, now())),
      }
    } catch (error) {
      // Whoever stops the program is no fault of the feed.
      if (signal.aborted) return
      this.#failed(error)
    } finally {
      this.#isAsking = false
    }
    this.#memory = { ...this.#memory, lastPollMs: startMs, polls: this.#memory.polls + 1 }
    await this.#remember()
    this.#deps.onPolled()
  }

  async #ask(signal: AbortSignal): Promise<Partial<FeedMemory>> {
    const feed = this.#feed
    const isStale = this.#isStale()
    const { etag, lastModified } = isStale ? { etag: null, lastModified: null } : this.#memory
    const answer = await this.#deps.fetch(addressOf(feed), {
      headers: headersOf(feed),
      etag,
      lastModified,
      wholeMs: feed.timeoutS * 1000,
      maxBytes: feed.maxBytes,
      signal,
    })
    const arrivedAtMs = this.#deps.now()
    const unchanged = { unchanged: this.#memory.unchanged + 1 }
    if (answer.status === 304 && (etag !== null || lastModified !== null)) return unchanged
    const digest = createHash('sha256').update(answer.body).digest('hex')
    const marks = { etag: answer.etag, lastModified: answer.lastModified, digest }
    if (answer.status === 200 && digest === this.#memory.digest && !isStale) return { ...marks, ...unchanged }
    const unkept = await this.#keep(answer, arrivedAtMs)
    return { ...marks, ...(await this.#take(answer, arrivedAtMs, unkept)) }
  }

  /** Without the last reading, what is unchanged since would never be known again. */
  async #recallReading(): Promise<void> {
    const { format } = this.#feed
    if (format.since === undefined) return
    const previous = await recallReading(this.#folder, format)
    this.#previous = previous ?? []
    if (previous === null) this.#memory = { ...this.#memory, etag: null, lastModified: null, digest: null }
  }

  /** Whether the same answer would say something else by now. */
  #isStale(): boolean {
    const { rereadMs } = this.#feed.format
    const { lastReadMs } = this.#memory
    if (rereadMs === undefined || lastReadMs === null) return false
    return Math.abs(this.#deps.now() - lastReadMs) >= rereadMs
  }

  /** Reads the answer whole before anything of it is delivered. */
  async #take(
    answer: PolledAnswer,
    arrivedAtMs: number,
    unkept: string | null,
  ): Promise<Partial<FeedMemory>> {
    const { maxFutureMs, deliver } = this.#deps
    const { name, format } = this.#feed
    const read = readAnswer(answer, this.#feed, arrivedAtMs, maxFutureMs, this.#previous)
    const { lines, newestMs, ahead } = read
    this.#memory = { ...this.#memory, linesRead: this.#memory.linesRead + lines.length }
    for (const batch of batchesOf(lines)) {
      await deliver(
        format.stream,
        Buffer.from(`${batch.join('\n')}\n`),
        batch.length,
        `poll:${name}`,
        arrivedAtMs,
      )
      this.#memory = { ...this.#memory, linesSent: this.#memory.linesSent + batch.length }
    }
    const unwritten = read.all === null ? null : await this.#goOnFrom(read.all, lines.length > 0)
    const late =
      ahead === 0 ? null : aheadText(ahead, lines.length, (newestMs ?? 0) - arrivedAtMs, answer, arrivedAtMs)
    return {
      lastLines: lines.length,
      newestMs: Math.max(newestMs ?? -Infinity, this.#memory.newestMs ?? -Infinity, 0) || null,
      notice: late ?? read.notice ?? unwritten ?? unkept,
      lastReadMs: arrivedAtMs,
    }
  }

  /** @returns why it could not be written down, in words */
  async #goOnFrom(all: readonly object[], isNew: boolean): Promise<string | null> {
    const isSame = !isNew && all.length === this.#previous.length
    this.#previous = all
    if (isSame) return null
    try {
      await rememberReading(this.#folder, this.#feed.format, all)
      return null
    } catch (error) {
      return `What the feed said could not be written down (${(error as NodeJS.ErrnoException).code ?? String(error)}).`
    }
  }

  /** What can't be kept is delivered all the same. @returns why it could not, in words */
  async #keep({ body, status }: PolledAnswer, arrivedAtMs: number): Promise<string | null> {
    const { keepHours: hours, keepBytes: bytes } = this.#feed
    if (hours > 0 && !this.#deps.mayKeep()) return 'The answer is not kept: the disk is nearly full.'
    try {
      await keepAnswer(this.#folder, body, { status, arrivedAtMs }, { hours, bytes })
      return null
    } catch (error) {
      return `The answer could not be kept (${(error as NodeJS.ErrnoException).code ?? String(error)}).`
    }
  }

  #failed(thrown: unknown): void {
    if (!(thrown instanceof AppError)) this.#deps.onBug(this.#feed.name, thrown)
    const error = thrown instanceof AppError ? thrown : new BugError(thrown)
    const failures = this.#memory.failures + 1
    const nowMs = this.#deps.now()
    const retryAfterS = error instanceof FeedStatusError ? error.retryAfterS : null
    const failure = { failures, retryable: error.retryable, retryAfterS }
    this.#memory = {
      ...this.#memory,
      failures,
      failingSinceMs: this.#memory.failingSinceMs ?? nowMs,
      error: { code: error.code, message: error.message },
      nextMs: afterFailure(this.#feed.schedule, nowMs, failure, this.#deps.random()),
    }
  }

  #plan(nextMs: number): void {
    this.#memory = { ...this.#memory, nextMs }
  }

  /** Without room for the state the feed goes on: after a restart it asks for everything, and gets repeats. */
  async #remember(): Promise<void> {
    try {
      await remember(this.#folder, this.#memory)
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error)
      this.#memory = {
        ...this.#memory,
        notice: `What is known of the feed could not be written down (${why}).`,
      }
    }
  }

  /** Waits until the feed is due; false when the signal came first. */
  async #due(signal: AbortSignal): Promise<boolean> {
    const { now, sleep } = this.#deps
    for (let before = now(); !signal.aborted; before = now()) {
      const leftMs = (this.#memory.nextMs ?? 0) - before
      if (leftMs <= 0) return true
      await sleep(Math.min(leftMs, SLICE_MS), signal)
      const stepMs = now() - before
      // A clock that was set back would keep the feed waiting for as long: the plan goes back with it.
      if (stepMs < 0) this.#plan((this.#memory.nextMs ?? 0) + stepMs)
    }
    return false
  }
}

function* batchesOf(lines: readonly string[]): Generator<string[], void, undefined> {
  let batch: string[] = []
  let chars = 0
  for (const line of lines) {
    if (batch.length >= BATCH_LINES || (batch.length > 0 && chars + line.length > BATCH_CHARS)) {
      yield batch
      batch = []
      chars = 0
    }
    batch.push(line)
    chars += line.length + 1
  }
  if (batch.length > 0) yield batch
}

function aheadText(
  ahead: number,
  all: number,
  byMs: number,
  { headers }: PolledAnswer,
  arrivedAtMs: number,
): string {
  const dateMs = Date.parse(headers['date'] ?? '')
  const minutes = (ms: number) => `${Math.round(Math.abs(ms) / 60_000)} min`
  const clock =
    Math.abs(dateMs - arrivedAtMs) > 60_000
      ? ` By the date of its answer the provider's clock is ${minutes(dateMs - arrivedAtMs)} ${dateMs > arrivedAtMs ? 'ahead of' : 'behind'} this machine's.`
      : ''
  return `${ahead} of ${all} records are stamped up to ${minutes(byMs)} ahead of their arrival and go to quarantine.${clock}`
}

/** Of all that decides what an answer becomes; secrets left out, so that they are in no file. */
function fingerprintOf({ url, query, format, zone, constants }: PolledFeed): string {
  const plain = Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : ''])
  const text = JSON.stringify([url, plain, format.name, format.says, format.stream, zone, constants])
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
