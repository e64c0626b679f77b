import { z } from 'zod'
import { listOf, objectOf, usedTwice } from '../values/given-lists.ts'
import type { Found } from '../values/given-lists.ts'
import { Secret } from '../values/secret.ts'
import { allowList, hours, seconds, size, text } from '../values/setting-types.ts'

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/
/** What is a key by its name must not stand in a file. */
const SECRET_NAME = /auth|cookie|token|secret|passw|api[-_]?key|appid|^key$/i

const named = (allowed: string) =>
  z
    .record(z.string().min(1).max(128), z.union([z.string().max(4096), z.instanceof(Secret)]))
    .prefault({})
    .meta({ allowed })

const optional = (allowed: string, most: number) =>
  z.string().min(1).max(most).nullable().prefault(null).meta({ allowed })

const Feed = z.strictObject({
  name: z.string().regex(NAME).meta({ allowed: '1 to 64 of a-z, 0-9 and dash; each feed has its own' }),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .meta({ allowed: 'an http or https address' }),
  preset: optional('the name of a known format, such as nws; see docs/polling.md', 64),
  stream: optional('the stream that its records are of, such as weather', 64),
  mapping: z
    .record(z.string(), z.unknown())
    .nullable()
    .prefault(null)
    .meta({ allowed: 'a map of format, items and fields' }),
  intervalS: seconds(600, 5, 7 * 86_400, { description: 'It is asked so often' }),
  cron: optional('five fields of cron, such as "5 * * * *", in place of intervalS', 100),
  zone: optional('an IANA time zone or an offset such as -07:00', 64),
  headers: named('a map of names to texts'),
  query: named('a map of names to texts'),
  constants: z
    .record(z.string().min(1).max(64), z.union([z.string().min(1).max(1024), z.number()]))
    .prefault({})
    .meta({ allowed: 'a map of the stream’s fields to texts and numbers' }),
  timeoutS: seconds(60, 1, 600, { description: 'An answer may take so long' }),
  maxBytes: size('16MiB', '1KiB', { description: 'An answer may be so large, unpacked' }),
  keepHours: hours(24, 0, 24 * 366, { description: 'Answers are kept so long as they were received' }),
})

/** What is asked on other machines, how often, and what becomes of the answers. */
export const Polling = z.strictObject({
  feeds: z.array(Feed).max(500).prefault([]).meta({
    allowed: 'a list of feeds, each a map of name, url, preset and more',
    text: 'list',
    secretsInside: true,
    description: 'Addresses that are asked again and again, such as a weather service',
  }),
  allowAddresses: allowList({
    description: 'Feeds in private networks are asked only if they are in this list; public ones always',
  }),
  proxy: text(null, 'an http or https address without user and password, or null', /^https?:\/\/[^\s@]+$/, {
    description: 'Proxy through which feeds are asked',
  }),
  keepBytes: size('256MiB', '1MiB', {
    description: 'Answers kept of one feed take no more than this, packed; the oldest go first',
  }),
})

/** Rules between a feed's settings. No message has a value that may be a secret. */
export function feedMistakes(feeds: unknown): Found[] {
  const list = listOf(feeds)
  return list.flatMap((feed, i) => {
    const at = `polling.feeds[${i}]`
    const mistakes = usedTwice(list, i, at)
    const isMapped = feed['mapping'] !== undefined && feed['mapping'] !== null
    if (isMapped === (typeof feed['preset'] === 'string'))
      mistakes.push({ path: at, message: 'has no preset and no mapping, or both; allowed: one of them' })
    if (isMapped && typeof feed['stream'] !== 'string')
      mistakes.push({
        path: `${at}.stream`,
        message: 'is missing; allowed: the stream that the mapping is for',
      })
    for (const part of ['headers', 'query'] as const) {
      for (const [name, value] of Object.entries(objectOf(feed[part]))) {
        if (typeof value === 'string' && SECRET_NAME.test(name))
          mistakes.push(secretAt(`${at}.${part}.${name}`))
      }
    }
    if (hasSecret(feed['url'])) mistakes.push(secretAt(`${at}.url`))
    return mistakes
  })
}

function secretAt(path: string): Found {
  return {
    path,
    message:
      'a secret must not stand here; allowed: a reference, ${env:NAME} or ${file:path}, under headers or query',
  }
}

function hasSecret(url: unknown): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false
  const { username, password, searchParams } = new URL(url)
  return username !== '' || password !== '' || [...searchParams.keys()].some(name => SECRET_NAME.test(name))
}
