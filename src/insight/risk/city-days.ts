import { fitCounts } from '../../core/statistics/index.ts'
import { weekdayOf } from '../../core/time/index.ts'
import type { RiskRecord } from './record.ts'

/** Weather that is known when a forecast is issued: of the day before, as measured. Training and use must mean the same by it. */
export interface KnownWeather {
  readonly snowCm: number
  /** A day earlier still. */
  readonly snowBeforeCm: number
  readonly snowOnGroundCm: number
  readonly rainMm: number
  readonly meanC: number
}

/** What is known of a day before it begins. */
export interface KnownOfDay {
  readonly isHoliday: boolean
  /** Null where it is not known; then it counts as mild and dry. */
  readonly weather: KnownWeather | null
}

export type FactsOf = (day: number) => KnownOfDay

/** Why a day is expected to be as it is: factors that multiply. */
export const DAY_FACTORS = ['weekday', 'season', 'holiday', 'weather', 'recent'] as const
export type DayFactor = (typeof DAY_FACTORS)[number]

/** How many incidents the whole city has on a day. */
export interface CityDays {
  /** Incidents of a usual day, to which the factors refer. */
  readonly usual: number
  /** Variance of a day is mean + dispersion · mean². */
  readonly dispersion: number
  /** Factor of each kind for a day, on what is known by then; the record must hold nothing of the day itself. */
  readonly factors: (
    record: RiskRecord,
    day: number,
    known: KnownOfDay,
  ) => Readonly<Record<DayFactor, number>>
}

/**
 * Half-life of what lately happened, days; pull of the factors towards 1. Chosen on October 2017 to October 2018 of Calgary's record, see
 * docs/quality/incident-risk.md.
 */
const RECENT_HALF_LIFE_DAYS = 7
const RIDGE = 1
/** Below this rock salt hardly melts ice (Transportation Association of Canada, Syntheses of Best Practices: Road Salt Management). */
const COLD_C = -10
/** With fewer full days nothing could be told apart. */
export const FEWEST_DAYS = 60
/** Days of a usual level that the recent level starts from. */
const PRIOR_DAYS = 3
const FACTOR_OF: readonly (DayFactor | null)[] = [
  null,
  ...Array.from({ length: 6 }, () => 'weekday' as const),
  'season',
  'season',
  'holiday',
  ...Array.from({ length: 5 }, () => 'weather' as const),
  'recent',
]

/**
 * Learns from the days of a record how weekday, season, holidays, the weather before and the level of the last days make more or fewer
 * incidents in the city.
 *
 * @throws {RangeError} with fewer than 60 days
 */
export function fitCityDays(record: RiskRecord, factsOf: FactsOf): CityDays {
  if (record.days.length < FEWEST_DAYS)
    throw new RangeError(`${record.days.length} days are too few to learn from: give at least ${FEWEST_DAYS}`)
  const counts = new Float64Array(record.days.length)
  for (const place of record.day) counts[place]! += 1
  const mean = record.day.length / record.days.length
  const rows = record.days.map((day, i) =>
    features(day, factsOf(day), recentLevel(record.days, counts, i, day, mean)),
  )
  const ridge = Float64Array.from(FACTOR_OF, factor => (factor === null ? 0 : RIDGE))
  const { coefficients, dispersion } = fitCounts(counts, new Float64Array(rows.length).fill(1), rows, ridge)
  const centre = coefficients.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length)
  const usual = Math.exp(coefficients.reduce((sum, coefficient, k) => sum + coefficient * centre[k]!, 0))
  return {
    usual,
    dispersion,
    factors: (past, day, known) => {
      const so = new Float64Array(past.days.length)
      for (const place of past.day) so[place]! += 1
      const row = features(day, known, recentLevel(past.days, so, past.days.length, day, mean))
      const factors = { weekday: 0, season: 0, holiday: 0, weather: 0, recent: 0 }
      FACTOR_OF.forEach((factor, k) => {
        if (factor !== null) factors[factor] += coefficients[k]! * (row[k]! - centre[k]!)
      })
      for (const factor of DAY_FACTORS) factors[factor] = Math.exp(factors[factor])
      return factors
    },
  }
}

function features(day: number, { isHoliday, weather }: KnownOfDay, recent: number): Float64Array {
  const weekday = weekdayOf(day)
  const year = (2 * Math.PI * day) / 365.25
  return Float64Array.from([
    1,
    ...[2, 3, 4, 5, 6, 7].map(other => (weekday === other ? 1 : 0)),
    Math.sin(year),
    Math.cos(year),
    isHoliday ? 1 : 0,
    Math.log1p(weather?.snowCm ?? 0),
    Math.log1p(weather?.snowBeforeCm ?? 0),
    Math.log1p(weather?.snowOnGroundCm ?? 0),
    Math.log1p(weather?.rainMm ?? 0),
    (weather?.meanC ?? 0) < COLD_C ? 1 : 0,
    recent,
  ])
}

/** Logarithm of the level before a day over the mean, the last days counting most; after a gap it is near 0. */
function recentLevel(
  days: readonly number[],
  counts: Float64Array,
  before: number,
  day: number,
  mean: number,
): number {
  let seen = PRIOR_DAYS * mean
  let weight = PRIOR_DAYS
  for (let i = before - 1; i >= 0 && day - days[i]! < 10 * RECENT_HALF_LIFE_DAYS; i--) {
    const w = 0.5 ** ((day - days[i]!) / RECENT_HALF_LIFE_DAYS)
    seen += w * counts[i]!
    weight += w
  }
  return Math.log(seen / weight / mean)
}
