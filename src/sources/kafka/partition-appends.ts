import type { Append, Origin } from '../../core/log.ts'
import { refusedLine } from '../../core/text/message-lines.ts'
import type { KeepLong, MessageLines } from '../../core/text/message-lines.ts'
import type { Message } from './broker.ts'

/** What becomes of a topic's messages. */
export interface TopicReading {
  readonly topic: string
  /** Of its lines, as the log names it. */
  readonly kind: string
  readonly intervalS: number | null
  /** Are records made of the messages that they are not by themselves? Then one that was refused is never taken for a record. */
  readonly isMapped: boolean
  readonly read: (value: Buffer) => MessageLines
}

export interface Taken {
  readonly appends: readonly Append[]
  readonly records: number
  /** Messages that say no record. */
  readonly refused: readonly { readonly offset: number; readonly reason: string }[]
}

export interface TakeOptions {
  readonly reading: TopicReading
  /** Of what was fetched: the topic's id, the partition, and the offsets it is of. */
  readonly origin: Origin
  readonly arrivedAtMs: number
  readonly maxLineBytes: number
  readonly keepLong: KeepLong
}

/** Lines of one append: enough to be packed well, few enough to be read at once. */
const APPEND_BYTES = 1024 * 1024
/** Of a topic's name in a source, which has 128 characters at most. */
const TOPIC_CHARACTERS = 80

/** Makes appends of a partition's messages, in order: each bears the offsets it is of, and no message is in two. */
export async function takeMessages(messages: readonly Message[], options: TakeOptions): Promise<Taken> {
  const { reading, origin, maxLineBytes, keepLong } = options
  const runs = new Runs(options)
  const refused: { offset: number; reason: string }[] = []
  let records = 0
  for (const { offset, value, refused: unreadable } of messages) {
    if (unreadable !== undefined) {
      refused.push({ offset, reason: unreadable })
      runs.alone(offset, refusedLine(Buffer.from(unreadable), true), reading.kind)
      continue
    }
    const found = value === null || value.length === 0 ? { refused: 'empty' } : readingOf(value, options)
    if (!('refused' in found)) {
      records += found.count
      runs.add(offset, found)
      continue
    }
    refused.push({ offset, reason: found.refused })
    if (value !== null && value.length > maxLineBytes) {
      runs.alone(offset, await keepLong(reading.kind, value), 'oversize')
    } else runs.alone(offset, refusedLine(value, reading.isMapped), reading.kind)
  }
  runs.end(origin.next)
  return { appends: runs.appends, records, refused }
}

function readingOf(value: Buffer, { reading, maxLineBytes }: TakeOptions): MessageLines {
  if (value.length > maxLineBytes) return { refused: 'too long' }
  const found = reading.read(value)
  return 'lines' in found && found.lines.length > 2 * maxLineBytes ? { refused: 'too long' } : found
}

/** Puts lines of successive messages together. */
class Runs {
  readonly appends: Append[] = []
  readonly #options: TakeOptions
  #from: number
  #lines: Buffer[] = []
  #bytes = 0
  #count = 0

  constructor(options: TakeOptions) {
    this.#options = options
    this.#from = options.origin.from
  }

  add(offset: number, { lines, count }: { readonly lines: Buffer; readonly count: number }): void {
    if (this.#bytes + lines.length > APPEND_BYTES) this.end(offset)
    this.#lines.push(lines)
    this.#bytes += lines.length
    this.#count += count
  }

  /** A message that is no record, by itself: its source names its offset. */
  alone(offset: number, line: Buffer, kind: string): void {
    this.end(offset)
    const { topic, partition } = this.#where
    this.#put(offset + 1, { kind, source: `kafka:${topic}/${partition}@${offset}`, lines: line, count: 1 })
  }

  /** @param next first offset that is not of the run */
  end(next: number): void {
    const { topic, kind } = this.#where
    if (this.#count > 0)
      this.#put(next, {
        kind,
        source: `kafka:${topic}`,
        lines: Buffer.concat(this.#lines),
        count: this.#count,
      })
    this.#lines = []
    this.#bytes = 0
    this.#count = 0
  }

  get #where(): { topic: string; partition: number; kind: string } {
    const { reading, origin } = this.#options
    return {
      topic: reading.topic.slice(0, TOPIC_CHARACTERS),
      partition: origin.partition,
      kind: reading.kind,
    }
  }

  #put(next: number, append: Pick<Append, 'kind' | 'source' | 'lines' | 'count'>): void {
    const { reading, origin, arrivedAtMs } = this.#options
    const from = this.#from
    this.#from = next
    this.appends.push({
      ...append,
      arrivedAtMs,
      intervalS: reading.intervalS,
      origin: { ...origin, from, next },
    })
  }
}
