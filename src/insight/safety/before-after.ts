import { betaI } from '../../core/statistics/index.ts'
import type { Estimate } from '../../core/statistics/index.ts'
import type { ReferenceGroup } from './reference-group.ts'
import { REPORTS_ARE_NOT_CRASHES } from './reports.ts'

export interface TreatedPlace {
  readonly before: number
  readonly after: number
  /** Vehicles a day before; must be known where the reference group goes by volume. */
  readonly vehiclesPerDay: number | null
}

export interface BeforeAfter {
  /** What would have come after without the treatment. */
  readonly expectedWithout: number
  readonly observed: number
  /** Observed over expected without, freed of the bias of a ratio; its standard deviation, and the 95 % interval. */
  readonly effect: Estimate
  readonly effectSd: number
  /** After over before as it stands, with the trend of the group alone: what one would have believed without the correction. */
  readonly naive: number
  /** How far the count before counted by itself, 0..1; the rest is the group's mean. */
  readonly ownWeight: number
  readonly says: string
}

const TAIL = 0.025

/**
 * What a treatment did to a place. Places are treated after a bad spell, and a bad spell is followed by a usual one anyway (regression to the
 * mean); so what to expect is a mean of the place's own count and that of places like it, carried forward by the group's trend.
 *
 * The days before and after must be as long for the place as for its group, and covered by the record alike.
 *
 * @throws {RangeError} when the group goes by volume and that of the place is unknown
 *
 * Source: E. Hauer, Observational Before–After Studies in Road Safety (1997), empirical Bayes, (11.3), and (6.3) for effect and
 * its variance; the interval from the negative binomial that its gamma-distributed expectation implies, which also holds at 0.
 */
export function beforeAfter(place: TreatedPlace, group: ReferenceGroup): BeforeAfter {
  const usual = group.expectedBefore(place.vehiclesPerDay)
  if (Number.isNaN(usual))
    throw new RangeError('the reference group goes by volume: give the vehicles a day of the place')
  const groupWeight = 1 / (1 + group.dispersion * usual)
  const before = groupWeight * usual + (1 - groupWeight) * place.before
  const expected = before * group.trend
  // Relative variance of what is expected: of the place's mean, and of the trend.
  const variance = (1 - groupWeight) / before + group.trendVariance
  const correction = 1 + variance
  const effect = place.after / expected / correction
  const effectSd =
    Math.sqrt(place.after / expected ** 2 + (place.after / expected) ** 2 * variance) / correction ** 2
  return {
    expectedWithout: expected,
    observed: place.after,
    effect: { value: effect, ...interval(place.after, expected, variance) },
    effectSd,
    naive: place.after / (place.before * group.trend),
    ownWeight: 1 - groupWeight,
    says: REPORTS_ARE_NOT_CRASHES,
  }
}

/** Effects under which a count as low, or as high, would come in 2.5 % of cases. */
function interval(observed: number, expected: number, variance: number): { low: number; high: number } {
  const shape = 1 / variance
  const atLeast = (count: number, effect: number) => {
    const mean = effect * expected
    return betaI(mean / (mean + shape), count, shape)
  }
  const low = observed === 0 ? 0 : crossing(effect => atLeast(observed, effect) - TAIL)
  return { low, high: crossing(effect => atLeast(observed + 1, effect) - (1 - TAIL)) }
}

/** Where a growing function crosses zero, on a logarithmic scale. */
function crossing(f: (effect: number) => number): number {
  let low = Math.log(1e-6)
  let high = Math.log(1e6)
  while (high - low > 1e-9) {
    const middle = (low + high) / 2
    if (f(Math.exp(middle)) < 0) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}
