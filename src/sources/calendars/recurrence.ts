import ICAL from 'ical.js'
import type { ContentLine } from './content-lines.ts'
import { quoted, Unreadable } from './problem.ts'
import type { WallTime } from './wall-time.ts'
import { wallTime } from './wall-time.ts'
import { timeOf, wallMsOf } from './zones.ts'

/** How far a rule is followed. */
export interface Bounds {
  /** Instants, ms since 1970 UTC: starts before `fromMs` and from `toMs` on are not told. */
  readonly fromMs: number
  readonly toMs: number
  /** Occurrences of one event. */
  readonly maxOccurrences: number
}

/** Steps that are left for all rules of a calendar: a hostile one must not hold the process. */
export interface Steps {
  left: number
}

/** Steps of one rule: a daily event since 1900 takes 46,000. */
const STEPS_OF_RULE = 200_000
export const STEPS_OF_CALENDAR = 2_000_000

const FREQUENCIES = ['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']

/** Leaves a rule's loop, in which the library would otherwise look for ever. */
class EndOfRule extends Error {}

/**
 * Starts of a rule (RFC 5545, 3.3.10) in wall-clock time, in order, from the bounds' beginning on; the first one counts even
 * where it does not fit the rule.
 *
 * @param toUtcMs of the event's zone
 * @returns `isCut`: there would be more than the bounds allow within them
 */
export function startsOfRule(
  property: ContentLine,
  start: WallTime,
  toUtcMs: (wallMs: number) => number,
  bounds: Bounds,
  steps: Steps,
): { readonly wallMs: readonly number[]; readonly isCut: boolean } {
  const rule = ruleOf(property)
  const untilMs = untilOf(property, rule, toUtcMs)
  const found: number[] = []
  let isCut = false
  const past = (wallMs: number) => toUtcMs(wallMs) >= Math.min(bounds.toMs, untilMs + 1)
  const iterator = boundedIterator(property, rule, start, past, steps)
  let counted = 0
  for (let wallMs = iterator(); wallMs !== null; wallMs = iterator()) {
    if (past(wallMs)) break
    // DTSTART is the first of its set, whether or not the rule says so.
    if (counted > 0 && !fitsDays(rule, wallMs)) continue
    counted++
    if (rule.count !== null && counted > rule.count) break
    if (toUtcMs(wallMs) < bounds.fromMs) continue
    if (found.length === bounds.maxOccurrences) {
      isCut = true
      break
    }
    found.push(wallMs)
  }
  return { wallMs: found, isCut }
}

interface Rule {
  readonly recur: ICAL.Recur
  readonly count: number | null
  readonly until: string | null
  readonly months: readonly number[] | null
  readonly monthDays: readonly number[] | null
}

function ruleOf(property: ContentLine): Rule {
  const parts = (property.values[0] ?? {}) as Readonly<Record<string, unknown>>
  const wrong = (name: string, remedy: string) =>
    new Unreadable(
      property.line,
      `RRULE: ${name.toUpperCase()} ${quoted(String(parts[name]))} is wrong; ${remedy}`,
    )
  if (!FREQUENCIES.includes(String(parts['freq'])))
    throw new Unreadable(
      property.line,
      `RRULE has no FREQ; write FREQ=WEEKLY or another of ${FREQUENCIES.join(', ')}`,
    )
  const { count = null, interval = 1 } = parts
  if (!isWhole(interval, 1, 100_000)) throw wrong('interval', 'it is a whole number from 1')
  if (count !== null && !isWhole(count, 1, 1_000_000)) throw wrong('count', 'it is a whole number from 1')
  const months = numbersOf(parts['bymonth'])
  const monthDays = numbersOf(parts['bymonthday'])
  if (monthDays?.some(day => !isWhole(Math.abs(day), 1, 31)) === true)
    throw wrong('bymonthday', 'days are 1 to 31, or -1 to -31 from the end')
  const unknown = Object.keys(parts).find(name => !KNOWN_PARTS.includes(name))
  if (unknown !== undefined)
    throw wrong(unknown, `parts of a rule are ${KNOWN_PARTS.join(', ').toUpperCase()}`)
  // COUNT and UNTIL are looked at here: the library counts wrong starts too, and knows no zones of the runtime.
  const { until } = parts
  const rest = Object.fromEntries(
    Object.entries(parts).filter(([name]) => name !== 'count' && name !== 'until'),
  )
  try {
    return {
      recur: ICAL.Recur.fromData(rest),
      count: count === null ? null : Number(count),
      until: typeof until === 'string' ? until : null,
      months,
      monthDays,
    }
  } catch (cause) {
    throw new Unreadable(
      property.line,
      `RRULE can't be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
}

const KNOWN_PARTS = [
  'freq',
  'until',
  'count',
  'interval',
  'bysecond',
  'byminute',
  'byhour',
  'byday',
  'bymonthday',
  'byyearday',
  'byweekno',
  'bymonth',
  'bysetpos',
  'wkst',
]

function untilOf(property: ContentLine, rule: Rule, toUtcMs: (wallMs: number) => number): number {
  if (rule.until === null) return Infinity
  const until = wallTime({ ...property, params: {} }, rule.until)
  if (until.isUtc) return until.wallMs
  // A day as UNTIL includes what begins on it.
  return toUtcMs(until.wallMs + (until.isDate ? 86_399_000 : 0))
}

/** The library's iterator, ended where it looks beyond the bounds or takes too many steps. */
function boundedIterator(
  property: ContentLine,
  { recur }: Rule,
  start: WallTime,
  past: (wallMs: number) => boolean,
  steps: Steps,
): () => number | null {
  let own = STEPS_OF_RULE
  let before = -Infinity
  let isFirst = true
  try {
    const iterator = recur.iterator(timeOf(start.wallMs, start.isDate))
    const contracting = iterator.check_contracting_rules.bind(iterator)
    iterator.check_contracting_rules = () => {
      own--
      steps.left--
      if (own < 0 || steps.left < 0)
        throw new Unreadable(
          property.line,
          'RRULE repeats too often since its DTSTART; take a coarser FREQ or a later DTSTART',
        )
      const wallMs = wallMsOf(iterator.last)
      if (past(wallMs) && wallMs > before) throw new EndOfRule()
      return contracting()
    }
    return () => {
      if (isFirst) {
        isFirst = false
        before = start.wallMs
        return start.wallMs
      }
      for (;;) {
        const next = nextOf(iterator, property)
        if (next === null || next > before) {
          before = next ?? before
          return next
        }
        if (--own < 0) return null
      }
    }
  } catch (cause) {
    throw unfit(property, cause)
  }
}

function nextOf(iterator: ICAL.RecurIterator, property: ContentLine): number | null {
  try {
    // The types leave out that it ends.
    const next = iterator.next() as ICAL.Time | null
    return next === null ? null : wallMsOf(next)
  } catch (cause) {
    if (cause instanceof EndOfRule) return null
    throw unfit(property, cause)
  }
}

function unfit(property: ContentLine, cause: unknown): Unreadable {
  if (cause instanceof Unreadable) return cause
  return new Unreadable(
    property.line,
    `RRULE has no occurrences that can be found (${cause instanceof Error ? cause.message : String(cause)}); correct its BY… parts`,
  )
}

/** The library moves the 30th of February into March; such a day is none. */
function fitsDays({ months, monthDays }: Rule, wallMs: number): boolean {
  const at = new Date(wallMs)
  const month = at.getUTCMonth() + 1
  const day = at.getUTCDate()
  const days = new Date(Date.UTC(at.getUTCFullYear(), month, 0)).getUTCDate()
  if (months !== null && !months.includes(month)) return false
  return monthDays === null || monthDays.some(wanted => (wanted > 0 ? wanted : days + 1 + wanted) === day)
}

function numbersOf(value: unknown): number[] | null {
  if (value === undefined) return null
  return (Array.isArray(value) ? value : [value]).map(Number)
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(Number(value)) && Number(value) >= min && Number(value) <= max
}
