import { AppError } from '../../core/errors.ts'
import type { LogWriter } from '../../core/log.ts'
import type { KeepLong } from '../../core/text/message-lines.ts'
import type { LostSession, MqttFeed, MqttFeedState, MqttTopic, MqttTopicState } from './feed.ts'
import type { MqttLink } from './link.ts'
import type { MqttMemory } from './memory.ts'
import { takeMessages } from './message-appends.ts'
import type { TopicTaken } from './message-appends.ts'
import { mqttError } from './mqtt-error.ts'

export interface ReaderDeps {
  readonly feed: MqttFeed
  readonly connect: (signal: AbortSignal) => Promise<MqttLink>
  readonly log: LogWriter
  readonly memory: MqttMemory
  readonly keepLong: KeepLong
  readonly maxLineBytes: number
  /** Why nothing may be taken just now; null: it may. */
  readonly closed: () => string | null
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told whenever something of its state changed that people should know. */
  readonly onChange: () => void
  /** A line for who watches: a session that was lost, a fault of this program. */
  readonly onNotice: (text: string) => void
}

const FIRST_PAUSE_MS = 500
const LAST_PAUSE_MS = 10_000
const CLOSED_MS = 250
/** So often it is noted that the session lives, and what the broker refused is asked for again. */
const TEND_MS = 60_000

interface Counts extends Omit<MqttTopicState, 'topic' | 'stream'> {
  readonly lastRefused: MqttTopicState['lastRefused']
}
const NONE: Counts = {
  ...{ state: 'unknown', reason: null, messages: 0, records: 0 },
  ...{ refused: 0, repeated: 0, unacknowledged: 0, lastRefused: null },
}

/** Reads a broker's topics into the log; what is not durable is not acknowledged, and comes again. */
export class MqttReader {
  readonly #deps: ReaderDeps
  readonly #topics: Map<MqttTopic, Counts>
  #state: MqttFeedState['state'] = 'connecting'
  #message: string | null = null
  #failures = 0
  #remembering: Promise<void> = Promise.resolve()

  constructor(deps: ReaderDeps) {
    this.#deps = deps
    this.#topics = new Map(deps.feed.topics.map(topic => [topic, NONE]))
  }

  /** Failures one after the other. */
  get failures(): number {
    return this.#failures
  }

  get state(): MqttFeedState {
    const topics = [...this.#topics].map(([{ pattern, stream }, counts]) => ({
      topic: pattern.text,
      stream,
      ...counts,
    }))
    const { feed, memory } = this.#deps
    return { name: feed.name, state: this.#state, message: this.#message, topics, lost: memory.lost }
  }

  /** Until the signal aborts; then everything that was taken is durable, or the broker has it still. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#connected(signal).catch((error: unknown) => {
        if (!signal.aborted) this.#failed(error)
      })
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, this.#failures - 1), LAST_PAUSE_MS)
      await this.#deps.sleep(pauseMs, signal)
    }
    this.#become('stopped', null)
  }

  async #connected(signal: AbortSignal): Promise<void> {
    const link = await this.#deps.connect(signal)
    try {
      await this.#session(link, signal)
    } finally {
      await link.close()
      await this.#remembering
    }
  }

  /** Messages are taken from the first moment: what the broker answers may stand behind many of them. */
  async #session(link: MqttLink, signal: AbortSignal): Promise<void> {
    const over = new AbortController()
    const both = AbortSignal.any([signal, over.signal])
    const work = [this.#tending(link, both), this.#taking(link, both)]
    // The first that ends, ends both.
    const ended = await Promise.allSettled(work.map(one => one.finally(() => over.abort())))
    // What came whole before the end is taken too: a broker that was killed may have it no more.
    if (link.ended !== null) await this.#taking(link, signal)
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  }

  async #tending(link: MqttLink, signal: AbortSignal): Promise<void> {
    const remembering = this.#remember(link)
    // Who is to stop does not wait for an answer, but for what is being noted.
    this.#remembering = remembering.catch(() => undefined)
    await Promise.race([remembering, aborted(signal)])
    await this.#deps.sleep(TEND_MS, signal)
    while (!signal.aborted) {
      await this.#tend(link)
      await this.#deps.sleep(TEND_MS, signal)
    }
  }

  async #taking(link: MqttLink, signal: AbortSignal): Promise<void> {
    const { closed, sleep } = this.#deps
    while (!signal.aborted) {
      const why = closed()
      this.#become(why === null ? 'reading' : 'waiting', why)
      if (why === null) await this.#take(link, signal)
      else await sleep(CLOSED_MS, signal)
    }
  }

  /** Asks for what is wanted and cancels what is not; tells where the broker forgot the session. */
  async #remember(link: MqttLink): Promise<void> {
    const { memory, now } = this.#deps
    const { broker, clientId } = this.#place
    const before = memory.sessionOf(broker, clientId)
    if (before !== null && !link.wasKept) await this.#lost({ sinceMs: before.seenAtMs, untilMs: now() })
    const filters = this.#deps.feed.topics.map(({ pattern }) => pattern.filter)
    const unwanted = before?.filters.filter(one => !filters.includes(one)) ?? []
    if (link.wasKept) await link.unsubscribe(unwanted)
    // Noted before: what is asked for and not noted could not be cancelled.
    await memory.keep({ broker, clientId, filters: [...filters, ...unwanted], seenAtMs: now() })
    await this.#subscribe(link, [...this.#topics.keys()])
    await memory.keep({ broker, clientId, filters, seenAtMs: now() })
    this.#failures = 0
    this.#deps.onChange()
  }

  async #subscribe(link: MqttLink, topics: readonly MqttTopic[]): Promise<void> {
    const reasons = await link.subscribe(topics.map(({ pattern }) => pattern.filter))
    for (const [i, topic] of topics.entries()) {
      const reason = reasons[i] ?? null
      this.#put(topic, { reason, state: reason === null ? 'subscribed' : 'refused' })
    }
  }

  async #tend(link: MqttLink): Promise<void> {
    const { memory, now, feed } = this.#deps
    const filters = feed.topics.map(({ pattern }) => pattern.filter)
    await memory.keep({ ...this.#place, filters, seenAtMs: now() })
    const refused = [...this.#topics].filter(([, { state }]) => state === 'refused').map(([topic]) => topic)
    await this.#subscribe(link, refused)
    if (refused.length > 0) this.#deps.onChange()
  }

  async #take(link: MqttLink, signal: AbortSignal): Promise<void> {
    const { log, feed, now, keepLong, maxLineBytes } = this.#deps
    const messages = await link.take(signal)
    if (messages.length === 0) return
    const options = { topics: feed.topics, arrivedAtMs: now(), keepLong, maxLineBytes }
    const { appends, topics } = await takeMessages(messages, options)
    const ended = await Promise.allSettled(appends.map(append => log.append(append)))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
    link.acknowledge(messages)
    for (const [topic, taken] of topics) this.#count(topic, taken)
  }

  #count(topic: MqttTopic, taken: TopicTaken): void {
    const before = this.#topics.get(topic) ?? NONE
    this.#put(topic, {
      messages: before.messages + taken.messages,
      records: before.records + taken.records,
      repeated: before.repeated + taken.repeated,
      unacknowledged: before.unacknowledged + taken.unacknowledged,
      refused: before.refused + taken.refused.length,
      lastRefused: taken.refused.at(-1) ?? before.lastRefused,
    })
  }

  #put(topic: MqttTopic, change: Partial<Counts>): void {
    this.#topics.set(topic, { ...(this.#topics.get(topic) ?? NONE), ...change })
  }

  async #lost(lost: LostSession): Promise<void> {
    const { memory, onNotice } = this.#deps
    await memory.lose(lost)
    onNotice(lostText(lost))
  }

  get #place(): { broker: string; clientId: string } {
    const { host, port, clientId } = this.#deps.feed.connection
    return { broker: `${host}:${port}`, clientId }
  }

  #failed(error: unknown): void {
    this.#failures++
    const known = error instanceof AppError ? error : mqttError('a fault of this program', error)
    if (!(error instanceof AppError)) this.#deps.onNotice(stackOf(error))
    this.#become('failing', known.message)
    // Also where it fails on: how often decides who is told.
    this.#deps.onChange()
  }

  #become(state: MqttFeedState['state'], message: string | null): void {
    if (state === this.#state && message === this.#message) return
    this.#state = state
    this.#message = message
    this.#deps.onChange()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(done => signal.addEventListener('abort', () => done(), { once: true }))
}

/** What a lost session means, in words. */
export function lostText({ sinceMs, untilMs }: LostSession): string {
  const at = (ms: number) => new Date(ms).toISOString()
  return `The broker had forgotten the session: what it received between ${at(sinceMs)} and ${at(untilMs)} may be missing. A broker keeps sessions over its own restarts only if it is set up to.`
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
