import type { Lanes } from './lanes.ts'

/**
 * Way driven and time spent on some lanes since they were read last: their ratio is the mean speed of a region of space and time.
 *
 * Source: L. C. Edie, Discussion of traffic stream measurements and definitions (1963).
 */
export class WayAndTime {
  #held = 0
  #lastS = 0
  #spentS = 0
  #wayM = 0
  /** What those who are on the lanes had driven of them when they were read last. */
  #drivenM = 0

  /** A vehicle comes onto one of the lanes. */
  enter(atS: number): void {
    this.#spend(atS)
    this.#held++
  }

  /** A vehicle leaves one of the lanes at its end, whose length is `lengthM`. */
  leave(lengthM: number, atS: number): void {
    this.#spend(atS)
    this.#held--
    this.#wayM += lengthM
  }

  /** Mean speed since the last reading, null where nobody was on `among`, the lanes this is fed of; it begins anew. */
  readKmh(lanes: Lanes, among: readonly number[], atS: number): number | null {
    this.#spend(atS)
    let drivenM = 0
    for (const lane of among) {
      const first = lanes.first(lane)
      for (let n = first; n < first + lanes.held(lane); n++)
        drivenM += lanes.lengthM(lane) - lanes.beforeEndM(lane, n, atS)
    }
    const wayM = Math.max(0, this.#wayM + drivenM - this.#drivenM)
    const speed = this.#spentS > 0 ? (wayM / this.#spentS) * 3.6 : null
    this.#drivenM = drivenM
    this.#wayM = 0
    this.#spentS = 0
    return speed
  }

  #spend(atS: number): void {
    this.#spentS += this.#held * (atS - this.#lastS)
    this.#lastS = atS
  }
}
