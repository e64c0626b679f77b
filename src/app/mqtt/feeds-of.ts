import type { Config } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { FeedFormat } from '../../core/feed-format.ts'
import type { Stream } from '../../core/stream/index.ts'
import { overlap, topicPattern } from '../../sources/mqtt/index.ts'
import type { MqttFeed, MqttTopic } from '../../sources/mqtt/index.ts'
import { messageReading } from '../brokers/message-reading.ts'
import type { ReadingDeps } from '../brokers/message-reading.ts'
import type { FeedMistake } from '../polling/feeds-of.ts'
import { connectionOf } from './connection-of.ts'

type Settings = Config['mqtt']['feeds'][number]

/**
 * The brokers that the settings name.
 * @throws {ConfigError} naming every one that can't be: an unknown stream or format, a wrong mapping or topic
 */
export function mqttFeedsOf(
  config: Config,
  streams: readonly Stream[],
  formats: readonly FeedFormat[],
): MqttFeed[] {
  const { feeds, mistakes } = inspectMqtt(config, streams, formats)
  if (mistakes.length === 0) return feeds
  const lines = mistakes.map(({ name, message }) => `  mqtt.feeds "${name}": ${message}`)
  throw new ConfigError(
    `The configuration has ${mistakes.length} MQTT feed(s) with mistakes:\n${lines.join('\n')}`,
  )
}

/** The feeds that can be, and what is wrong with the others. */
export function inspectMqtt(
  config: Config,
  streams: readonly Stream[],
  formats: readonly FeedFormat[],
): { readonly feeds: MqttFeed[]; readonly mistakes: FeedMistake[] } {
  const mistakes: FeedMistake[] = []
  const feeds = config.mqtt.feeds.flatMap(settings => {
    try {
      return [mqttFeedOf(settings, { config, streams, formats })]
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      mistakes.push({ name: settings.name, message: error.message })
      return []
    }
  })
  return { feeds, mistakes }
}

/** @throws {FeedError} saying why there can be none */
export function mqttFeedOf(settings: Settings, deps: Omit<ReadingDeps, 'fields'>): MqttFeed {
  const topics = settings.topics.map((topic): MqttTopic => {
    const pattern = topicPattern(topic.topic)
    return { pattern, ...messageReading(topic, { ...deps, fields: pattern.fields }) }
  })
  mustNotOverlap(topics)
  return { name: settings.name, connection: connectionOf(settings), topics }
}

function mustNotOverlap(topics: readonly MqttTopic[]): void {
  for (const [i, { pattern }] of topics.entries())
    for (const other of topics.slice(i + 1))
      if (overlap(pattern, other.pattern))
        throw new FeedError(
          `the topics ${pattern.text} and ${other.pattern.text} have messages in common, which would be read twice; make one of them narrower`,
        )
}
