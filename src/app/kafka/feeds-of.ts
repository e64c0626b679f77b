import type { Config } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { FeedFormat } from '../../core/feed-format.ts'
import { Secret } from '../../core/config/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import { eventHubs } from '../../sources/kafka/index.ts'
import type { KafkaConnection, KafkaFeed, KafkaTopic } from '../../sources/kafka/index.ts'
import { messageReading } from '../brokers/message-reading.ts'
import type { ReadingDeps } from '../brokers/message-reading.ts'
import type { FeedMistake } from '../polling/feeds-of.ts'

type Settings = Config['kafka']['feeds'][number]

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
      const topics = topicsOf(settings, { config, streams, formats })
      const { name, group } = settings
      return [{ name, connection: kafkaConnection(settings), group: group === '' ? null : group, topics }]
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      mistakes.push({ name: settings.name, message: error.message })
      return []
    }
  })
  return { feeds, mistakes }
}

/**
 * The topics of all feeds, whoever reads them and however their cluster is reached.
 * @throws {FeedError} naming the first one that can't be read
 */
export function kafkaTopics(
  config: Config,
  streams: readonly Stream[],
  formats: readonly FeedFormat[],
): KafkaTopic[] {
  return config.kafka.feeds.flatMap(settings => topicsOf(settings, { config, streams, formats }))
}

function topicsOf({ topics }: Settings, deps: ReadingDeps): KafkaTopic[] {
  return topics.map(settings => {
    const { topic, begin } = settings
    const reading = messageReading(settings, deps)
    return { ...reading, topic, begin, read: value => reading.read(value) }
  })
}

/** @throws {FeedError} where the connection string is none */
export function kafkaConnection(settings: Omit<Settings, 'name' | 'group' | 'topics'>): KafkaConnection {
  const { brokers, connectionString, tls, user, password, mechanism } = settings
  const ca = settings.ca instanceof Secret ? settings.ca.reveal() : settings.ca
  if (connectionString === null) return { brokers, tls, ca, user, password, mechanism }
  const hubs = eventHubs(connectionString, { brokers, ca })
  if (hubs === null)
    throw new FeedError('connectionString is none of Event Hubs: it has no Endpoint=sb://<namespace>/')
  return hubs
}
