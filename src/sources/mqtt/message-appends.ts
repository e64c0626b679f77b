import type { Append } from '../../core/log.ts'
import { refusedLine } from '../../core/text/message-lines.ts'
import type { KeepLong, MessageLines } from '../../core/text/message-lines.ts'
import { printableLine } from '../../core/text/printable.ts'
import type { MqttTopic } from './feed.ts'
import type { Incoming } from './link.ts'

/** What came of a topic of the settings. */
export interface TopicTaken {
  messages: number
  records: number
  repeated: number
  unacknowledged: number
  readonly refused: { readonly topic: string; readonly reason: string }[]
}

export interface Taken {
  readonly appends: readonly Append[]
  readonly topics: ReadonlyMap<MqttTopic, TopicTaken>
  /** Messages of topics that nobody asks for any more. */
  readonly strangers: number
}

export interface TakeOptions {
  readonly topics: readonly MqttTopic[]
  readonly arrivedAtMs: number
  readonly maxLineBytes: number
  readonly keepLong: KeepLong
}

/** Lines of one append: enough to be packed well, few enough to be read at once. */
const APPEND_BYTES = 1024 * 1024
/** Of a topic in a source, which has 128 characters at most. */
const TOPIC_CHARACTERS = 120

/** Makes appends of messages: of each topic of the settings in the order in which they came, one that says no record by itself. */
export async function takeMessages(messages: readonly Incoming[], options: TakeOptions): Promise<Taken> {
  const runs = new Map<MqttTopic, Run>()
  let strangers = 0
  for (const message of messages) {
    const [topic, fields] = topicOf(message.topic, options.topics)
    if (topic === null) {
      strangers++
      continue
    }
    const run = runs.get(topic) ?? new Run(topic, options)
    runs.set(topic, run)
    await run.take(message, fields)
  }
  for (const run of runs.values()) run.end()
  return {
    appends: [...runs.values()].flatMap(({ appends }) => appends),
    topics: new Map([...runs].map(([topic, { taken }]) => [topic, taken])),
    strangers,
  }
}

function topicOf(
  name: string,
  topics: readonly MqttTopic[],
): readonly [MqttTopic | null, Readonly<Record<string, string>>] {
  for (const topic of topics) {
    const fields = topic.pattern.match(name)
    if (fields !== null) return [topic, fields]
  }
  return [null, {}]
}

function sourceOf(topic: string): string {
  return `mqtt:${printableLine(topic).slice(0, TOPIC_CHARACTERS)}`
}

class Run {
  readonly appends: Append[] = []
  readonly taken: TopicTaken = { messages: 0, records: 0, repeated: 0, unacknowledged: 0, refused: [] }
  readonly #topic: MqttTopic
  readonly #options: TakeOptions
  #lines: Buffer[] = []
  #bytes = 0
  #count = 0

  constructor(topic: MqttTopic, options: TakeOptions) {
    this.#topic = topic
    this.#options = options
  }

  async take(message: Incoming, fields: Readonly<Record<string, string>>): Promise<void> {
    const { kind, isMapped } = this.#topic
    const { taken } = this
    taken.messages++
    if (message.isRepeated) taken.repeated++
    if (message.id === null) taken.unacknowledged++
    const found = this.#read(message, fields)
    if (!('refused' in found)) {
      taken.records += found.count
      this.#add(found.lines, found.count)
      return
    }
    taken.refused.push({ topic: message.topic, reason: found.refused })
    const { payload, tooLong } = message
    if (payload.length > this.#options.maxLineBytes) {
      this.#alone(message.topic, await this.#options.keepLong(kind, payload), 'oversize')
      return
    }
    const said = tooLong === null ? payload : Buffer.from(`a message of ${tooLong} bytes, which was not kept`)
    this.#alone(message.topic, refusedLine(said, isMapped), kind)
  }

  end(): void {
    const { kind, pattern } = this.#topic
    if (this.#count > 0) this.#put(kind, sourceOf(pattern.text), Buffer.concat(this.#lines), this.#count)
    this.#lines = []
    this.#bytes = 0
    this.#count = 0
  }

  #read({ payload, tooLong }: Incoming, fields: Readonly<Record<string, string>>): MessageLines {
    const { maxLineBytes } = this.#options
    if (tooLong !== null || payload.length > maxLineBytes) return { refused: 'too long' }
    if (payload.length === 0) return { refused: 'empty' }
    const found = this.#topic.read(payload, fields)
    return 'lines' in found && found.lines.length > 2 * maxLineBytes ? { refused: 'too long' } : found
  }

  #add(lines: Buffer, count: number): void {
    if (this.#bytes + lines.length > APPEND_BYTES) this.end()
    this.#lines.push(lines)
    this.#bytes += lines.length
    this.#count += count
  }

  /** A message that is no record: its source names its own topic. */
  #alone(topic: string, line: Buffer, kind: string): void {
    this.end()
    this.#put(kind, sourceOf(topic), line, 1)
  }

  #put(kind: string, source: string, lines: Buffer, count: number): void {
    const { intervalS } = this.#topic
    this.appends.push({ kind, source, lines, count, arrivedAtMs: this.#options.arrivedAtMs, intervalS })
  }
}
