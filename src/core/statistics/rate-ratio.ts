import { betaI, gammaP } from './gamma.ts'

/** A value with the bounds of its 95 % interval. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Each tail outside a two-sided 95 % interval. */
const TAIL = 0.025
const HALVINGS = 200

/**
 * A rate of events with its exact 95 % interval. The interval is never narrower than it says, also at few events; at none it starts
 * at 0 and ends where so few would surprise.
 *
 * @param exposure what the rate is over: days, hours, vehicles; > 0
 *
 * Source: F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936).
 */
export function poissonRate(events: number, exposure: number): Estimate {
  const low = events === 0 ? 0 : root(mean => gammaP(events, mean) - TAIL, 0, events)
  const high = root(mean => gammaP(events + 1, mean) - (1 - TAIL), events, 2 * events + 20)
  return { value: events / exposure, low: low / exposure, high: high / exposure }
}

/**
 * How many times as high one rate is as another, with its exact 95 % interval: given the sum of both, the first count is binomial.
 * Without events in the second the ratio is infinite (the interval's lower end still tells something); without any at all NaN,
 * from 0 to infinity. Assumes independent events: where they come in clusters the true interval is wider.
 *
 * Source: J. Przyborowski and H. Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31 (1940),
 * with the limits of C. Clopper and E. Pearson, Biometrika 26 (1934).
 */
export function rateRatio(events: number, exposure: number, others: number, otherExposure: number): Estimate {
  const total = events + others
  const odds = (share: number) => (share / (1 - share)) * (otherExposure / exposure)
  const low = events === 0 ? 0 : root(p => betaI(p, events, others + 1) - TAIL, 0, 1)
  const high = others === 0 ? 1 : root(p => betaI(p, events + 1, others) - (1 - TAIL), 0, 1)
  return { value: total === 0 ? NaN : odds(events / total), low: odds(low), high: odds(high) }
}

/** Where a growing function is zero between two bounds. */
function root(f: (x: number) => number, from: number, to: number): number {
  let low = from
  let high = to
  for (let i = 0; i < HALVINGS && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2
    if (f(middle) < 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}
