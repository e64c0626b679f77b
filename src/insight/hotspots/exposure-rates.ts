import { benjaminiHochberg, gammaP, poissonRate } from '../../core/statistics/index.ts'
import type { Estimate } from '../../core/statistics/index.ts'

/** A place with what passed it while its incidents were counted: an intersection, a stretch of road, a cell. */
export interface ExposedPlace {
  readonly id: string
  readonly incidents: number
  /** Vehicles counted (or vehicle-kilometres) in the same days; null where nobody counted. */
  readonly exposure: number | null
}

export interface ExposureRate {
  readonly id: string
  readonly incidents: number
  /** Incidents a million of the exposure, with the exact 95 % interval. */
  readonly perMillion: Estimate
  /** Over the rate of all places together. */
  readonly toOverall: number
  /** Share of false ones to expect when all places with at most this value are called high. */
  readonly q: number
}

/**
 * Rates by what passed, so that a busy junction isn't called dangerous for being busy: the rate of each place, and whether it is higher than
 * that of all together by more than chance. Places without exposure are left out; which ones, the caller sees from the ids.
 *
 * Risk does not grow straight with traffic (a doubled flow makes less than twice the incidents), so places of very unlike volume
 * compare badly.
 *
 * @returns the most surprising first
 *
 * Source: chance of as many incidents or more under the overall rate (Poisson), with `benjaminiHochberg` over the places.
 */
export function exposureRates(places: readonly ExposedPlace[]): ExposureRate[] {
  const known = places.flatMap(place =>
    place.exposure !== null && place.exposure > 0 ? [{ ...place, exposure: place.exposure }] : [],
  )
  const incidents = known.reduce((sum, place) => sum + place.incidents, 0)
  const overall = incidents / known.reduce((sum, place) => sum + place.exposure, 0)
  const p = Float64Array.from(known, place =>
    place.incidents === 0 ? 1 : gammaP(place.incidents, overall * place.exposure),
  )
  const q = benjaminiHochberg(p)
  return known
    .map((place, i) => ({
      id: place.id,
      incidents: place.incidents,
      perMillion: poissonRate(place.incidents, place.exposure / 1e6),
      toOverall: place.incidents / place.exposure / overall,
      q: q[i]!,
      p: p[i]!,
    }))
    .sort((a, b) => a.p - b.p || (a.id < b.id ? -1 : 1))
    .map(({ p: _p, ...rate }) => rate)
}
