import { z } from 'zod'
import type { Mistake } from '../config-error.ts'
import { text } from '../values/setting-types.ts'
import { DAY_MS } from '../../time/spans.ts'

/** A longer one is a mistake of the year; gold.calendar looks no further either. */
const MAX_RANGE_DAYS = 400

const code = (allowed: string, pattern: RegExp, description: string, fallback?: string) =>
  text(null, allowed, pattern, { description, ...(fallback === undefined ? {} : { fallback }) })

function ranges(name: string, description: string, fallback?: string) {
  const day = z.iso.date().meta({ allowed: 'a date, such as 2026-09-08' })
  const range = z
    .strictObject({
      name: z
        .string()
        .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]{1,128}$/u)
        .refine(given => given.trim() === given)
        .prefault(name)
        .meta({ allowed: '1 to 128 visible characters' }),
      from: day,
      to: day,
    })
    .refine(({ from, to }) => from <= to && Date.parse(to) - Date.parse(from) < MAX_RANGE_DAYS * DAY_MS)
    .meta({ allowed: `a map of from and to (and name), at most ${MAX_RANGE_DAYS} days long` })
  return z
    .array(range)
    .max(200)
    .refine(all => new Set(all.map(({ from }) => from)).size === all.length)
    .prefault([])
    .meta({
      allowed: 'a list of {from, to}, first and last day, each with a first day of its own; name is optional',
      text: 'list',
      description,
      ...(fallback === undefined ? {} : { fallback }),
    })
}

/** What is said of days: events of the kinds holiday and school. */
export const Calendar = z.strictObject({
  country: code(
    'an ISO 3166 code such as US, or null',
    /^[A-Z]{2}$/,
    'Its public holidays become events',
    '`US` in the demo, else `null`',
  ),
  state: code(
    'the code of a state or province such as NY, or null',
    /^[A-Za-z0-9-]{1,10}$/,
    'Adds the holidays of a state of the country',
    '`NY` in the demo, else `null`',
  ),
  region: code(
    'the code of a region of the state, or null',
    /^[A-Za-z0-9-]{1,10}$/,
    'Adds the holidays of a region of the state',
  ),
  schoolTerms: ranges(
    'School term',
    'Weekdays within one are school days, but for breaks and holidays',
    'those of the simulated city in the demo, else `[]`',
  ),
  schoolBreaks: ranges('School break', 'No day within one is a school day'),
})

/** Of the demo, unless it says where it is. */
export const DEMO_CALENDAR = { country: 'US', state: 'NY' } as const

/** A state without its country, or a region without its state, means nothing. */
export function calendarMistakes(
  given: Readonly<Record<string, unknown>> | undefined,
): Omit<Mistake, 'where'>[] {
  const isGiven = (key: string) => (given?.[key] ?? null) !== null
  return (
    [
      ['state', 'country'],
      ['region', 'state'],
    ] as const
  )
    .filter(([key, of]) => isGiven(key) && !isGiven(of))
    .map(([key, of]) => ({
      path: `calendar.${key}`,
      message: `means nothing without calendar.${of}; allowed: both, or neither`,
    }))
}
