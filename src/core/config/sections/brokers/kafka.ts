import { z } from 'zod'
import { listOf, objectOf, usedTwice } from '../../values/given-lists.ts'
import type { Found, Given } from '../../values/given-lists.ts'
import { choice, text, word } from '../../values/setting-types.ts'
import {
  brokerAddress,
  certificates,
  messageSettings,
  openSecrets,
  REFERENCE,
  reference,
  topicMistakes,
} from './topics.ts'

/** As Kafka names topics and groups. */
const KAFKA_NAME = /^[\w.-]{1,249}$/

const Topic = z.strictObject({
  topic: z.string().regex(KAFKA_NAME).meta({ allowed: 'the name of a topic' }),
  ...messageSettings,
  begin: choice(['earliest', 'latest'], 'earliest', {
    description: 'Where a topic that was never read begins',
  }),
})

/** How a cluster is reached. */
const connection = {
  brokers: z.array(brokerAddress).max(50).prefault([]).meta({ allowed: 'a list of host:port' }),
  connectionString: reference(`${REFERENCE}: of an Event Hubs namespace, as the portal prints it`),
  tls: choice(['verify', 'off'], 'verify', {
    description: 'off: in clear, for this machine or a private network',
  }),
  ca: certificates,
  user: text(null, '1 to 256 visible characters, or null', /^[\x21-\x7e]{1,256}$/, {
    description: 'Who may read the topics; null: the brokers ask for nobody',
  }),
  password: reference(REFERENCE),
  mechanism: choice(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'], 'PLAIN', {
    description: 'How the user is proved',
  }),
}

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .meta({ allowed: '1 to 64 of a-z, 0-9 and dash; each has its own' })

const Feed = z.strictObject({
  name,
  ...connection,
  group: word('arterial', 'the name of a consumer group, or empty', /^[\w.-]{0,249}$/, {
    description: 'Where progress is shown; nothing rests on it. Empty: nowhere',
  }),
  topics: z
    .array(Topic)
    .min(1)
    .max(100)
    .meta({ allowed: 'a list of topics, each a map of topic, stream and more' }),
})

const OutputTopic = z.strictObject({
  topic: z.string().regex(KAFKA_NAME).meta({ allowed: 'the name of a topic' }),
  from: z
    .string()
    .regex(/^[a-z]+\.[a-z_][a-z0-9_]*$/)
    .meta({ allowed: 'a table of the lake, such as silver.incident_versions or gold.hourly_summary' }),
  key: z
    .array(z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/))
    .min(1)
    .max(8)
    .meta({ allowed: 'a list of columns that tell its rows apart' }),
})

const Output = z.strictObject({
  name,
  ...connection,
  topics: z
    .array(OutputTopic)
    .min(1)
    .max(100)
    .meta({ allowed: 'a list of topics, each a map of topic, from and key' }),
})

const DoorTopic = z.strictObject({
  stream: z.string().min(1).max(64).meta({ allowed: 'readings, or a stream such as weather; each once' }),
  topic: z.string().regex(KAFKA_NAME).meta({ allowed: 'the name of a topic; each once' }),
})

const Door = z.strictObject({
  name,
  ...connection,
  topics: z
    .array(DoorTopic)
    .min(1)
    .max(100)
    .prefault([
      { stream: 'readings', topic: 'traffic-sensors' },
      { stream: 'weather', topic: 'weather-events' },
    ])
    .meta({ allowed: 'a list of topics, each a map of stream and topic' }),
})

/** Kafka and Event Hubs. */
export const Kafka = z.strictObject({
  feeds: z.array(Feed).max(50).prefault([]).meta({
    allowed: 'a list of clusters, each a map of name, brokers, topics and more',
    text: 'list',
    secretsInside: true,
    description: 'Clusters whose topics are read into the log, each record once',
  }),
  outputs: z.array(Output).max(50).prefault([]).meta({
    allowed: 'a list of clusters, each a map of name, brokers, topics and more',
    text: 'list',
    secretsInside: true,
    description: 'Clusters to whose topics go what comes to tables of the lake, at least once',
  }),
  doors: z.array(Door).max(50).prefault([]).meta({
    allowed: 'a list of clusters, each a map of name, brokers, topics and more',
    text: 'list',
    secretsInside: true,
    description:
      'Clusters to which `arterial door` publishes what it takes in; topics by default: traffic-sensors of readings, weather-events of weather',
  }),
})

/** Rules between the settings of a feed or an output. No message has a value that may be a secret. */
export function kafkaMistakes(section: unknown): Found[] {
  const { feeds, outputs, doors } = objectOf(section)
  const ofFeeds = listOf(feeds).flatMap((feed, i) => [
    ...clusterMistakes(listOf(feeds), i, 'kafka.feeds'),
    ...topicMistakes(feed['topics'], `kafka.feeds[${i}]`),
  ])
  const ofOutputs = listOf(outputs).flatMap((_, i) => clusterMistakes(listOf(outputs), i, 'kafka.outputs'))
  const ofDoors = listOf(doors).flatMap((door, i) => [
    ...clusterMistakes(listOf(doors), i, 'kafka.doors'),
    ...namedTwice(listOf(door['topics']), `kafka.doors[${i}].topics`),
  ])
  return [...ofFeeds, ...ofOutputs, ...ofDoors]
}

/** Who reads a topic takes all of it for records of one stream. */
function namedTwice(topics: readonly Given[], at: string): Found[] {
  return (['stream', 'topic'] as const).flatMap(key => {
    const names = topics.map(topic => topic[key])
    return names.flatMap((value, i) =>
      typeof value === 'string' && names.indexOf(value) !== i
        ? [{ path: `${at}[${i}].${key}`, message: `"${value}" is named twice; allowed: once` }]
        : [],
    )
  })
}

function clusterMistakes(list: readonly Given[], i: number, path: string): Found[] {
  const at = `${path}[${i}]`
  const { brokers = null, connectionString = null } = list[i] ?? {}
  const mistakes = [
    ...usedTwice(list, i, at),
    ...openSecrets(list[i] ?? {}, ['password', 'connectionString'], at),
  ]
  const hasBrokers = Array.isArray(brokers) && brokers.length > 0
  if (!hasBrokers && connectionString === null)
    mistakes.push({ path: at, message: 'has no brokers and no connectionString; allowed: one of them' })
  return mistakes
}
