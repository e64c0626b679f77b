import { z } from 'zod'
import { listOf, objectOf, usedTwice } from '../../values/given-lists.ts'
import type { Found, Given } from '../../values/given-lists.ts'
import { choice, hours, text } from '../../values/setting-types.ts'
import {
  certificates,
  clientCertificate,
  messageSettings,
  openSecrets,
  REFERENCE,
  reference,
  topicMistakes,
} from './topics.ts'

const topic = z
  .string()
  .regex(/^[^\0]{1,1000}$/u)
  .meta({ allowed: 'a topic such as city/{sensor_id}/speed, city/+/speed or $share/group/city/#' })

const Topic = z.strictObject({ topic, ...messageSettings })

/** A door's messages have no place for an interval. */
const DoorTopic = Topic.omit({ intervalS: true })

const DAYS_7_H = 168
const YEAR_H = 8760

/** `host:port`, or the address of a WebSocket. Its user, password and query are refused by a rule whose message has not the value. */
const BROKER = /^((\[[0-9a-f:]+\]|[\w.-]{1,253}):\d{1,5}|wss?:\/\/[^\s/]+(\/\S{0,1000})?)$/i

/** How a broker is reached, and as whom. */
const connection = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .meta({ allowed: '1 to 64 of a-z, 0-9 and dash; each feed has its own' }),
  broker: z
    .string()
    .regex(BROKER)
    .refine(given => !isWebSocket(given) || URL.canParse(given))
    .meta({ allowed: 'host:port, or ws://host:port/path or wss://host/path' }),
  tls: choice(['verify', 'off'], 'verify', {
    description: 'off: in clear, for this machine or a private network',
  }),
  ca: certificates,
  cert: clientCertificate,
  key: reference(`${REFERENCE}: the private key of cert (PEM)`),
  user: text(null, '1 to 256 visible characters, or null', /^[\x21-\x7e]{1,256}$/, {
    description: 'Who may read the topics; null: the broker asks for nobody',
  }),
  password: reference(REFERENCE),
  // YAML reads 5 as a number.
  version: z.preprocess(
    given => (given === 5 ? '5' : given),
    choice(['5', '3.1.1'], '5', { description: 'Of MQTT' }),
  ),
  clientId: text(null, '1 to 128 of letters, digits, dash, dot and underscore, or null', /^[\w.-]{1,128}$/, {
    description: 'By which the broker knows the session again; null: arterial- and the name of the feed',
  }),
  sessionHours: hours(DAYS_7_H, 1, YEAR_H, {
    description: 'So long the broker keeps messages for who is away (MQTT 5)',
  }),
}

const topicsOf = <T extends typeof Topic | typeof DoorTopic>(one: T) =>
  z.array(one).min(1).max(100).meta({ allowed: 'a list of topics, each a map of topic, stream and more' })

const Feed = z.strictObject({ ...connection, topics: topicsOf(Topic) })

const Door = z.strictObject({
  ...connection,
  door: text(null, 'the name of one of kafka.doors, or null', /^[a-z0-9][a-z0-9-]{0,63}$/, {
    description: 'The cluster that gets them; null: the only one',
  }),
  group: text(
    'arterial',
    '1 to 128 of letters, digits, dash, dot and underscore, or null',
    /^[\w.-]{1,128}$/,
    {
      description: 'By which doors share the topics among them; null: each door gets every message',
    },
  ),
  topics: topicsOf(DoorTopic),
})

/** Brokers of MQTT. */
export const Mqtt = z.strictObject({
  feeds: z.array(Feed).max(50).prefault([]).meta({
    allowed: 'a list of brokers, each a map of name, broker, topics and more',
    text: 'list',
    secretsInside: true,
    description: 'Brokers whose topics are read into the log; a message is acknowledged once it is on disk',
  }),
  doors: z.array(Door).max(50).prefault([]).meta({
    allowed: 'a list of brokers, each a map of name, broker, topics and more',
    text: 'list',
    secretsInside: true,
    description:
      'Brokers whose topics `arterial door` reads and publishes to Kafka (kafka.doors); a message is acknowledged once Kafka has it',
  }),
})

/** Rules between a feed's settings. No message has a value that may be a secret. */
export function mqttMistakes(section: unknown): Found[] {
  const { feeds, doors } = objectOf(section)
  return [...listMistakes(listOf(feeds), 'mqtt.feeds'), ...listMistakes(listOf(doors), 'mqtt.doors')]
}

function listMistakes(list: readonly Given[], path: string): Found[] {
  return list.flatMap((feed, i) => {
    const at = `${path}[${i}]`
    const mistakes = [...usedTwice(list, i, at), ...openSecrets(feed, ['password', 'key'], at)]
    if ((feed['password'] ?? null) !== null && (feed['user'] ?? null) === null)
      mistakes.push({
        path: `${at}.user`,
        message: 'is missing beside a password; allowed: 1 to 256 visible characters',
      })
    return [...mistakes, ...addressMistakes(feed, at), ...topicMistakes(feed['topics'], at)]
  })
}

function addressMistakes(feed: Given, at: string): Found[] {
  const { broker, tls, cert = null, key = null } = feed
  const mistakes: Found[] = []
  const url = typeof broker === 'string' && isWebSocket(broker) ? URL.parse(broker) : null
  if (url !== null && (url.username !== '' || url.password !== '' || url.search !== ''))
    mistakes.push({
      path: `${at}.broker`,
      message:
        'has a user, a password or a query, which may be secret; allowed: ws or wss, host, port and path, with user and password beside it',
    })
  const [isClear, isTls] = [url?.protocol === 'ws:', url?.protocol === 'wss:']
  if ((isClear && tls === 'verify') || (isTls && tls === 'off'))
    mistakes.push({
      path: `${at}.tls`,
      message: `says otherwise than the address; allowed: ${isTls ? 'verify beside wss://, off beside ws://' : 'off beside ws://, verify beside wss://'}`,
    })
  if ((cert === null) !== (key === null))
    mistakes.push({ path: `${at}.cert`, message: 'and key belong together; allowed: both, or neither' })
  else if (cert !== null && (isClear || (url === null && tls === 'off')))
    mistakes.push({ path: `${at}.cert`, message: 'is of no use in clear; allowed: with TLS only' })
  return mistakes
}

function isWebSocket(broker: string): boolean {
  return /^wss?:/i.test(broker)
}
