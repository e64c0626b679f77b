import { distanceM } from '../../core/geo/metres.ts'
import { rateRatio } from '../../core/statistics/index.ts'
import type { Estimate } from '../../core/statistics/index.ts'
import { coverageAt, offsetMsAt, weekdayOf } from '../../core/time/index.ts'
import type { Coverage, Zone } from '../../core/time/index.ts'
import { DAY_MS, HOUR_MS } from '../../core/time/spans.ts'
import { REPORTS_ARE_NOT_CRASHES } from './reports.ts'

/** A work zone or an event: a place, and when it was active. */
export interface ActivePlace {
  readonly id: string
  readonly latitude: number
  readonly longitude: number
  readonly startMs: number
  readonly endMs: number
}

export interface PlacedIncident {
  readonly startedAtMs: number
  readonly latitude: number
  readonly longitude: number
}

export interface DuringRate {
  readonly id: string
  readonly incidentsDuring: number
  readonly hoursDuring: number
  readonly incidentsMatched: number
  readonly hoursMatched: number
  /** Rate during over rate in the matched weeks, both weighed by how busy the hours of the week are in the whole city. */
  readonly ratio: Estimate
}

export interface DuringRates {
  readonly places: readonly DuringRate[]
  /** All places together (each beside its own matched weeks); null without an incident on both sides. */
  readonly together: Estimate | null
  readonly says: string
}

export interface MatchOptions {
  /** Incidents at most so far from the place count, m. */
  readonly withinM: number
  /** How many weeks before and after are compared with. */
  readonly weeks: number
}

const WEEK_MS = 7 * DAY_MS
const NORMAL_95 = 1.959963984540054

/**
 * Whether more happens around a work zone or event while it is active: its rate beside the same hours of the week in the weeks before and
 * after. Hours of days that the record does not cover in full are left out on both sides, and of the matched ones also those in which another
 * place whose surroundings overlap was active.
 *
 * @param cityPerHourOfWeek incidents in each local hour of the week, Monday 00:00 first, of the whole city; see `hourWeekdayGrid`
 *
 * Source: matched weeks as in case-crossover designs (M. Maclure, American Journal of Epidemiology 133, 1991); ratio and interval of
 * each place as `rateRatio`; together by N. Mantel and W. Haenszel for person-time, variance by S. Greenland and J. Robins,
 * Biometrics 41 (1985).
 */
export function ratesDuring(
  places: readonly ActivePlace[],
  incidents: readonly PlacedIncident[],
  coverage: Coverage,
  cityPerHourOfWeek: ArrayLike<number>,
  zone: Zone,
  options: MatchOptions,
): DuringRates {
  const mean = Array.from(cityPerHourOfWeek).reduce((sum, n) => sum + n, 0) / 168
  const busyness = Array.from(cityPerHourOfWeek, n => n / mean)
  const clock = { coverage, zone, busyness }
  const compared = places.map(place => {
    const near = incidents.filter(
      ({ latitude, longitude }) =>
        distanceM(latitude, longitude, place.latitude, place.longitude) <= options.withinM,
    )
    const others = places.filter(other => other !== place && isNear(other, place, options.withinM))
    return compare(place, others, near, clock, options.weeks)
  })
  return {
    places: compared.map(({ rate }) => rate),
    together: pooled(compared),
    says: REPORTS_ARE_NOT_CRASHES,
  }
}

interface Clock {
  readonly coverage: Coverage
  readonly zone: Zone
  readonly busyness: readonly number[]
}

/** Incidents, hours, and hours weighed by how busy they usually are. */
interface Side {
  incidents: number
  hours: number
  exposure: number
}

interface Compared {
  readonly rate: DuringRate
  readonly during: Side
  readonly matched: Side
}

function compare(
  place: ActivePlace,
  others: readonly ActivePlace[],
  near: readonly PlacedIncident[],
  clock: Clock,
  weeks: number,
): Compared {
  const during: Side = { incidents: 0, hours: 0, exposure: 0 }
  const matched: Side = { incidents: 0, hours: 0, exposure: 0 }
  const inHour = countsByHour(near)
  const hours = hoursOf(place)
  // Works that are never taken down end long after the record.
  const { firstDay, days } = clock.coverage
  const seen = within(hours, (firstDay - 1) * DAY_MS, (firstDay + days.length + 1) * DAY_MS)
  for (let hour = seen.first; hour <= seen.last; hour += HOUR_MS) add(during, hour, inHour, clock)
  for (const hour of matchedHours(place, hours, weeks))
    if (!others.some(other => hour < other.endMs && hour + HOUR_MS > other.startMs))
      add(matched, hour, inHour, clock)
  const rate = {
    id: place.id,
    incidentsDuring: during.incidents,
    hoursDuring: during.hours,
    incidentsMatched: matched.incidents,
    hoursMatched: matched.hours,
    ratio: rateRatio(during.incidents, during.exposure, matched.incidents, matched.exposure),
  }
  return { rate, during, matched }
}

/** Whole hours one after another, ms; none where the last comes before the first. */
interface Hours {
  readonly first: number
  readonly last: number
}

/** The whole hours in which the place was active for at least half of the hour. */
function hoursOf({ startMs, endMs }: ActivePlace): Hours {
  return {
    first: Math.round(startMs / HOUR_MS) * HOUR_MS,
    last: (Math.round(endMs / HOUR_MS) - 1) * HOUR_MS,
  }
}

function within({ first, last }: Hours, fromMs: number, toMs: number): Hours {
  return { first: Math.max(first, fromMs), last: Math.min(last, toMs) }
}

/** The same hours of the week in so many weeks before the place was active and after. */
function matchedHours(place: ActivePlace, { first, last }: Hours, weeks: number): Set<number> {
  const ofWeek = new Set<number>()
  for (let hour = first; hour <= Math.min(last, first + WEEK_MS); hour += HOUR_MS) ofWeek.add(hour % WEEK_MS)
  const matched = new Set<number>()
  for (let step = HOUR_MS; step <= weeks * WEEK_MS; step += HOUR_MS)
    for (const hour of [first - step, last + step])
      if (ofWeek.has(hour % WEEK_MS) && (hour + HOUR_MS <= place.startMs || hour >= place.endMs))
        matched.add(hour)
  return matched
}

function add(side: Side, hourMs: number, inHour: ReadonlyMap<number, number>, clock: Clock): void {
  const localMs = hourMs + offsetMsAt(clock.zone, hourMs)
  const day = Math.floor(localMs / DAY_MS)
  if (coverageAt(clock.coverage, day) !== 'full') return
  side.incidents += inHour.get(hourMs) ?? 0
  side.hours++
  side.exposure += clock.busyness[(weekdayOf(day) - 1) * 24 + Math.floor((localMs - day * DAY_MS) / HOUR_MS)]!
}

function countsByHour(incidents: readonly PlacedIncident[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { startedAtMs } of incidents) {
    const hour = Math.floor(startedAtMs / HOUR_MS) * HOUR_MS
    counts.set(hour, (counts.get(hour) ?? 0) + 1)
  }
  return counts
}

function isNear(a: ActivePlace, b: ActivePlace, withinM: number): boolean {
  return distanceM(a.latitude, a.longitude, b.latitude, b.longitude) <= 2 * withinM
}

function pooled(compared: readonly Compared[]): Estimate | null {
  let above = 0
  let below = 0
  let variance = 0
  for (const { during, matched } of compared) {
    const exposure = during.exposure + matched.exposure
    if (during.exposure === 0 || matched.exposure === 0) continue
    above += (during.incidents * matched.exposure) / exposure
    below += (matched.incidents * during.exposure) / exposure
    variance += ((during.incidents + matched.incidents) * during.exposure * matched.exposure) / exposure ** 2
  }
  if (above === 0 || below === 0) return null
  const spread = NORMAL_95 * Math.sqrt(variance / (above * below))
  const value = above / below
  return { value, low: value * Math.exp(-spread), high: value * Math.exp(spread) }
}
