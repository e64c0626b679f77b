import { z } from 'zod'
import { listOf, usedTwice } from '../../values/given-lists.ts'
import type { Found } from '../../values/given-lists.ts'
import { choice, hours, text } from '../../values/setting-types.ts'
import {
  brokerAddress,
  certificates,
  messageSettings,
  openSecrets,
  REFERENCE,
  reference,
  topicMistakes,
} from './topics.ts'

const Topic = z.strictObject({
  topic: z
    .string()
    .regex(/^[^\0]{1,1000}$/u)
    .meta({ allowed: 'a topic such as city/{sensor_id}/speed, city/+/speed or $share/group/city/#' }),
  ...messageSettings,
})

const DAYS_7_H = 168
const YEAR_H = 8760

const Feed = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .meta({ allowed: '1 to 64 of a-z, 0-9 and dash; each feed has its own' }),
  broker: brokerAddress,
  tls: choice(['verify', 'off'], 'verify', {
    description: 'off: in clear, for this machine or a private network',
  }),
  ca: certificates,
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
    description: 'So long the broker keeps messages for a city that is away (MQTT 5)',
  }),
  topics: z
    .array(Topic)
    .min(1)
    .max(100)
    .meta({ allowed: 'a list of topics, each a map of topic, stream and more' }),
})

/** Brokers of MQTT. */
export const Mqtt = z.strictObject({
  feeds: z.array(Feed).max(50).prefault([]).meta({
    allowed: 'a list of brokers, each a map of name, broker, topics and more',
    text: 'list',
    secretsInside: true,
    description: 'Brokers whose topics are read into the log; a message is acknowledged once it is on disk',
  }),
})

/** Rules between a feed's settings. No message has a value that may be a secret. */
export function mqttMistakes(feeds: unknown): Found[] {
  const list = listOf(feeds)
  return list.flatMap((feed, i) => {
    const at = `mqtt.feeds[${i}]`
    const mistakes = [...usedTwice(list, i, at), ...openSecrets(feed, ['password'], at)]
    if ((feed['password'] ?? null) !== null && (feed['user'] ?? null) === null)
      mistakes.push({
        path: `${at}.user`,
        message: 'is missing beside a password; allowed: 1 to 256 visible characters',
      })
    mistakes.push(...topicMistakes(feed['topics'], at))
    return mistakes
  })
}
