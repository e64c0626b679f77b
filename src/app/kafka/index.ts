import { join } from 'node:path'
import type { Config } from '../../core/config/index.ts'
import type { LogWriter, Origin } from '../../core/log.ts'
import type { Stream } from '../../core/stream/index.ts'
import { DAY_MS } from '../../core/time/spans.ts'
import type { KafkaStatus } from '../../serve/contract/index.ts'
import { holeText, KafkaMemory, KafkaReader } from '../../sources/kafka/index.ts'
import type { KafkaFeed, KafkaFeedState, ReaderDeps } from '../../sources/kafka/index.ts'
import { presets } from '../../sources/poll/index.ts'
import { brokerIntake } from '../brokers/intake.ts'
import type { IntakeDeps } from '../brokers/intake.ts'
import { running } from '../brokers/running.ts'
import type { Reading } from '../brokers/running.ts'
import type { FeedMistake } from '../polling/feeds-of.ts'
import type { ProblemBoard } from '../problems.ts'
import { inspectKafka, kafkaFeedsOf } from './feeds-of.ts'

export interface KafkaDeps extends IntakeDeps {
  readonly feeds: readonly KafkaFeed[]
  /** Of the data folder. */
  readonly folder: string
  readonly log: LogWriter
  readonly origins: () => readonly Origin[]
  readonly problems: ProblemBoard
  readonly onProgress: (line: string) => void
}

export type KafkaReading = Reading<KafkaFeedState>

/** A cluster that fails once or twice is no problem of the city's: it is asked again by itself. */
const FAILURES_TO_TELL = 3
/** A hole is a problem for so long; it stays in the status. */
const HOLE_TOLD_MS = DAY_MS
const CLIENT_ID = 'arterial'

/**
 * The clusters of the settings; none in the demo, because simulated and real data never mix.
 * @throws {ConfigError} when one of them can't be
 */
export function kafkaFeeds(config: Config, streams: readonly Stream[]): KafkaFeed[] {
  const feeds = kafkaFeedsOf(config, streams, presets)
  return config.simulation.mode === 'off' ? feeds : []
}

/** What is wrong with clusters of the settings, though each setting is well-formed. */
export function wrongKafka(config: Config, streams: readonly Stream[]): readonly FeedMistake[] {
  return inspectKafka(config, streams, presets).mistakes
}

/** Reads topics into the log, each feed for itself. */
export async function readKafka(deps: KafkaDeps): Promise<KafkaReading> {
  const { feeds, folder, problems } = deps
  if (feeds.length === 0) return { states: () => [], stop: () => Promise.resolve() }
  // The client takes memory that only who reads a cluster should pay.
  const { connectKafka } = await import('../../sources/kafka/client/platformatic.ts')
  const claims = new Map<string, string>()
  const readers: KafkaReader[] = []
  const tell = () => {
    problems.set('kafka', failingText(readers))
    problems.set('kafka_hole', holesText(readers.map(({ state }) => state)))
  }
  for (const feed of feeds) {
    const memory = await KafkaMemory.open(join(folder, 'kafka', `${feed.name}.json`))
    const connect = () => connectKafka(feed.connection, CLIENT_ID)
    readers.push(readerOf({ feed, memory, claims, connect, onChange: tell }, deps))
  }
  return running(readers, tell)
}

function readerOf(
  own: Pick<ReaderDeps, 'feed' | 'memory' | 'claims' | 'connect' | 'onChange'>,
  deps: KafkaDeps,
): KafkaReader {
  const { log, origins, onProgress } = deps
  return new KafkaReader({
    ...{ ...own, ...brokerIntake(deps), log, origins },
    onNotice: text => onProgress(`Kafka, ${own.feed.name}: ${text}`),
  })
}

function failingText(readers: readonly KafkaReader[]): string | null {
  for (const { failures, state } of readers)
    if (failures >= FAILURES_TO_TELL && state.state === 'failing')
      return `The Kafka feed ${state.name} can't be read: ${state.message ?? ''}. It is tried again by itself.`
  for (const { state } of readers) {
    const missing = state.topics.find(topic => topic.state === 'missing')
    if (missing !== undefined)
      return `The Kafka feed ${state.name} has no topic ${missing.topic}. It is looked for again and again.`
  }
  return null
}

function holesText(states: readonly KafkaFeedState[]): string | null {
  const recent = states.flatMap(({ holes }) => holes).filter(({ atMs }) => Date.now() - atMs < HOLE_TOLD_MS)
  const last = recent.at(-1)
  if (last === undefined) return null
  const others =
    recent.length === 1 ? '' : ` There were ${recent.length - 1} more within a day; /v1/status lists all.`
  return `${holeText(last.topic, last.partition, last.from, last.to)}${others}`
}

/** How the feeds are, as the API says it. */
export function kafkaStatus(states: readonly KafkaFeedState[]): KafkaStatus {
  return states.map(({ name, state, message, topics, holes }) => ({
    name,
    state,
    message,
    topics: topics.map(topic => ({
      topic: topic.topic,
      stream: topic.stream,
      state: topic.state,
      messages: topic.messages,
      records: topic.records,
      refused: topic.refused,
      lastRefused: topic.lastRefused,
      partitions: topic.partitions.map(({ partition, next, end }) => ({
        partition,
        next,
        end,
        lag: end === null ? null : Math.max(0, end - next),
      })),
    })),
    holes: holes.map(({ topic, partition, from, to, atMs }) => ({
      topic,
      partition,
      from,
      to,
      at: new Date(atMs).toISOString(),
    })),
  }))
}
