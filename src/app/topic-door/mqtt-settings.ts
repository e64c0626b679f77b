import type { Config } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { MqttFeed } from '../../sources/mqtt/index.ts'
import { presets } from '../../sources/poll/index.ts'
import { mqttFeedOf } from '../mqtt/feeds-of.ts'
import type { TopicDoorSettings } from './settings.ts'

type MqttDoor = Config['mqtt']['doors'][number]

/** How a topic begins that is shared by a group (section 4.8.2 of MQTT 5). */
const SHARED = '$share/'

/**
 * The brokers of MQTT that doors read.
 *
 * @param doors the clusters that they may publish to
 * @param instance tells the doors apart that read the same topics: each has a session of its own, and comes back to it by this name
 * @returns with the name of the cluster that gets what is read
 * @throws {ConfigError} naming every one that can't be
 */
export function mqttDoorsOf(
  config: Config,
  doors: readonly TopicDoorSettings[],
  streams: readonly Stream[],
  instance: string,
): { readonly door: string; readonly feed: MqttFeed }[] {
  const mistakes: string[] = []
  const found = config.mqtt.doors.flatMap(settings => {
    try {
      const meant = meantDoor(settings, doors)
      const feed = mqttFeedOf(asFeed(settings, instance), { config, streams, formats: presets })
      mustHaveTopics(feed, meant)
      return [{ door: meant.name, feed }]
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      mistakes.push(`  "${settings.name}": ${error.message}`)
      return []
    }
  })
  if (mistakes.length === 0) return found
  throw new ConfigError(`mqtt.doors has ${mistakes.length} mistake(s):\n${mistakes.join('\n')}`)
}

function meantDoor({ door }: MqttDoor, doors: readonly TopicDoorSettings[]): TopicDoorSettings {
  const names = doors.map(({ name }) => name).join(', ')
  const meant = door === null && doors.length === 1 ? doors[0] : doors.find(({ name }) => name === door)
  if (meant !== undefined) return meant
  if (doors.length === 0) throw new FeedError('there is no cluster to publish to; name one in kafka.doors')
  throw new FeedError(
    door === null
      ? `kafka.doors has ${doors.length}; say with door: which one gets them, of ${names}`
      : `kafka.doors has no "${door}"; there are ${names}`,
  )
}

function asFeed({ topics, group, clientId, ...rest }: MqttDoor, instance: string) {
  return {
    ...rest,
    clientId: `${clientId ?? `arterial-${rest.name}`}-${instance}`,
    topics: topics.map(topic => ({ ...topic, topic: sharedBy(group, topic.topic), intervalS: null })),
  }
}

function sharedBy(group: string | null, topic: string): string {
  return group === null || topic.startsWith(SHARED) ? topic : `${SHARED}${group}/${topic}`
}

function mustHaveTopics(feed: MqttFeed, { name, topics }: TopicDoorSettings): void {
  for (const { kind, stream, pattern } of feed.topics)
    if (!topics.has(kind))
      throw new FeedError(
        `the topic ${pattern.text} is of ${stream}, for which kafka.doors "${name}" has no topic; name one there`,
      )
}
