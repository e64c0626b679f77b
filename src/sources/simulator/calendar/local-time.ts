import { DAY_MS, HOUR_MS } from '../../../core/time/spans.ts'

/** Local time minus UTC at an instant, ms. */
export type UtcOffset = (utcMs: number) => number

/** 1970-01-01 was a Thursday: the week that began on 1969-12-29 is week 0. */
const MONDAY_SHIFT = 3

/** The week of the local calendar that an instant lies in. */
export function localWeekAt(utcMs: number, offset: UtcOffset): number {
  return Math.floor((Math.floor((utcMs + offset(utcMs)) / DAY_MS) + MONDAY_SHIFT) / 7)
}

/**
 * The instant of a local hour.
 * @param day  0 = Monday; beyond 6 it lies in the weeks after, below 0 before
 * @param hour local, with its fraction
 */
export function atLocal(week: number, day: number, hour: number, offset: UtcOffset): number {
  const localMs = (week * 7 - MONDAY_SHIFT + day) * DAY_MS + hour * HOUR_MS
  // Twice, because the offset belongs to the instant that is looked for.
  return localMs - offset(localMs - offset(localMs))
}

/** The date of a week's day, `2026-11-23`. */
export function dateOf(week: number, day: number): string {
  return new Date((week * 7 - MONDAY_SHIFT + day) * DAY_MS).toISOString().slice(0, 10)
}
