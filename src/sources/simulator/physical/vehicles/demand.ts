import { draw, exponential, PURPOSE } from '../draws.ts'
import type { ClassShares, Driver } from './drivers.ts'
import { driverOf } from './drivers.ts'

/** A link on which trips begin. */
export interface Origin {
  readonly link: number
}

/** What begins: who, when, and for where. */
export interface Demand {
  readonly origins: readonly Origin[]
  /** When the next of an origin may want to start, s; infinite where nobody will. */
  nextS(origin: number): number
  /** The one that wants to start then, null where after all nobody does; the next one follows. */
  take(origin: number): Trip | null
}

export interface Trip extends Driver {
  readonly origin: number
  readonly n: number
  readonly destination: number
  readonly variant: number
}

export interface Flow extends Origin {
  /** Vehicles an hour at a time of the simulation's clock. */
  readonly perHour: (atS: number) => number
  /** The rate is never above this; a change of the rate leaves everybody else as he is. */
  readonly mostPerHour: number
  /** Where to, with weights that need not sum to 1. */
  readonly destinations: readonly { readonly destination: number; readonly weight: number }[]
}

export interface PoissonOptions {
  readonly seed: number
  readonly flows: readonly Flow[]
  readonly classes: ClassShares
  /** As of drivers. @default 1 */
  readonly spread?: number
  /** Ways a trip may choose from. @default 1 */
  readonly variants?: number
  /**
   * Times as many as usual from an origin (its index) to a destination at a time: an event, a holiday, snow. `mostPerHour` of the
   * origin must leave room for it. @default 1
   */
  readonly factor?: (origin: number, destination: number, atS: number) => number
}

/**
 * Trips that begin independently of each other: a Poisson process for each origin, whose rate may change with time. It is thinned from one of the highest
 * rate, so that the same candidates stand in every twin, and a rate that is changed adds or takes some of them.
 *
 * Source: P. A. W. Lewis, G. S. Shedler, Simulation of nonhomogeneous Poisson processes by thinning (1979).
 */
export function poissonDemand(options: PoissonOptions): Demand {
  const { seed, flows, classes, spread = 1, variants = 1, factor } = options
  const candidate = new Int32Array(flows.length).fill(-1)
  const atS = new Float64Array(flows.length)
  const advance = (origin: number): void => {
    const most = flows[origin]?.mostPerHour ?? 0
    const n = (candidate[origin] ?? 0) + 1
    candidate[origin] = n
    const gapS = most > 0 ? (3600 / most) * exponential(seed, origin, PURPOSE.gap, n) : Infinity
    atS[origin] = (atS[origin] ?? 0) + gapS
  }
  flows.forEach((_, origin) => advance(origin))
  return {
    origins: flows,
    nextS: origin => atS[origin] ?? Infinity,
    take(origin) {
      const n = candidate[origin] ?? 0
      const { mostPerHour = 0, perHour } = flows[origin] ?? {}
      const atNowS = atS[origin] ?? 0
      const destination = destinationOf(flows[origin], draw(seed, origin, PURPOSE.destination, n))
      const rate = (perHour?.(atNowS) ?? 0) * (factor?.(origin, destination, atNowS) ?? 1)
      if (rate > mostPerHour) throw tooMany(origin, rate, mostPerHour, atNowS)
      const trip = {
        ...driverOf(seed, origin, n, classes, spread),
        origin,
        n,
        destination,
        variant: Math.floor(draw(seed, origin, PURPOSE.route, n) * variants),
      }
      advance(origin)
      return draw(seed, origin, PURPOSE.thinning, n) * mostPerHour < rate ? trip : null
    },
  }
}

function tooMany(origin: number, rate: number, most: number, atS: number): RangeError {
  return new RangeError(
    `origin ${origin} wants ${rate} an hour at ${atS} s and has mostPerHour ${most}: give it that of the greatest rate times factor`,
  )
}

function destinationOf(flow: Flow | undefined, u: number): number {
  const destinations = flow?.destinations ?? []
  let left = u * destinations.reduce((sum, { weight }) => sum + weight, 0)
  for (const { destination, weight } of destinations) {
    left -= weight
    if (left < 0) return destination
  }
  return destinations.at(-1)?.destination ?? -1
}
