import { fitCounts } from '../../core/statistics/index.ts'

/** A place like the treated one, with its incidents in the same days before and after. */
export interface ReferencePlace {
  readonly before: number
  readonly after: number
  /** Vehicles a day in the days before; null where nobody counted. */
  readonly vehiclesPerDay: number | null
}

/** What is usual for places of a kind. */
export interface ReferenceGroup {
  readonly places: number
  /** Incidents expected in the days before at a place with so many vehicles (null: unknown). */
  readonly expectedBefore: (vehiclesPerDay: number | null) => number
  /** Places differ beyond chance with variance dispersion · mean². */
  readonly dispersion: number
  /** Incidents of the group after over before: what time alone did; with the relative variance of that ratio. */
  readonly trend: number
  readonly trendVariance: number
}

/** Fewer places tell nothing of how places differ. */
const FEWEST_PLACES = 10

/**
 * Learns what is usual from places that were not treated: the mean by volume where all volumes are known, else one mean for all.
 *
 * @throws {RangeError} with fewer than ten places, or without an incident before or after
 *
 * Source: E. Hauer, Observational Before–After Studies in Road Safety (1997), chapters 9 and 11: a safety performance function
 * a · volume^b with negative binomial scatter. Left out: a trend that differs by volume.
 */
export function referenceGroup(places: readonly ReferencePlace[]): ReferenceGroup {
  const before = places.reduce((sum, place) => sum + place.before, 0)
  const after = places.reduce((sum, place) => sum + place.after, 0)
  if (places.length < FEWEST_PLACES || before === 0 || after === 0)
    throw new RangeError(
      `a reference group of ${places.length} places with ${before} incidents before and ${after} after is too small: take at least ${FEWEST_PLACES} places with some`,
    )
  const byVolume = places.every(({ vehiclesPerDay }) => vehiclesPerDay !== null && vehiclesPerDay > 0)
  const row = (volume: number | null) => Float64Array.from(byVolume ? [1, Math.log(volume ?? NaN)] : [1])
  const fit = fitCounts(
    Float64Array.from(places, place => place.before),
    new Float64Array(places.length).fill(1),
    places.map(place => row(place.vehiclesPerDay)),
    new Float64Array(byVolume ? 2 : 1),
  )
  return {
    places: places.length,
    expectedBefore: volume => Math.exp(row(volume).reduce((sum, x, i) => sum + x * fit.coefficients[i]!, 0)),
    dispersion: fit.dispersion,
    trend: after / before,
    trendVariance: 1 / before + 1 / after,
  }
}
