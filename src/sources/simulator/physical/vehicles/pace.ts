import type { Mover } from '../lanes.ts'
import type { Driver } from './drivers.ts'

/** What is left on a link of the free-flow speed and of the capacity of a dry day. */
export interface LinkFactors {
  readonly speed: number
  readonly capacity: number
}

/** Nobody reacts quicker than this, s. */
const LEAST_REACTION_S = 0.1

/**
 * How fast and how close drivers go on each link, which weather changes. Those who are on the link go on as they came onto it.
 * The spacing of those who stand stays: jam density does not depend on the weather (FHWA-HOP-07-073, Empirical studies on traffic flow in inclement weather, 2006).
 */
export class Pace {
  readonly #freeMs: Float64Array
  readonly #speedMs: Float64Array
  readonly #factors: (LinkFactors | null)[]
  readonly #changed = { spacingM: 0, reactionS: 0 }

  /** @param freeSpeedMs by link */
  constructor(freeSpeedMs: Float64Array) {
    this.#freeMs = freeSpeedMs
    this.#speedMs = freeSpeedMs.slice()
    this.#factors = Array.from(freeSpeedMs, () => null)
  }

  /** For those who come from now on. */
  set(link: number, factors: LinkFactors): void {
    this.#speedMs[link] = (this.#freeMs[link] ?? 1) * factors.speed
    this.#factors[link] = factors.speed === 1 && factors.capacity === 1 ? null : factors
  }

  speedMs(link: number, driver: Driver): number {
    return (this.#speedMs[link] ?? 1) * driver.speedFactor
  }

  /** Spacing and reaction that give the capacity at the speed; valid until the next call. */
  mover(link: number, driver: Driver): Mover {
    const factors = this.#factors[link] ?? null
    if (factors === null) return driver
    const { reactionS, spacingM, speedFactor } = driver
    const freeMs = (this.#freeMs[link] ?? 1) * speedFactor
    const headwayS = (reactionS + spacingM / freeMs) / factors.capacity
    this.#changed.spacingM = spacingM
    this.#changed.reactionS = Math.max(LEAST_REACTION_S, headwayS - spacingM / (freeMs * factors.speed))
    return this.#changed
  }
}
