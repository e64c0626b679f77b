import { isIP } from 'node:net'
import { rootCertificates } from 'node:tls'
import { Admin, Consumer, FetchIsolationLevels, ListOffsetTimestamps } from '@platformatic/kafka'
import type { BaseOptions } from '@platformatic/kafka'
import type { Bounds, Broker, Got, Progress, TopicView, Want } from '../broker.ts'
import type { KafkaConnection } from '../connection.ts'
import { gotOf } from './fetched.ts'
import type { FetchResponse } from './fetched.ts'
import { boundUnpacking, UnpackError } from './unpack.ts'
import { KafkaError, kafkaError } from '../kafka-error.ts'

/** One answer of a broker holds no more, packed; but one batch it holds, however large that is. */
const FETCH_BYTES = 4 * 1024 * 1024
/** A broker answers when it has so much, or after so long: few small frames in the log, and records are still there in time. */
const FETCH_LEAST_BYTES = 256 * 1024
const FETCH_WAIT_MS = 250
/** A broker sends the first batch whole, whatever it is asked for at most. */
const ONE_BATCH = 1
/** So many offsets are tried for the end of a batch that can't be unpacked. */
const MAX_PROBES = 1000
/** Event Hubs closes what is idle for 240 s, and wants its topics asked for within that time. */
const METADATA_AGE_MS = 60_000
const ANSWER_WITHIN_MS = 15_000
const NO_UUID = '00000000-0000-0000-0000-000000000000'

/** What every client of a cluster is opened with. Its own retries are off: who uses it knows better when to try again. */
export function clientOptions(connection: KafkaConnection, clientId: string): BaseOptions {
  const { brokers, tls, ca, user, password, mechanism } = connection
  const named = brokers.every(broker => isIP(broker.replace(/:\d+$/, '')) === 0)
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    retries: 0,
    connectTimeout: 5000,
    requestTimeout: ANSWER_WITHIN_MS,
    metadataMaxAge: METADATA_AGE_MS,
    autocreateTopics: false,
    ...(tls === 'off'
      ? {}
      : {
          tls: ca === null ? {} : { ca: [...rootCertificates, ca] },
          ...(named ? { tlsServerName: true } : {}),
        }),
    ...(user === null ? {} : { sasl: { mechanism, username: user, password: password?.reveal() ?? '' } }),
  }
}

/** A cluster by `@platformatic/kafka`: one client that waits for records, another that asks and shows. */
export function connectKafka(connection: KafkaConnection, clientId: string): Broker {
  boundUnpackingOnce()
  return new PlatformaticBroker(clientOptions(connection, clientId))
}

let isBounded = false
function boundUnpackingOnce(): void {
  if (!isBounded) boundUnpacking()
  isBounded = true
}

function isUnpackError(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at instanceof UnpackError || (at instanceof AggregateError && at.errors.some(isUnpackError)))
      return true
  return false
}

class PlatformaticBroker implements Broker {
  readonly #consumer: Consumer
  readonly #admin: Admin

  constructor(options: BaseOptions) {
    // Nothing of the group is used: partitions are assigned by hand.
    this.#consumer = new Consumer({ ...options, groupId: 'none', autocommit: false })
    this.#admin = new Admin(options)
  }

  async look(topic: string): Promise<TopicView | null> {
    const metadata = await this.#admin
      .metadata({ topics: [topic], forceUpdate: true })
      .catch((error: unknown) => {
        if (error instanceof Error && error.message.startsWith('Unknown topic')) return null
        throw kafkaError(`topic ${topic}`, error)
      })
    const found = metadata?.topics.get(topic)
    if (metadata === null || found === undefined) {
      while (this.#consumer.topics.has(topic)) this.#consumer.topics.untrack(topic)
      return null
    }
    if (!this.#consumer.topics.has(topic)) this.#consumer.topics.track(topic)
    this.#consumer.clearMetadata()
    const hasId = found.id !== topic && found.id !== NO_UUID
    return {
      id: hasId ? found.id : `${metadata.id}/${topic}`,
      handle: found.id,
      partitions: found.partitions.map(({ leader }, partition) => ({ partition, node: leader })),
    }
  }

  async bounds(topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, Bounds>> {
    const ask = async (timestamp: bigint) => {
      const wanted = partitions.map(partitionIndex => ({ partitionIndex, timestamp }))
      const answer = await this.#admin
        .listOffsets({
          topics: [{ name: topic, partitions: wanted }],
          isolationLevel: FetchIsolationLevels.READ_COMMITTED,
        })
        .catch((error: unknown) => {
          throw kafkaError(`offsets of ${topic}`, error)
        })
      return new Map(
        answer.flatMap(one =>
          one.partitions.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)]),
        ),
      )
    }
    const first = await ask(ListOffsetTimestamps.EARLIEST)
    const end = await ask(ListOffsetTimestamps.LATEST)
    return new Map(partitions.map(one => [one, { first: first.get(one) ?? 0, end: end.get(one) ?? 0 }]))
  }

  async fetch(node: number, wants: readonly Want[]): Promise<readonly Got[]> {
    try {
      return await this.#fetch(node, wants, FETCH_BYTES)
    } catch (error) {
      if (!isUnpackError(error)) throw kafkaError('reading', error)
      // A partition that can't be unpacked does not hold up the others.
      const got: Got[] = []
      for (const want of wants) got.push(...(await this.#fetchCarefully(node, want)))
      return got
    }
  }

  /** Batch by batch; one that can't be unpacked is passed over, and told. */
  async #fetchCarefully(node: number, want: Want): Promise<readonly Got[]> {
    for (let next = want.next; next <= want.next + MAX_PROBES; next++) {
      try {
        const got = await this.#fetch(node, [{ ...want, next }], ONE_BATCH)
        if (next === want.next) return got
        const reason = `the offsets ${want.next} to ${next - 1} are a batch that can't be unpacked`
        const refused = { offset: want.next, value: null, refused: reason }
        const end = Math.max(next, ...got.map(one => one.end))
        const { topic, partition } = want
        return [{ topic, partition, messages: [refused], next, end, fault: null }]
      } catch (error) {
        if (!isUnpackError(error)) throw kafkaError('reading', error)
      }
    }
    const where = `${want.topic}/${want.partition}`
    throw new KafkaError(
      `${where}: the batch at the offset ${want.next} can't be unpacked and has more than ${MAX_PROBES} records; take it away (kafka-delete-records), and reading goes on behind it`,
    )
  }

  async #fetch(node: number, wants: readonly Want[], maxBytes: number): Promise<readonly Got[]> {
    const byTopic = Map.groupBy(wants, ({ handle }) => handle)
    const topics = [...byTopic].map(([topicId, ofTopic]) => ({
      topicId,
      partitions: ofTopic.map(({ partition, next }) => ({
        partition,
        currentLeaderEpoch: -1,
        fetchOffset: BigInt(next),
        lastFetchedEpoch: -1,
        partitionMaxBytes: maxBytes,
      })),
    }))
    const options = {
      node,
      topics,
      minBytes: Math.min(FETCH_LEAST_BYTES, maxBytes),
      maxBytes,
      maxWaitTime: FETCH_WAIT_MS,
      isolationLevel: FetchIsolationLevels.READ_COMMITTED,
    }
    try {
      return gotOf(await this.#consumer.fetch(options), wants)
    } catch (error) {
      const { response } = error as { response?: FetchResponse }
      // One partition that fails does not take the records of the others away.
      if (response === undefined || response.errorCode !== 0) throw error
      return gotOf(response, wants)
    }
  }

  async show(group: string, progress: readonly Progress[]): Promise<void> {
    const topics = [...Map.groupBy(progress, ({ topic }) => topic)].map(([name, ofTopic]) => ({
      name,
      partitionOffsets: ofTopic.map(({ partition, next }) => ({ partition, offset: BigInt(next) })),
    }))
    await this.#admin.alterConsumerGroupOffsets({ groupId: group, topics }).catch((error: unknown) => {
      throw kafkaError(`group ${group}`, error)
    })
  }

  async close(): Promise<void> {
    const closed = await Promise.allSettled([this.#consumer.close(true), this.#admin.close()])
    const failed = closed.find(one => one.status === 'rejected')
    if (failed !== undefined) throw new KafkaError('closing', { cause: failed.reason })
  }
}
