import { daysFromCivil, localToUtcMs } from './local.ts'
import { zoneOffsets } from './zone.ts'
import { DAY_MS, HOUR_MS } from './spans.ts'

/** How a file means its times: text, or numbers that are an instant or a wall clock (both ms since 1970). */
export type TimeKind = 'value' | 'instant' | 'wallclock'

export interface Stamp {
  /** Order of readings, ms since 1970; NaN when the value is no time. A time without zone counts as if it were UTC. */
  readonly ms: number
  /** For the wire: UTC with `Z`; without zone as it is; what is no time unchanged, so that the lake can say what it was. */
  readonly text: string
}

/** Reads one format in one zone. Remembers the last value: files repeat a time for every sensor. */
export type StampReader = (value: unknown) => Stamp

type Fields = readonly [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
]

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i
/** Letters of a pattern and what they match. */
const TOKENS: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  yy: '(?<year>\\d\\d)',
  MM: '(?<month>\\d\\d)',
  M: '(?<month>\\d\\d?)',
  dd: '(?<day>\\d\\d)',
  d: '(?<day>\\d\\d?)',
  HH: '(?<hour>\\d\\d)',
  H: '(?<hour>\\d\\d?)',
  hh: '(?<half>\\d\\d)',
  h: '(?<half>\\d\\d?)',
  mm: '(?<minute>\\d\\d)',
  m: '(?<minute>\\d\\d?)',
  ss: '(?<second>\\d\\d)',
  s: '(?<second>\\d\\d?)',
  SSS: '(?<ms>\\d{3})',
  a: '(?<noon>[AaPp])\\.?[Mm]\\.?',
}

/** `iso`, `unix_s`, `unix_ms`, or a pattern that holds at least year, month, day and hour. */
export function isStampFormat(format: string): boolean {
  return format === 'iso' || format === 'unix_s' || format === 'unix_ms' || patternOf(format) !== null
}

/**
 * @param zone of times that carry none; undefined leaves them without, i.e. local to the city that receives them.
 *   An hour that comes twice means its first pass, a skipped one is moved forward (core/time).
 */
export function stampReader(format: string, zone: string | undefined, kind: TimeKind): StampReader {
  const known = zone === undefined ? null : zoneOffsets(zone)
  const atLocal = (fields: Fields): Stamp => {
    if (!isPossible(fields)) return NO_STAMP
    if (known !== null) return instant(localToUtcMs(known, ...fields))
    const ms = asIfUtc(fields)
    return { ms, text: isoOf(ms).slice(0, -1) }
  }
  const read = readerOf(format, kind, atLocal)

  let last: unknown
  let stamp = NO_STAMP
  return value => {
    if (value === last && stamp !== NO_STAMP) return stamp
    last = value
    stamp = read(value)
    if (Number.isNaN(stamp.ms)) {
      stamp = { ms: NaN, text: typeof value === 'string' ? value : JSON.stringify(value) }
    }
    return stamp
  }
}

const NO_STAMP: Stamp = { ms: NaN, text: '' }

function readerOf(format: string, kind: TimeKind, atLocal: (fields: Fields) => Stamp): StampReader {
  if (kind === 'instant') return value => instant(Number(value))
  if (kind === 'wallclock') return value => atLocal(fieldsOf(Number(value)))
  if (format === 'unix_s') return value => instant(numberOf(value) * 1000)
  if (format === 'unix_ms') return value => instant(numberOf(value))
  if (format === 'iso')
    return value => (typeof value === 'string' ? readIso(value.trim(), atLocal) : NO_STAMP)
  const pattern = patternOf(format)
  return value =>
    typeof value === 'string' && pattern ? readPattern(value.trim(), pattern, atLocal) : NO_STAMP
}

function readIso(value: string, atLocal: (fields: Fields) => Stamp): Stamp {
  const found = ISO.exec(value)
  if (!found) return NO_STAMP
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset] = found
  const ms = Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6)
  const fields: Fields = [
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    ms,
  ]
  if (offset === undefined) return atLocal(fields)
  return isPossible(fields) ? instant(asIfUtc(fields) - offsetMs(offset)) : NO_STAMP
}

function readPattern(value: string, pattern: RegExp, atLocal: (fields: Fields) => Stamp): Stamp {
  const groups = pattern.exec(value)?.groups
  if (!groups) return NO_STAMP
  const part = (name: string) => Number(groups[name] ?? 0)
  const shortYear = groups['year']?.length === 2
  let hour = part('hour')
  if (groups['half'] !== undefined) {
    const half = part('half')
    if (half < 1 || half > 12) return NO_STAMP
    hour = (half % 12) + (/p/i.test(groups['noon'] ?? '') ? 12 : 0)
  }
  return atLocal([
    part('year') + (shortYear ? 2000 : 0),
    part('month'),
    part('day'),
    hour,
    part('minute'),
    part('second'),
    part('ms'),
  ])
}

/** The pattern as a regular expression; null when a letter is unknown, comes twice, or a part is missing. */
function patternOf(format: string): RegExp | null {
  const names: string[] = []
  let source = ''
  for (const [piece] of format.matchAll(/([A-Za-z])\1*|'[^']*'|[^A-Za-z']+/g)) {
    if (/^[A-Za-z]/.test(piece)) {
      const token = TOKENS[piece]
      if (token === undefined) return null
      names.push(/<(\w+)>/.exec(token)?.[1] ?? '')
      source += token
    } else {
      source += piece
        .replaceAll("'", '')
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replace(/\s+/g, '\\s+')
    }
  }
  const whole = ['year', 'month', 'day'].every(name => names.includes(name))
  const hours = names.includes('hour') || (names.includes('half') && names.includes('noon'))
  return whole && hours && new Set(names).size === names.length ? new RegExp(`^${source}$`) : null
}

function instant(ms: number): Stamp {
  return Math.abs(ms) <= 8.64e15 ? { ms: Math.floor(ms), text: isoOf(Math.floor(ms)) } : NO_STAMP
}

function isoOf(ms: number): string {
  const iso = new Date(ms).toISOString()
  return iso.endsWith('.000Z') ? `${iso.slice(0, -5)}Z` : iso
}

function isPossible([year, month, day, hour, minute, second]: Fields): boolean {
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return false
  return day <= 28 || day <= daysFromCivil(year, month + 1, 1) - daysFromCivil(year, month, 1)
}

function asIfUtc([year, month, day, hour, minute, second, ms]: Fields): number {
  return daysFromCivil(year, month, day) * DAY_MS + hour * HOUR_MS + minute * 60_000 + second * 1000 + ms
}

function fieldsOf(wallclockMs: number): Fields {
  const d = new Date(wallclockMs)
  return [
    d.getUTCFullYear(),
    d.getUTCMonth() + 1,
    d.getUTCDate(),
    d.getUTCHours(),
    d.getUTCMinutes(),
    d.getUTCSeconds(),
    d.getUTCMilliseconds(),
  ]
}

/** `Z`, `+01`, `-0700`, `+05:30` */
function offsetMs(offset: string): number {
  if (/z/i.test(offset)) return 0
  const hours = offset.slice(1, 3)
  const minutes = offset.slice(3).replace(':', '')
  return (offset.startsWith('-') ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

function numberOf(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : NaN
}
