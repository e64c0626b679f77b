import { AppError } from '../../core/errors.ts'
import type { Origin } from '../../core/log.ts'
import type { Broker } from './broker.ts'
import type { KafkaFeedState, KafkaTopic, KafkaTopicState } from './feed.ts'
import { kafkaError } from './kafka-error.ts'
import { layOut, lookAt, signatureOf } from './layout.ts'
import type { Partition, Views } from './layout.ts'
import { readPartitions } from './session.ts'
import type { SessionDeps } from './session.ts'

export interface ReaderDeps extends Omit<
  SessionDeps,
  'broker' | 'onWait' | 'onHeard' | 'onTaken' | 'onHole'
> {
  readonly connect: () => Broker
  /** Where each partition goes on after what is durable. */
  readonly origins: () => readonly Origin[]
  /** Which feed reads a topic, by the topic's id. */
  readonly claims: Map<string, string>
  /** Told whenever something of its state changed that people should know. */
  readonly onChange: () => void
  /** A line for who watches: a topic made anew, a hole, a fault of this program. */
  readonly onNotice: (text: string) => void
}

const FIRST_PAUSE_MS = 500
const LAST_PAUSE_MS = 10_000

interface Counts {
  messages: number
  records: number
  refused: number
  lastRefused: KafkaTopicState['lastRefused']
}

/** Reads a feed's topics into the log, from wherever the log says, whatever happens to the cluster or to the log. */
export class KafkaReader {
  readonly #deps: ReaderDeps
  readonly #counts = new Map<KafkaTopic, Counts>()
  #state: KafkaFeedState['state'] = 'connecting'
  #message: string | null = null
  #views: Views = new Map()
  #partitions: readonly Partition[] = []
  #failures = 0

  constructor(deps: ReaderDeps) {
    this.#deps = deps
  }

  /** Failures one after the other. */
  get failures(): number {
    return this.#failures
  }

  get state(): KafkaFeedState {
    const { feed, memory } = this.#deps
    return {
      name: feed.name,
      state: this.#state,
      message: this.#message,
      topics: feed.topics.map(topic => this.#topicState(topic)),
      holes: memory.holes,
    }
  }

  /** Until the signal aborts; then everything that was taken is durable or forgotten. */
  async run(signal: AbortSignal): Promise<void> {
    const { feed, connect, sleep } = this.#deps
    while (!signal.aborted) {
      let broker: Broker | null = null
      try {
        broker = connect()
        await this.#session(broker, signal)
      } catch (error) {
        this.#failed(error)
      } finally {
        await broker?.close().catch(() => undefined)
      }
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, this.#failures - 1), LAST_PAUSE_MS)
      await sleep(pauseMs, signal)
    }
    this.#become('stopped', null)
    for (const [id, name] of [...this.#deps.claims]) if (name === feed.name) this.#deps.claims.delete(id)
  }

  async #session(broker: Broker, signal: AbortSignal): Promise<void> {
    const { feed, memory, origins, claims, onNotice } = this.#deps
    this.#views = await lookAt(broker, feed)
    this.#partitions = await layOut(this.#views, {
      ...{ broker, memory, claims },
      origins: origins(),
      feedName: feed.name,
      onRecreated: topic =>
        onNotice(
          `The topic ${topic} was deleted and made anew: it is read from its beginning, and what was not read of the one before is gone.`,
        ),
    })
    this.#become('reading', null)
    await readPartitions(this.#partitions, signatureOf(this.#views), this.#sessionDeps(broker), signal)
  }

  #sessionDeps(broker: Broker): SessionDeps {
    const { onChange, onNotice } = this.#deps
    return {
      ...this.#deps,
      broker,
      onWait: why => this.#become(why === null ? 'reading' : 'waiting', why),
      onHeard: () => {
        if (this.#failures === 0) return
        this.#failures = 0
        onChange()
      },
      onTaken: ({ topic, partition }, messages, { records, refused }) => {
        const counts = this.#countsOf(topic)
        counts.messages += messages
        counts.records += records
        counts.refused += refused.length
        const last = refused.at(-1)
        if (last !== undefined) counts.lastRefused = { partition, ...last }
      },
      onHole: ({ topic, partition, from, to }) => {
        onNotice(holeText(topic, partition, from, to))
        onChange()
      },
    }
  }

  #failed(error: unknown): void {
    this.#failures++
    const known = error instanceof AppError ? error : kafkaError('a fault of this program', error)
    if (!(error instanceof AppError)) this.#deps.onNotice(stackOf(error))
    this.#become('failing', known.message)
    // Also where it fails on: how often decides who is told.
    this.#deps.onChange()
  }

  #become(state: KafkaFeedState['state'], message: string | null): void {
    if (state === this.#state && message === this.#message) return
    this.#state = state
    this.#message = message
    this.#deps.onChange()
  }

  #countsOf(topic: KafkaTopic): Counts {
    const counts = this.#counts.get(topic) ?? { messages: 0, records: 0, refused: 0, lastRefused: null }
    this.#counts.set(topic, counts)
    return counts
  }

  #topicState(topic: KafkaTopic): KafkaTopicState {
    const view = this.#views.get(topic)
    return {
      topic: topic.topic,
      stream: topic.stream,
      state: view === undefined ? 'unknown' : view === null ? 'missing' : 'there',
      partitions: this.#partitions
        .filter(one => one.topic === topic)
        .map(({ partition, next, end }) => ({ partition, next, end })),
      ...this.#countsOf(topic),
    }
  }
}

/** What a hole is, in words. */
export function holeText(topic: string, partition: number, from: number, to: number): string {
  const where = `Partition ${partition} of the topic ${topic}`
  return to > from
    ? `${where} lacks ${to - from} records that were not read in time: the broker dropped the offsets ${from} to ${to - 1}. Reading goes on at ${to}.`
    : `${where} ends at ${to}, before the offset ${from} that was to be read: the broker lost its newest records. Reading goes on at ${to}.`
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
