import { compatibilityPartitioner, Producer } from '@platformatic/kafka'
import type { BaseOptions } from '@platformatic/kafka'
import { withRemedy } from '../../core/network/broker-remedy.ts'
import { OutputConnectError } from '../output-error.ts'

/** All brokers in sync have a record before it counts as sent. */
const ALL = -1
/** Event Hubs takes requests of less than 1,046,528 bytes. */
export const REQUEST_BYTES = 768 * 1024

/** A record as it goes to a topic. */
export interface TopicMessage {
  /** Those of one key are in one partition, in order: the one that Java's clients put them into. Null: in any. */
  readonly key: string | Buffer | null
  readonly value: string | Buffer
}

/** A cluster that records are written to. */
export interface TopicWriter {
  /** @throws {OutputConnectError} when not all of them are known to be there */
  readonly send: (topic: string, messages: readonly TopicMessage[]) => Promise<void>
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
    async send(topic, all) {
      for (const part of parts(all)) {
        producer ??= new Producer({ ...options, idempotent: true, retries: 3, retryDelay: 200 })
        try {
          await producer.send({ messages: part.map(message => outgoing(topic, message)), acks: ALL })
        } catch (error) {
          // What a producer knows of its numbers is not trusted after a failure.
          await close()
          throw new OutputConnectError(output, `${topic}: ${withRemedy(reasonOf(error))}`, { cause: error })
        }
      }
    },
  }
}

function outgoing(topic: string, { key, value }: TopicMessage) {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  if (key === null) return { topic, value: bytes }
  const message = { topic, key: typeof key === 'string' ? Buffer.from(key) : key, value: bytes }
  return { ...message, partition: compatibilityPartitioner(message, message.key) }
}

function* parts(messages: readonly TopicMessage[]): Generator<readonly TopicMessage[]> {
  let part: TopicMessage[] = []
  let bytes = 0
  for (const message of messages) {
    const size =
      Buffer.byteLength(message.value) + (message.key === null ? 0 : Buffer.byteLength(message.key))
    if (part.length > 0 && bytes + size > REQUEST_BYTES) {
      yield part
      part = []
      bytes = 0
    }
    part.push(message)
    bytes += size
  }
  if (part.length > 0) yield part
}

/** Why it failed, in the words of the innermost error. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner: unknown = error instanceof AggregateError ? (error.errors as unknown[]).at(-1) : error.cause
  return inner instanceof Error ? reasonOf(inner) : error.message
}
