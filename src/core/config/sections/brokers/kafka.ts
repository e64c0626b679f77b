import { z } from 'zod'
import { listOf, usedTwice } from '../../values/given-lists.ts'
import type { Found } from '../../values/given-lists.ts'
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

const Feed = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .meta({ allowed: '1 to 64 of a-z, 0-9 and dash; each feed has its own' }),
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
  group: word('arterial', 'the name of a consumer group, or empty', /^[\w.-]{0,249}$/, {
    description: 'Where progress is shown; nothing rests on it. Empty: nowhere',
  }),
  topics: z
    .array(Topic)
    .min(1)
    .max(100)
    .meta({ allowed: 'a list of topics, each a map of topic, stream and more' }),
})

/** Kafka and Event Hubs. */
export const Kafka = z.strictObject({
  feeds: z.array(Feed).max(50).prefault([]).meta({
    allowed: 'a list of clusters, each a map of name, brokers, topics and more',
    text: 'list',
    secretsInside: true,
    description: 'Clusters whose topics are read into the log, each record once',
  }),
})

/** Rules between a feed's settings. No message has a value that may be a secret. */
export function kafkaMistakes(feeds: unknown): Found[] {
  const list = listOf(feeds)
  return list.flatMap((feed, i) => {
    const at = `kafka.feeds[${i}]`
    const mistakes = [...usedTwice(list, i, at), ...openSecrets(feed, ['password', 'connectionString'], at)]
    const brokers: unknown = feed['brokers']
    const hasBrokers = Array.isArray(brokers) && brokers.length > 0
    if (!hasBrokers && (feed['connectionString'] ?? null) === null)
      mistakes.push({ path: at, message: 'has no brokers and no connectionString; allowed: one of them' })
    mistakes.push(...topicMistakes(feed['topics'], at))
    return mistakes
  })
}
