import { coverageAt, offsetMsAt, standardOffsetMs, weekdayOf } from '../../core/time/index.ts'
import type { Coverage, Zone } from '../../core/time/index.ts'
import { DAY_MS, HOUR_MS } from '../../core/time/spans.ts'
import type { ConditionUnit } from './condition-rates.ts'

/** The weather of one hour. */
export interface HourWeather {
  readonly weather: string
  /** Only the day around it is known. */
  readonly isOfDay: boolean
}

/** Which hours are meant, the city's; null where any is. */
export interface MeantHours {
  readonly fromDay: number | null
  /** Included. */
  readonly toDay: number | null
  readonly isMeant: (weekday: number, hour: number) => boolean
}

export interface WeatherUnits {
  /** Of hours that were observed themselves. */
  readonly hours: readonly ConditionUnit[]
  /** Of days of which only the sums are known. */
  readonly days: readonly ConditionUnit[]
  /** What was left out: hours that the record does not cover, and those whose weather is not known. */
  readonly leftOut: { readonly notCovered: Part; readonly unknown: Part }
}

export interface Part {
  readonly hours: number
  readonly incidents: number
}

/**
 * Cuts the time that the record covers into stretches of one weather, with their incidents: an hour where the hour was observed, else the
 * day of standard time, as climate stations have it. Strata hold the same weekday of one month, of hours the same hour too.
 *
 * @param incidentsMs starts of the incidents that are meant
 * @param weatherAt by hour since 1970 UTC; null where it is not known
 */
export function weatherUnits(
  incidentsMs: Iterable<number>,
  coverage: Coverage,
  weatherAt: (hour: number) => HourWeather | null,
  zone: Zone,
  meant: MeantHours,
): WeatherUnits {
  const inHour = new Map<number, number>()
  for (const ms of incidentsMs) add(inHour, Math.floor(ms / HOUR_MS), 1)
  const hours: ConditionUnit[] = []
  const days = new Map<string, { stratum: string; condition: string; incidents: number; hours: number }>()
  const leftOut = { notCovered: { hours: 0, incidents: 0 }, unknown: { hours: 0, incidents: 0 } }
  for (const { hour, day, weekday, hourOfDay } of hoursOf(coverage, zone, meant)) {
    const incidents = inHour.get(hour) ?? 0
    const found = weatherAt(hour)
    const isCovered = coverageAt(coverage, day) === 'full'
    if (!isCovered || found === null) {
      const part = isCovered ? leftOut.unknown : leftOut.notCovered
      part.hours++
      part.incidents += incidents
      continue
    }
    const { weather: condition, isOfDay } = found
    if (!isOfDay) {
      hours.push({ stratum: `${monthOf(day)} ${weekday} ${hourOfDay}`, condition, incidents, hours: 1 })
      continue
    }
    const standardDay = Math.floor((hour * HOUR_MS + standardOffsetMs(zone, hour * HOUR_MS)) / DAY_MS)
    const stratum = `${monthOf(standardDay)} ${weekdayOf(standardDay)}`
    const unit = days.get(`${standardDay} ${condition}`) ?? { stratum, condition, incidents: 0, hours: 0 }
    days.set(`${standardDay} ${condition}`, unit)
    unit.incidents += incidents
    unit.hours++
  }
  return { hours, days: [...days.values()], leftOut }
}

interface MeantHour {
  /** Since 1970 UTC. */
  readonly hour: number
  readonly day: number
  readonly weekday: number
  readonly hourOfDay: number
}

function* hoursOf(coverage: Coverage, zone: Zone, meant: MeantHours): Generator<MeantHour> {
  const fromDay = Math.max(meant.fromDay ?? -Infinity, coverage.firstDay)
  const toDay = Math.min(meant.toDay ?? Infinity, coverage.firstDay + coverage.days.length - 1)
  // A day of room on either side takes in every offset.
  for (let hour = (fromDay - 1) * 24; hour < (toDay + 2) * 24; hour++) {
    const localMs = hour * HOUR_MS + offsetMsAt(zone, hour * HOUR_MS)
    const day = Math.floor(localMs / DAY_MS)
    const hourOfDay = Math.floor((localMs - day * DAY_MS) / HOUR_MS)
    const weekday = weekdayOf(day)
    if (day >= fromDay && day <= toDay && meant.isMeant(weekday, hourOfDay))
      yield { hour, day, weekday, hourOfDay }
  }
}

function monthOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 7)
}

function add(counts: Map<number, number>, key: number, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}
