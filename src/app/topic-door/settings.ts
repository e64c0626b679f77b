import type { Config } from '../../core/config/index.ts'
import { nearest } from '../../core/config/nearest.ts'
import { ConfigError, UsageError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { LinesTopic } from '../../outputs/kafka/topic-log.ts'
import type { KafkaConnection } from '../../sources/kafka/index.ts'
import { kafkaConnection } from '../kafka/feeds-of.ts'

/** A cluster that a door publishes to. */
export interface TopicDoorSettings {
  readonly name: string
  readonly connection: KafkaConnection
  /** By the lines' kind, as the log names it. */
  readonly topics: ReadonlyMap<string, LinesTopic>
  readonly takesReadings: boolean
  /** The others that are taken. */
  readonly streams: readonly Stream[]
}

const READINGS = 'readings'
/** As the log names their lines, and by what they are keyed. */
const READING = { kind: 'reading', key: 'sensor_id' } as const

/**
 * The doors that the settings name.
 * @throws {ConfigError} naming every one that can't be
 */
export function topicDoorsOf(config: Config, streams: readonly Stream[]): TopicDoorSettings[] {
  const mistakes: string[] = []
  const doors = config.kafka.doors.flatMap(settings => {
    const known = new Map(streams.map(stream => [stream.name, stream]))
    for (const { stream } of settings.topics)
      if (stream !== READINGS && !known.has(stream))
        mistakes.push(`  "${settings.name}": ${unknownStream(stream, [READINGS, ...known.keys()])}`)
    try {
      return [doorOf(settings, known)]
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      mistakes.push(`  "${settings.name}": ${error.message}`)
      return []
    }
  })
  if (mistakes.length === 0) return doors
  throw new ConfigError(`kafka.doors has ${mistakes.length} mistake(s):\n${mistakes.join('\n')}`)
}

/**
 * The one that is meant.
 * @param name null: the only one
 * @throws {ConfigError} where there is none
 * @throws {UsageError} where there is none of that name, or more than one could be meant
 */
export function chosenDoor(doors: readonly TopicDoorSettings[], name: string | null): TopicDoorSettings {
  const [first] = doors
  if (first === undefined)
    throw new ConfigError(
      'kafka.doors is empty: a door needs a cluster to publish to, e.g. kafka: {doors: [{name: city, brokers: ["kafka:9092"]}]}',
    )
  const names = doors.map(door => door.name).join(', ')
  if (name === null && doors.length > 1)
    throw new UsageError(`kafka.doors has ${doors.length}; say which one is meant: ${names}.`)
  const chosen = name === null ? first : doors.find(door => door.name === name)
  if (chosen === undefined) throw new UsageError(`kafka.doors has no "${name ?? ''}"; there are ${names}.`)
  return chosen
}

function doorOf(
  settings: Config['kafka']['doors'][number],
  known: ReadonlyMap<string, Stream>,
): TopicDoorSettings {
  const { name, topics } = settings
  const streams = topics.flatMap(({ stream }) => known.get(stream) ?? [])
  const linesTopics = topics.map(({ stream, topic }): [string, LinesTopic] => {
    // Records of one key have its first field in common: they are in one partition.
    const [key = ''] = known.get(stream)?.once.key ?? []
    return stream === READINGS ? [READING.kind, { topic, key: READING.key }] : [stream, { topic, key }]
  })
  return {
    name,
    connection: kafkaConnection(settings),
    topics: new Map(linesTopics),
    takesReadings: topics.some(({ stream }) => stream === READINGS),
    streams,
  }
}

function unknownStream(name: string, known: readonly string[]): string {
  const meant = nearest(name, [...known])
  return `there is no stream ${name}; ${meant === null ? `there are ${known.join(', ')}` : `did you mean ${meant}?`}`
}
