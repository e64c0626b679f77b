import { Producer } from '@platformatic/kafka'
import type { BaseOptions } from '@platformatic/kafka'
import { OutputConnectError } from '../output-error.ts'
import type { OutgoingRow } from './topic-sink.ts'

/** All brokers in sync have a record before it counts as sent. */
const ALL = -1
/** Event Hubs takes requests of less than 1,046,528 bytes. */
const REQUEST_BYTES = 768 * 1024

/** A cluster that records are written to. */
export interface TopicWriter {
  /** @throws {OutputConnectError} when not all of them are known to be there */
  readonly send: (topic: string, rows: readonly OutgoingRow[]) => Promise<void>
  readonly close: () => Promise<void>
}

/** @param output its name in the settings */
export function topicWriter(output: string, options: BaseOptions): TopicWriter {
  let producer: Producer | null = null
  const close = async () => {
    const closing = producer
    producer = null
    await closing?.close(true).catch(() => undefined)
  }
  return {
    close,
    async send(topic, rows) {
      for (const part of parts(rows)) {
        producer ??= new Producer({ ...options, idempotent: true, retries: 3, retryDelay: 200 })
        const messages = part.map(({ key, value }) => ({
          topic,
          key: Buffer.from(key),
          value: Buffer.from(value),
        }))
        try {
          await producer.send({ messages, acks: ALL })
        } catch (error) {
          // What a producer knows of its numbers is not trusted after a failure.
          await close()
          throw new OutputConnectError(output, `${topic}: ${innermost(error)}`, { cause: error })
        }
      }
    },
  }
}

function* parts(rows: readonly OutgoingRow[]): Generator<readonly OutgoingRow[]> {
  let part: OutgoingRow[] = []
  let bytes = 0
  for (const row of rows) {
    const size = Buffer.byteLength(row.value) + Buffer.byteLength(row.key)
    if (part.length > 0 && bytes + size > REQUEST_BYTES) {
      yield part
      part = []
      bytes = 0
    }
    part.push(row)
    bytes += size
  }
  if (part.length > 0) yield part
}

function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner: unknown = error instanceof AggregateError ? (error.errors as unknown[]).at(-1) : error.cause
  return inner instanceof Error ? innermost(inner) : error.message
}
