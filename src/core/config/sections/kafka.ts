import { z } from 'zod'
import { listOf, usedTwice } from '../values/given-lists.ts'
import type { Found } from '../values/given-lists.ts'
import { Secret } from '../values/secret.ts'
import { choice, text, word } from '../values/setting-types.ts'

/** As Kafka names topics and groups. */
const KAFKA_NAME = /^[\w.-]{1,249}$/
const REFERENCE = 'a reference, ${env:NAME} or ${file:path}, or null'

// A text is refused by `kafkaMistakes`, whose message does not repeat it.
const reference = (allowed: string) =>
  z
    .union([z.string(), z.instanceof(Secret)])
    .nullable()
    .prefault(null)
    .transform(given => (given instanceof Secret ? given : null))
    .meta({ allowed })

const Topic = z.strictObject({
  topic: z.string().regex(KAFKA_NAME).meta({ allowed: 'the name of a topic' }),
  stream: z
    .string()
    .min(1)
    .max(64)
    .nullable()
    .prefault(null)
    .meta({ allowed: 'readings, or a stream such as weather; a preset says it by itself' }),
  preset: z
    .string()
    .min(1)
    .max(64)
    .nullable()
    .prefault(null)
    .meta({ allowed: 'the name of a known format; see docs/polling.md' }),
  mapping: z
    .record(z.string(), z.unknown())
    .nullable()
    .prefault(null)
    .meta({ allowed: 'a map of format, items and fields, as of a feed' }),
  constants: z
    .record(z.string().min(1).max(64), z.union([z.string().min(1).max(1024), z.number()]))
    .prefault({})
    .meta({ allowed: 'a map of the stream’s fields to texts and numbers' }),
  zone: z
    .string()
    .min(1)
    .max(64)
    .nullable()
    .prefault(null)
    .meta({ allowed: 'an IANA time zone or an offset such as -07:00' }),
  intervalS: z
    .number()
    .positive()
    .max(86_400)
    .nullable()
    .prefault(null)
    .meta({ allowed: 'a number of seconds, or null' }),
  begin: choice(['earliest', 'latest'], 'earliest', {
    description: 'Where a topic that was never read begins',
  }),
})

const Feed = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .meta({ allowed: '1 to 64 of a-z, 0-9 and dash; each feed has its own' }),
  brokers: z
    .array(
      z
        .string()
        .regex(/^(\[[0-9a-f:]+\]|[\w.-]{1,253}):\d{1,5}$/i)
        .meta({ allowed: 'host:port' }),
    )
    .max(50)
    .prefault([])
    .meta({ allowed: 'a list of host:port' }),
  connectionString: reference(`${REFERENCE}: of an Event Hubs namespace, as the portal prints it`),
  tls: choice(['verify', 'off'], 'verify', {
    description: 'off: in clear, for this machine or a private network',
  }),
  ca: z
    .union([z.string().max(100_000), z.instanceof(Secret)])
    .nullable()
    .prefault(null)
    .meta({ allowed: '${file:path} of certificates to trust beside the usual ones (PEM), or null' }),
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
    const mistakes = usedTwice(list, i, at)
    for (const key of ['password', 'connectionString'] as const) {
      if (typeof feed[key] === 'string')
        mistakes.push({
          path: `${at}.${key}`,
          message: `a secret must not stand here; allowed: ${REFERENCE}`,
        })
    }
    const brokers: unknown = feed['brokers']
    const hasBrokers = Array.isArray(brokers) && brokers.length > 0
    if (!hasBrokers && (feed['connectionString'] ?? null) === null)
      mistakes.push({ path: at, message: 'has no brokers and no connectionString; allowed: one of them' })
    mistakes.push(...topicMistakes(feed['topics'], at))
    return mistakes
  })
}

function topicMistakes(topics: unknown, at: string): Found[] {
  const list = listOf(topics)
  const named = list.map(({ topic }) => topic)
  return list.flatMap((one, i) => {
    const { stream, preset, mapping } = one
    const mistakes: Found[] = []
    if (typeof named[i] === 'string' && named.indexOf(named[i]) !== i)
      mistakes.push({
        path: `${at}.topics[${i}].topic`,
        message: `"${named[i]}" is named twice; allowed: once`,
      })
    if ((stream ?? preset ?? null) === null)
      mistakes.push({
        path: `${at}.topics[${i}].stream`,
        message: 'is missing; allowed: the stream that its records are of',
      })
    if ((preset ?? null) !== null && (mapping ?? null) !== null)
      mistakes.push({
        path: `${at}.topics[${i}]`,
        message: 'has a preset and a mapping; allowed: one of them',
      })
    return mistakes
  })
}
