import { HOUR_MS } from '../../core/time/spans.ts'
import { stampReader } from '../../core/time/index.ts'

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
  const isIso = text[4] === '-'
  const { ms } = (isIso ? iso : text[4] === '/' ? yearFirst : american)(text)
  if (Number.isNaN(ms)) return null
  return { ms, isInstant: isIso && ENDS_WITH_ZONE.test(text) }
}

const ID_WITH_ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/
const ID_WITH_DIGITS = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/

/** The local time that an id begins with, ms as if it were UTC; NaN where it begins with none. */
export function timeOfId(id: string): number {
  const found = (id[4] === '-' ? ID_WITH_ISO : ID_WITH_DIGITS).exec(id)
  if (found === null) return NaN
  const [, year, month, day, hour, minute, second] = found.map(Number) as [
    number,
    ...[number, number, number, number, number, number],
  ]
  return Date.UTC(year, month - 1, day, hour, minute, second)
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
