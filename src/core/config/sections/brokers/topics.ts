import { z } from 'zod'
import { listOf } from '../../values/given-lists.ts'
import type { Found } from '../../values/given-lists.ts'
import { Secret } from '../../values/secret.ts'

export const REFERENCE = 'a reference, ${env:NAME} or ${file:path}, or null'

/** A secret's reference; a text is refused by the section's own rules, whose message does not repeat it. */
export const reference = (allowed: string) =>
  z
    .union([z.string(), z.instanceof(Secret)])
    .nullable()
    .prefault(null)
    .transform(given => (given instanceof Secret ? given : null))
    .meta({ allowed })

/** Certificates to trust beside the usual ones. */
export const certificates = z
  .union([z.string().max(100_000), z.instanceof(Secret)])
  .nullable()
  .prefault(null)
  .meta({ allowed: '${file:path} of certificates to trust beside the usual ones (PEM), or null' })

/** What a client shows of itself: its certificate with those between. */
export const clientCertificate = z
  .union([z.string().max(100_000), z.instanceof(Secret)])
  .nullable()
  .prefault(null)
  .meta({ allowed: '${file:path} of the client certificate with those between (PEM), or null' })

export const brokerAddress = z
  .string()
  .regex(/^(\[[0-9a-f:]+\]|[\w.-]{1,253}):\d{1,5}$/i)
  .meta({ allowed: 'host:port' })

/** What a topic's messages are, at whatever broker. */
export const messageSettings = {
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
}

/** Secrets of a feed that stand in the settings themselves. No message has the value. */
export function openSecrets(
  feed: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  at: string,
): Found[] {
  return keys
    .filter(key => typeof feed[key] === 'string')
    .map(key => ({ path: `${at}.${key}`, message: `a secret must not stand here; allowed: ${REFERENCE}` }))
}

/** Rules between the settings of a feed's topics. */
export function topicMistakes(topics: unknown, at: string): Found[] {
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
