import { z } from 'zod'
import { SEVERITIES } from '../../schema/severity.ts'
import { listOf, usedTwice } from '../values/given-lists.ts'
import type { Found, Given } from '../values/given-lists.ts'
import { Secret } from '../values/secret.ts'
import { allowList, choice, hours, secret, text, whole, wholeOrNull, word } from '../values/setting-types.ts'

const name = (what: string) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .meta({ allowed: `1 to 64 of a-z, 0-9 and dash; each ${what} has its own` })

const words = (what: string) =>
  z
    .array(z.string().min(1).max(128).meta({ allowed: what }))
    .min(1)
    .max(1000)
    .nullable()
    .prefault(null)
    .meta({ allowed: `a list of ${what}, or null for any` })

const degrees = (most: number) =>
  z
    .number()
    .min(-most)
    .max(most)
    .meta({ allowed: `degrees from -${most} to ${most}` })

const Rule = z.strictObject({
  name: name('rule'),
  targets: z.array(z.string()).min(1).max(20).meta({ allowed: 'a list of names of alerts.targets' }),
  types: words('types of incidents, such as pedestrian'),
  severity: z
    .enum(SEVERITIES)
    .nullable()
    .prefault(null)
    .meta({ allowed: `${SEVERITIES.join(', ')}: at least so bad; or null` }),
  communities: words('names of communities'),
  quadrants: words('quadrants, such as SW or N'),
  circle: z
    .strictObject({
      latitude: degrees(90),
      longitude: degrees(180),
      radiusM: z.number().min(1).max(1_000_000).meta({ allowed: 'metres, up to 1000000' }),
    })
    .nullable()
    .prefault(null)
    .meta({ allowed: 'a map of latitude, longitude and radiusM, or null' }),
  polygon: z
    .array(z.tuple([degrees(180), degrees(90)]).meta({ allowed: '[longitude, latitude]' }))
    .min(3)
    .max(1000)
    .nullable()
    .prefault(null)
    .meta({ allowed: 'a list of 3 to 1000 corners, [longitude, latitude] each, or null' }),
  problems: z.boolean().prefault(false).meta({
    allowed: 'true: it is about problems of the system, such as a job that fails or is late; or false',
  }),
  codes: words('codes of problems, such as jobs or jobs:archive'),
})

const Target = z.strictObject({
  name: name('target'),
  kind: z.enum(['webhook', 'email']).meta({ allowed: 'webhook or email' }),
  url: z
    .union([z.url({ protocol: /^https?$/ }).max(2000), z.instanceof(Secret)])
    .nullable()
    .prefault(null)
    .meta({ allowed: 'an http or https address, or a reference to one that is secret' }),
  // A text is refused by `alertMistakes`, whose message does not repeat it.
  secret: z
    .union([z.string(), z.instanceof(Secret)])
    .nullable()
    .prefault(null)
    .transform(given => (given instanceof Secret ? given : null))
    .meta({ allowed: 'a reference, ${env:NAME} or ${file:path}, or null' }),
  format: z.enum(['json', 'geojson']).prefault('json').meta({ allowed: 'json or geojson' }),
  to: z
    .array(z.email().max(254).meta({ allowed: 'a mail address' }))
    .max(50)
    .prefault([])
    .meta({ allowed: 'a list of up to 50 mail addresses' }),
})

/** Who is told of what. */
export const Alerts = z.strictObject({
  rules: z.array(Rule).max(200).prefault([]).meta({
    allowed: 'a list of rules, each a map of name, targets and what it is about',
    text: 'list',
    description: 'Which new incidents, or problems of the system, are told to whom',
  }),
  targets: z.array(Target).max(100).prefault([]).meta({
    allowed: 'a list of targets, each a map of name, kind, and url or to',
    text: 'list',
    secretsInside: true,
    description: 'Webhooks and mail addresses that rules name',
  }),
  maxAgeHours: hours(6, 1, 24 * 366, {
    description: 'An incident that began longer before it arrived is the past, and nobody is told',
  }),
  giveUpHours: hours(24, 1, 24 * 30, {
    description: 'What could not be delivered for so long is given up, and listed as that',
  }),
  keepDeliveries: whole(1000, 10, 5000, {
    description: 'So many finished deliveries are kept in the list; the oldest go first',
  }),
  allowAddresses: allowList({
    description: 'Webhooks in private networks are called only if they are in this list; public ones always',
  }),
  proxy: text(null, 'an http or https address without user and password, or null', /^https?:\/\/[^\s@]+$/, {
    description: 'Proxy through which webhooks are called',
  }),
  mailHost: text(null, 'a host name or address, or null', /^[\w.:%-]{1,253}$/, {
    description: 'SMTP server that takes the mails',
  }),
  mailPort: wholeOrNull(1, 65_535, {
    description: 'Its port; null: 587 of starttls, 465 of tls, 25 of off',
  }),
  mailTls: choice(['starttls', 'tls', 'off'], 'starttls', {
    description: 'How it is encrypted; off: in clear, for this machine or a private network',
  }),
  mailUser: text(null, '1 to 256 visible characters, or null', /^[\x21-\x7e]{1,256}$/, {
    description: 'User on the SMTP server; null: it wants none',
  }),
  mailPassword: secret({ description: 'Password on the SMTP server' }),
  mailFrom: word('arterial@localhost', 'a mail address', /^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/, {
    description: 'Sender of the mails',
  }),
  feeds: choice(['public', 'token'], 'public', {
    description:
      'Who may read the feeds of recent incidents, RSS and GeoJSON; token: only who may read anything else',
  }),
})

/** Rules between settings. No message has a value that may be a secret. */
export function alertMistakes(given: Given | undefined): Found[] {
  const rules = listOf(given?.['rules'])
  const targets = listOf(given?.['targets'])
  const known = targets.map(({ name: own }) => own)
  const mistakes = [
    ...rules.flatMap((_, i) => usedTwice(rules, i, `alerts.rules[${i}]`)),
    ...targets.flatMap((_, i) => usedTwice(targets, i, `alerts.targets[${i}]`)),
    ...targets.flatMap((target, i) => targetMistakes(target, `alerts.targets[${i}]`)),
    ...rules.flatMap((rule, i) => ruleMistakes(rule, `alerts.rules[${i}]`, known)),
  ]
  if (targets.some(({ kind }) => kind === 'email') && (given?.['mailHost'] ?? null) === null)
    mistakes.push({
      path: 'alerts.mailHost',
      message: 'is missing; allowed: the SMTP server that takes the mails',
    })
  return mistakes
}

function targetMistakes({ kind, url, to, secret: key }: Given, at: string): Found[] {
  const mistakes: Found[] = []
  if (kind === 'webhook' && (url ?? null) === null)
    mistakes.push({ path: `${at}.url`, message: 'is missing; allowed: the address that is called' })
  if (kind === 'email' && !(Array.isArray(to) && to.length > 0))
    mistakes.push({ path: `${at}.to`, message: 'is missing; allowed: a list of mail addresses' })
  if (typeof key === 'string')
    mistakes.push({
      path: `${at}.secret`,
      message: 'a secret must not stand here; allowed: a reference, ${env:NAME} or ${file:path}',
    })
  return mistakes
}

const OF_INCIDENTS = ['types', 'severity', 'communities', 'quadrants', 'circle', 'polygon'] as const

function ruleMistakes(rule: Given, at: string, known: readonly unknown[]): Found[] {
  const isProblems = rule['problems'] === true
  const named: readonly unknown[] = Array.isArray(rule['targets']) ? rule['targets'] : []
  const isGiven = (key: string) => (rule[key] ?? null) !== null
  return [
    ...named
      .filter(one => typeof one === 'string' && !known.includes(one))
      .map(one => ({
        path: `${at}.targets`,
        message: `there is no target "${String(one)}"; allowed: names of alerts.targets`,
      })),
    ...OF_INCIDENTS.filter(key => isProblems && isGiven(key)).map(key => ({
      path: `${at}.${key}`,
      message: 'is about incidents, the rule about problems; allowed: a rule of its own for each',
    })),
    ...(!isProblems && isGiven('codes')
      ? [{ path: `${at}.codes`, message: 'means nothing without problems: true; allowed: both, or neither' }]
      : []),
  ]
}
