import { offsetMsAt } from './zone.ts'
import type { Zone } from './zone.ts'
import { DAY_MS, HOUR_MS } from './spans.ts'

export interface LocalTime {
  /** Local calendar date as days since 1970-01-01. */
  readonly dateDays: number
  /** 0–23 */
  readonly hour: number
  /** 1 = Monday … 7 = Sunday */
  readonly weekday: number
}

/**
 * The instant of a wall-clock time, ms since 1970 UTC. Two hours of the year have no single answer, and get the same one
 * every time (the rule "compatible" of RFC 5545 and of Temporal):
 * an hour that comes twice means its first, i.e. daylight, pass; an hour that is skipped is moved forward by the
 * length of the gap (02:30 becomes 03:30). The fields are taken as they are: check their ranges before.
 *
 * @param month 1–12
 */
export function localToUtcMs(
  zone: Zone,
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): number {
  return wallClockToUtcMs(
    zone,
    daysFromCivil(year, month, day) * DAY_MS + hour * HOUR_MS + minute * 60_000 + second * 1000 + ms,
  )
}

/** The same for a wall clock that is given as ms since 1970, as if it were UTC. */
export function wallClockToUtcMs(zone: Zone, localMs: number): number {
  const quick = localMs - zone.spanOffsetMs
  // Far enough from both ends of the run of constant offset: there is only one answer.
  if (quick - DAY_MS >= zone.spanStartMs && quick + DAY_MS < zone.spanEndMs) return quick
  return resolve(zone, localMs)
}

/** The wall clock of an instant. */
export function utcToLocal(zone: Zone, utcMs: number): LocalTime {
  const localMs = utcMs + offsetMsAt(zone, utcMs)
  const dateDays = Math.floor(localMs / DAY_MS)
  return {
    dateDays,
    hour: Math.floor((localMs - dateDays * DAY_MS) / HOUR_MS),
    // 1970-01-01 was a Thursday.
    weekday: ((((dateDays + 3) % 7) + 7) % 7) + 1,
  }
}

/**
 * Days since 1970-01-01 of a Gregorian date.
 *
 * Source: H. Hinnant, "chrono-compatible low-level date algorithms" (2013), days_from_civil.
 */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function resolve(zone: Zone, localMs: number): number {
  // The offsets on both sides of a change that may be near; they are the same when there is none.
  const before = offsetMsAt(zone, localMs - DAY_MS)
  const after = offsetMsAt(zone, localMs + DAY_MS)
  const early = localMs - before
  if (before === after || offsetMsAt(zone, early) === before) return early
  const late = localMs - after
  return offsetMsAt(zone, late) === after ? late : early
}
