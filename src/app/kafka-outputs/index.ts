import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { readSealed, writeSealed } from '../../core/disk/sealed-file.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { Engine } from '../../lake/engine/index.ts'
import { Asked, DirtyHours } from '../../lake/publish/index.ts'
import { TopicSink } from '../../outputs/kafka/topic-sink.ts'
import type { SinkPlace } from '../../outputs/kafka/topic-sink.ts'
import type { KafkaOutputStatus } from '../../serve/contract/index.ts'
import type { ProblemBoard } from '../problems.ts'
import { grownRows } from './grown-rows.ts'
import type { KafkaOutput } from './outputs-of.ts'

export { kafkaOutputsOf, type KafkaOutput } from './outputs-of.ts'

export interface KafkaOutputDeps {
  readonly outputs: readonly KafkaOutput[]
  readonly streams: readonly Stream[]
  /** Of the data folder. */
  readonly folder: string
  readonly engine: Pick<Engine, 'mode' | 'query' | 'exec' | 'stream'>
  readonly visible: () => number
  readonly problems: ProblemBoard
}

export interface KafkaOutputs {
  readonly status: () => KafkaOutputStatus
  readonly stop: () => Promise<void>
}

const FAILURES_TO_TELL = 3
const CLIENT_ID = 'arterial'
const RETRY_MS = 10_000

/**
 * Sends what comes to tables of the lake to topics, each topic for itself, from where it stood; a new one from where the lake is now.
 * To be called before anything comes: every place is noted when it resolves.
 */
export async function writeKafka(deps: KafkaOutputDeps): Promise<KafkaOutputs> {
  const { outputs, problems } = deps
  if (outputs.length === 0) return { status: () => [], stop: () => Promise.resolve() }
  const [{ topicWriter }, { clientOptions }] = await Promise.all([
    import('../../outputs/kafka/producer.ts'),
    import('../../sources/kafka/client/platformatic.ts'),
  ])
  const ended = new AbortController()
  const writers = outputs.map(output => {
    const writer = topicWriter(output.name, clientOptions(output.connection, CLIENT_ID))
    const topics = output.topics.map(
      topic => new OpenedSink(output.name, topic, deps, rows => writer.send(topic.topic, rows), tell),
    )
    return { output, writer, topics }
  })
  const sinks = writers.flatMap(({ topics }) => topics)
  await Promise.all(sinks.map(sink => sink.begin()))
  const running = sinks.map(sink => sink.run(ended.signal))
  function tell(): void {
    const failing = sinks.find(one => one.failures >= FAILURES_TO_TELL)
    problems.set(
      'kafka_output',
      failing === undefined ? null : `${failing.text}. It is tried again by itself.`,
    )
  }
  return {
    status: () =>
      writers.map(({ output, topics }) => ({ name: output.name, topics: topics.map(one => one.state) })),
    async stop() {
      ended.abort()
      await Promise.all(running)
      await Promise.all(writers.map(({ writer }) => writer.close()))
    },
  }
}

/** A topic of the settings: what it sends is known once the lake was asked for its columns. */
class OpenedSink {
  readonly #topic: KafkaOutput['topics'][number]
  readonly #deps: KafkaOutputDeps
  readonly #send: ConstructorParameters<typeof TopicSink>[0]['send']
  readonly #tell: () => void
  readonly #place: SinkPlace
  readonly #start: number
  #sink: TopicSink | null = null
  #refused: string | null = null

  constructor(
    output: string,
    topic: KafkaOutput['topics'][number],
    deps: KafkaOutputDeps,
    send: ConstructorParameters<typeof TopicSink>[0]['send'],
    tell: () => void,
  ) {
    this.#topic = topic
    this.#deps = deps
    this.#send = send
    this.#tell = tell
    this.#place = placeIn(join(deps.folder, 'kafka-outputs', `${output}.${topic.topic}.json`), topic.from)
    this.#start = deps.visible()
  }

  get failures(): number {
    return this.#refused === null ? (this.#sink?.failures ?? 0) : FAILURES_TO_TELL
  }

  get text(): string {
    return this.#refused ?? `The topic ${this.#topic.topic} can't be written: ${this.#sink?.message ?? ''}`
  }

  get state(): KafkaOutputStatus[number]['topics'][number] {
    const { topic, from } = this.#topic
    const next = this.#sink?.next ?? null
    const behind = next === null ? null : Math.max(0, this.#deps.visible() - next)
    const message = this.#refused ?? this.#sink?.message ?? null
    return { topic, from, message, rows: this.#sink?.sent ?? 0, next, behind }
  }

  /** Notes where it begins; whatever keeps it from that is told by the run. */
  async begin(): Promise<void> {
    try {
      if ((await this.#place.read()) === null) await this.#place.save(this.#start)
    } catch {
      return
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    const { from, key } = this.#topic
    const { engine, streams, visible } = this.#deps
    const sleep = (ms: number) => wait(ms, undefined, { signal }).catch(() => undefined)
    const hoursBetween = (after: number, upto: number) =>
      new DirtyHours(new Asked(engine, signal), streams).between({ from: after, upto })
    while (!signal.aborted) {
      try {
        const rows = await grownRows(from, key, { engine, visible, hoursBetween })
        this.#refused = null
        this.#sink = new TopicSink({
          ...{ rows, place: this.#place, start: this.#start, send: this.#send },
          ...{ now: Date.now, sleep, onChange: this.#tell },
        })
        await this.#sink.run(signal)
      } catch (error) {
        this.#refused = error instanceof Error ? error.message : String(error)
        this.#tell()
        await sleep(RETRY_MS)
      }
    }
  }
}

const Kept = z.object({ from: z.string(), next: z.int().nonnegative() })

/** Another table in the same topic begins anew. */
function placeIn(path: string, from: string): SinkPlace {
  return {
    async read() {
      const kept = await readSealed(path, Kept)
      return kept?.from === from ? kept.next : null
    },
    save: next => writeSealed(path, { from, next }),
  }
}
