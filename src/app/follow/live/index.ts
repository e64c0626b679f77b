import { setTimeout as wait } from 'node:timers/promises'
import { followsTables } from '../../../core/config/index.ts'
import type { Config } from '../../../core/config/index.ts'
import type { LiveBatch } from '../../../core/live.ts'
import type { Stream } from '../../../core/stream/index.ts'
import { MINUTE_MS } from '../../../core/time/spans.ts'
import type { FollowStatus } from '../../../serve/contract/index.ts'
import { KafkaMemory, KafkaReader } from '../../../sources/kafka/index.ts'
import type { Broker, KafkaFeed } from '../../../sources/kafka/index.ts'
import { running } from '../../brokers/running.ts'
import { kafkaFeeds } from '../../kafka/index.ts'
import type { OpenLake } from '../../lake.ts'
import type { ProblemBoard } from '../../problems.ts'
import type { ShutdownSteps } from '../../shutdown-steps.ts'
import { LiveReadings } from './live-readings.ts'
import { TopicsLog } from './topics-log.ts'
import type { Arrived } from './topics-log.ts'

const READINGS = 'readings'
const CLIENT_ID = 'arterial-copy'
/** A cluster that was away for longer is read from its end again: what came meanwhile is no news, and may be a lot. */
const FORGET_MS = 2 * MINUTE_MS
const FAILURES_TO_TELL = 3

export interface LiveTopicsDeps {
  readonly feeds: readonly KafkaFeed[]
  readonly lake: Pick<OpenLake, 'engine' | 'loader' | 'rules'>
  readonly maxLineBytes: number
  readonly problems: Pick<ProblemBoard, 'set'>
  /** Told of readings as they arrive in topics. */
  readonly onLive: (batch: LiveBatch) => void
  readonly onProgress: (line: string) => void
  /** After so long without a cluster it is read from its end, ms. @default 2 minutes */
  readonly forgetMs?: number
}

export type LiveStatus = FollowStatus['live']

/**
 * The topics of readings that a copy shows as they arrive: those which the followed server reads, from their end, and as no member of a
 * group.
 * @throws {ConfigError} when one of them can't be
 */
export function liveFeedsOf(config: Config, streams: readonly Stream[]): readonly KafkaFeed[] {
  if (!followsTables(config.follow) || config.follow.live === 'tables') return []
  const feeds = config.kafka.feeds.flatMap(feed => {
    const topics = feed.topics.filter(({ stream }) => stream === READINGS)
    return topics.length === 0
      ? []
      : [{ ...feed, group: '', topics: topics.map(topic => ({ ...topic, begin: 'latest' as const })) }]
  })
  return kafkaFeeds({ ...config, kafka: { ...config.kafka, feeds } }, streams)
}

/**
 * Shows readings of topics until stopped: nothing of them is kept.
 * @returns where the live picture is from just now
 */
export async function startLiveTopics(
  { feeds, lake, problems, onLive, ...deps }: LiveTopicsDeps,
  undo: ShutdownSteps,
): Promise<() => LiveStatus> {
  if (feeds.length === 0) return () => ({ from: 'tables', readings: 0, message: null })
  // The client takes memory that only who reads a cluster should pay.
  const { connectKafka } = await import('../../../sources/kafka/client/platformatic.ts')
  let readings = 0
  const tell = () => problems.set('follow_live', failingText(readers))
  const readers = feeds.map(feed => {
    const judge = new LiveReadings(lake)
    undo.push(() => judge.close())
    const show = async (arrived: readonly Arrived[]) => {
      const batch = await judge.sums(arrived)
      readings += batch.readings
      onLive(batch)
    }
    return readerOf(feed, { show, connect: () => connectKafka(feed.connection, CLIENT_ID), tell, ...deps })
  })
  const reading = running(readers, tell)
  undo.push(() => reading.stop())
  return () => {
    const message = whyNot(readers)
    return { from: message === null ? 'topics' : 'tables', readings, message }
  }
}

interface ReaderDeps extends Pick<LiveTopicsDeps, 'maxLineBytes' | 'onProgress' | 'forgetMs'> {
  readonly show: (arrived: readonly Arrived[]) => Promise<void>
  readonly connect: () => Broker
  readonly tell: () => void
}

function readerOf(
  feed: KafkaFeed,
  { show, connect, tell, maxLineBytes, onProgress, forgetMs = FORGET_MS }: ReaderDeps,
): KafkaReader {
  const log = new TopicsLog(show)
  const memory = KafkaMemory.passing()
  let failsSinceMs = Infinity
  const reader = new KafkaReader({
    ...{ feed, memory, log, maxLineBytes, claims: new Map<string, string>(), now: Date.now },
    connect: () => {
      if (performance.now() - failsSinceMs > forgetMs) {
        log.forget()
        memory.forget()
      }
      return connect()
    },
    onChange: () => {
      if (reader.failures === 0) failsSinceMs = Infinity
      else if (reader.failures === 1) failsSinceMs = performance.now()
      tell()
    },
    origins: () => log.origins,
    // Such a line is in quarantine of who reads it for good.
    keepLong: () => Promise.resolve(Buffer.from('{}\n')),
    closed: () => null,
    sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
    onNotice: text => onProgress(`Live picture, ${feed.name}: ${text}`),
  })
  return reader
}

/** Why a topic is not read just now; null: all are. */
function whyNot(readers: readonly KafkaReader[]): string | null {
  for (const { state } of readers) {
    if (state.state !== 'reading') return `${state.name}: ${state.message ?? state.state}`
    const missing = state.topics.find(topic => topic.state === 'missing')
    if (missing !== undefined) return `${state.name}: there is no topic ${missing.topic}`
  }
  return null
}

function failingText(readers: readonly KafkaReader[]): string | null {
  const failing = readers.find(
    ({ failures, state }) => failures >= FAILURES_TO_TELL && state.state === 'failing',
  )
  if (failing === undefined) return null
  return `The live picture is as old as publishing, because the topics can't be read: ${whyNot([failing]) ?? ''}. They are tried again by themselves; follow.live: tables leaves them alone.`
}
