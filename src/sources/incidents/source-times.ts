import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/time/spans.ts'
import { daysFromCivil, stampReader } from '../../core/time/index.ts'

/** `isInstant`: the text carries its zone; otherwise `ms` is its wall clock as if that were UTC. */
export interface SourceTime {
  readonly ms: number
  readonly isInstant: boolean
}

const american = stampReader('M/d/yyyy h:mm:ss a', undefined, 'value')
const yearFirst = stampReader('yyyy/M/d h:mm:ss a', undefined, 'value')
const iso = stampReader('iso', undefined, 'value')
const ENDS_WITH_ZONE = /[zZ]$|:\d\d(?:[.,]\d+)?\s*[+-]\d\d(?::?\d\d)?$/

/** A time as any of the exports writes it: `10/12/2019 05:45:40 PM`, `2023/01/31 05:45:40 PM` or ISO 8601. Null when it is none. */
export function sourceTime(text: string): SourceTime | null {
  const exact = fixedWidthMs(text)
  if (!Number.isNaN(exact)) return { ms: exact, isInstant: false }
  const isIso = text[4] === '-'
  const { ms } = (isIso ? iso : text[4] === '/' ? yearFirst : american)(text)
  if (Number.isNaN(ms)) return null
  return { ms, isInstant: isIso && ENDS_WITH_ZONE.test(text) }
}

/**
 * The three forms with all their zeros, read by position: nearly every time of an export is one, and a million of them
 * need no regular expression. NaN for all else, which may be a time all the same.
 */
function fixedWidthMs(text: string): number {
  const isIso = text.length === 19 && text[4] === '-' && text[7] === '-' && text[10] === 'T'
  const isHalf = text.length === 22 && text[10] === ' ' && text[19] === ' ' && text[21] === 'M'
  const isYearFirst = isIso || (isHalf && text[4] === '/' && text[7] === '/')
  const isAmerican = isHalf && text[2] === '/' && text[5] === '/'
  if (!(isYearFirst || isAmerican) || text[13] !== ':' || text[16] !== ':') return NaN
  const yearAt = isYearFirst ? 0 : 6
  const monthAt = isYearFirst ? 5 : 0
  const hour = twoDigits(text, 11)
  return wallClockMs(
    twoDigits(text, yearAt) * 100 + twoDigits(text, yearAt + 2),
    twoDigits(text, monthAt),
    twoDigits(text, monthAt + 3),
    isIso ? hour : hourOfHalf(hour, text[20]),
    twoDigits(text, 14),
    twoDigits(text, 17),
  )
}

function hourOfHalf(hour: number, letter: string | undefined): number {
  if (hour < 1 || hour > 12) return NaN
  if (letter === 'A') return hour % 12
  return letter === 'P' ? (hour % 12) + 12 : NaN
}

/** The local time that an id begins with, ms as if it were UTC; NaN where it begins with none. */
export function timeOfId(id: string): number {
  const isIso = id[4] === '-' && id[7] === '-' && id[10] === 'T' && id[13] === ':' && id[16] === ':'
  const gap = isIso ? 1 : 0
  return wallClockMs(
    twoDigits(id, 0) * 100 + twoDigits(id, 2),
    twoDigits(id, 4 + gap),
    twoDigits(id, 6 + 2 * gap),
    twoDigits(id, 8 + 3 * gap),
    twoDigits(id, 10 + 4 * gap),
    twoDigits(id, 12 + 5 * gap),
  )
}

/** NaN where a digit is none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN
}

/** NaN where no calendar has it. */
function wallClockMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  const isTime = hour <= 23 && minute <= 59 && second <= 59
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && isTime)) return NaN
  const days = daysFromCivil(year, month, 1)
  if (day > 28 && day > daysFromCivil(year, month + 1, 1) - days) return NaN
  return (days + day - 1) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * 1000
}

/** How much later than the event the corrupted export says it was. */
export const CORRUPTED_BY_MS = 2 * HOUR_MS

/**
 * Whether the time of a row was shifted when it was exported. Between March 2017 and May 2018 rows of daylight-saving months
 * have a start one hour after the time in their own id, and both are late against exports made at the time: the start by
 * two hours, and the modification alike. The months tell nothing: rows with sound times stand beside them.
 */
export function isCorrupted(startLocalMs: number, id: string): boolean {
  return startLocalMs - timeOfId(id) === HOUR_MS
}

/** UTC days that were rendered last: exports are nearly in order of time. */
let renderedDays = NaN
let renderedText = ''
const TWO = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'))

/** An instant as ISO 8601 in UTC, to the second where it has no parts of one. */
export function utcText(ms: number): string {
  if (ms % 1000 !== 0) return new Date(ms).toISOString()
  const days = Math.floor(ms / DAY_MS)
  if (days !== renderedDays) {
    renderedText = new Date(days * DAY_MS).toISOString().slice(0, -13)
    renderedDays = days
  }
  const rest = ms - days * DAY_MS
  const hour = Math.floor(rest / HOUR_MS)
  const minute = Math.floor((rest - hour * HOUR_MS) / MINUTE_MS)
  const second = (rest - hour * HOUR_MS - minute * MINUTE_MS) / 1000
  return `${renderedText}${TWO[hour] ?? ''}:${TWO[minute] ?? ''}:${TWO[second] ?? ''}Z`
}
