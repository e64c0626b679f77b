import type { Config } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { FeedFormat } from '../../core/feed-format.ts'
import { Secret } from '../../core/config/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import { eventHubs, linesOfJson, linesOfRecords } from '../../sources/kafka/index.ts'
import type { KafkaConnection, KafkaFeed, KafkaTopic } from '../../sources/kafka/index.ts'
import { formatOf, isZone, streamOf } from '../polling/feeds-of.ts'
import type { FeedMistake } from '../polling/feeds-of.ts'

type Settings = Config['kafka']['feeds'][number]
type TopicSettings = Settings['topics'][number]

/** The stream of readings is none of the declared ones, and its lines have a kind of their own in the log. */
const READINGS = { stream: 'readings', kind: 'reading' } as const

/**
 * The clusters that the settings name.
 * @throws {ConfigError} naming every one that can't be: an unknown stream or format, a wrong mapping or connection string
 */
export function kafkaFeedsOf(
  config: Config,
  streams: readonly Stream[],
  formats: readonly FeedFormat[],
): KafkaFeed[] {
  const { feeds, mistakes } = inspectKafka(config, streams, formats)
  if (mistakes.length === 0) return feeds
  const lines = mistakes.map(({ name, message }) => `  kafka.feeds "${name}": ${message}`)
  throw new ConfigError(
    `The configuration has ${mistakes.length} Kafka feed(s) with mistakes:\n${lines.join('\n')}`,
  )
}

/** The feeds that can be, and what is wrong with the others. */
export function inspectKafka(
  config: Config,
  streams: readonly Stream[],
  formats: readonly FeedFormat[],
): { readonly feeds: KafkaFeed[]; readonly mistakes: FeedMistake[] } {
  const mistakes: FeedMistake[] = []
  const feeds = config.kafka.feeds.flatMap(settings => {
    try {
      const topics = settings.topics.map(topic => topicOf(topic, config, streams, formats))
      const { name, group } = settings
      return [{ name, connection: connectionOf(settings), group: group === '' ? null : group, topics }]
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      mistakes.push({ name: settings.name, message: error.message })
      return []
    }
  })
  return { feeds, mistakes }
}

function connectionOf(settings: Settings): KafkaConnection {
  const { brokers, connectionString, tls, user, password, mechanism } = settings
  const ca = settings.ca instanceof Secret ? settings.ca.reveal() : settings.ca
  if (connectionString === null) return { brokers, tls, ca, user, password, mechanism }
  const hubs = eventHubs(connectionString, { brokers, ca })
  if (hubs === null)
    throw new FeedError('connectionString is none of Event Hubs: it has no Endpoint=sb://<namespace>/')
  return hubs
}

function topicOf(
  settings: TopicSettings,
  { city }: Config,
  streams: readonly Stream[],
  formats: readonly FeedFormat[],
): KafkaTopic {
  const { topic, stream, preset, mapping, constants, intervalS, begin } = settings
  const zone = settings.zone ?? city.timeZone
  if (!isZone(zone))
    throw new FeedError(`the zone "${zone}" is unknown; use an IANA name, or an offset such as -07:00`)
  const common = { topic, intervalS, begin }
  if (preset === null && mapping === null) {
    const named = stream ?? ''
    const of = named === READINGS.stream ? READINGS : { stream: named, kind: streamOf(named, streams).name }
    return { ...common, ...of, isMapped: false, read: linesOfJson }
  }
  const format = formatOf(settings, streams, formats)
  if (format.since !== undefined)
    throw new FeedError(
      `${format.name} is a whole feed, of which a message is no part; poll its address instead`,
    )
  return {
    ...common,
    stream: format.stream,
    kind: streamOf(format.stream, streams).name,
    isMapped: true,
    read: value => {
      try {
        return linesOfRecords(format.read(value, { arrivedAtMs: Date.now(), zone, constants }))
      } catch (error) {
        if (error instanceof FeedError) return { refused: error.message }
        throw error
      }
    },
  }
}
