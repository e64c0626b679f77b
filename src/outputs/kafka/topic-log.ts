import { AppendError } from '../../core/errors.ts'
import type { Append, Appended, LogWriter } from '../../core/log.ts'
import { withRemedy } from '../../core/network/broker-remedy.ts'
import { asText, messagesOf } from './line-messages.ts'
import { REQUEST_BYTES, reasonOf } from './producer.ts'
import type { TopicMessage, TopicWriter } from './producer.ts'

/** Where lines of a kind go. */
export interface LinesTopic {
  readonly topic: string
  /** The field by which records are keyed. */
  readonly key: string
}

export interface TopicLogDeps {
  /** By the lines' kind, as an append names it. */
  readonly topics: ReadonlyMap<string, LinesTopic>
  /** A topic that can't be written holds up no other: each has its own. */
  readonly writerOf: (topic: string) => TopicWriter
  /** Told of every request to the brokers. */
  readonly onSent: (topic: string, messages: number, error: AppendError | null) => void
}

/** What an append of a line says that was too long to be one. */
interface LongLine {
  readonly stream?: string
}

/**
 * Topics in place of a log on disk: an append resolves once every broker in sync has its lines, a message each. Lines that may be
 * about the same are in one partition in the order of the appends. Where a request fails, what waits behind it fails with it.
 */
export class TopicLog implements LogWriter {
  readonly #deps: TopicLogDeps
  readonly #lanes = new Map<string, Lane>()
  #next = 0

  constructor(deps: TopicLogDeps) {
    this.#deps = deps
  }

  /** How many lines were handed over since the start. */
  get next(): number {
    return this.#next
  }

  /** Lines that no broker has acknowledged yet. */
  get waiting(): number {
    return [...this.#lanes.values()].reduce((sum, { waiting }) => sum + waiting, 0)
  }

  async append({ kind, lines, count }: Append): Promise<Appended> {
    const position = this.#next
    this.#next += count
    if (kind === 'oversize') {
      const text = lines.subarray(0, -1)
      const { stream = 'reading' } = JSON.parse(text.toString()) as LongLine
      await this.#laneOf(this.#topicOf(stream)).send([asText(text)], lines.length)
    } else {
      const to = this.#topicOf(kind)
      await this.#laneOf(to).send(messagesOf(lines, to.key), lines.length)
    }
    return { position, count }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map(lane => lane.close()))
  }

  #topicOf(kind: string): LinesTopic {
    const to = this.#deps.topics.get(kind)
    if (to === undefined) throw new AppendError(`no topic is named for ${kind}`)
    return to
  }

  #laneOf({ topic }: LinesTopic): Lane {
    const lane = this.#lanes.get(topic) ?? new Lane(topic, this.#deps)
    this.#lanes.set(topic, lane)
    return lane
  }
}

interface Flight {
  readonly messages: readonly TopicMessage[]
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: AppendError) => void
}

/** The way to one topic: one request at a time, and what comes meanwhile goes together in the next. */
class Lane {
  readonly #topic: string
  readonly #writer: TopicWriter
  readonly #onSent: TopicLogDeps['onSent']
  #waiting: Flight[] = []
  #sending = 0
  #running: Promise<void> | null = null

  constructor(topic: string, { writerOf, onSent }: TopicLogDeps) {
    this.#topic = topic
    this.#writer = writerOf(topic)
    this.#onSent = onSent
  }

  get waiting(): number {
    return this.#waiting.reduce((sum, { messages }) => sum + messages.length, this.#sending)
  }

  send(messages: readonly TopicMessage[], bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ messages, bytes, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  async close(): Promise<void> {
    await this.#running
    await this.#writer.close()
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const flights = this.#take()
      const messages = flights.flatMap(flight => flight.messages)
      this.#sending = messages.length
      try {
        await this.#writer.send(this.#topic, messages)
        this.#onSent(this.#topic, messages.length, null)
        for (const { resolve } of flights) resolve()
      } catch (cause) {
        const why = reasonOf(cause instanceof Error ? (cause.cause ?? cause) : cause)
        const error = new AppendError(
          `the brokers did not take them for ${this.#topic}: ${withRemedy(why)}`,
          { cause },
        )
        this.#onSent(this.#topic, messages.length, error)
        for (const { reject } of [...flights, ...this.#waiting.splice(0)]) reject(error)
      }
      this.#sending = 0
    }
    this.#running = null
  }

  #take(): Flight[] {
    let bytes = 0
    let next = 0
    for (const flight of this.#waiting) {
      bytes += flight.bytes
      if (next > 0 && bytes > REQUEST_BYTES) break
      next++
    }
    return this.#waiting.splice(0, next)
  }
}
