import type { Turn } from '../../../../core/traffic/network.ts'
import type { Lanes } from '../lanes.ts'
import type { Streets } from '../network/streets.ts'

/**
 * Saturation headways, s, by degree of conflict: nobody else; somebody opposite; on one side; on two of the three others; on all three.
 * By how many lanes have somebody waiting at the other approaches, from 0; the last value stands for more.
 *
 * Source: HCM 7th edition (2022), exhibit 21-15: geometry group 1 (one lane on all approaches), 5 (up to two) and 6 (three or more).
 */
const HEADWAYS_S = {
  one: [[3.9], [4.7], [5.8], [7], [9.6]],
  two: [[4.5], [5, 5, 6.2], [6.4, 6.4, 7.2], [7.6, 7.6, 7.6, 7.8, 9], [9.7, 9.7, 9.7, 9.7, 9.7, 10, 11.5]],
  three: [
    [4.5],
    [6, 6, 6.8, 7.4],
    [6.6, 6.6, 7.3, 7.8],
    [8.1, 8.1, 8.1, 8.7, 9.6, 12.3],
    [10, 10, 10, 10, 11.1, 11.4, 13.3],
  ],
} as const
/** Adjustments by turn, s (exhibit 21-12), and the time in which the next one moves up to the line (equation 21-29). */
const ONE_LANE = { left: 0.2, right: -0.6, moveUpS: 2 } as const
const MORE_LANES = { left: 0.5, right: -0.7, moveUpS: 2.3 } as const

interface Approach {
  readonly table: readonly (readonly number[])[]
  readonly isOneLane: boolean
  /** Links that come in from the other sides: from ahead, and from left and right. */
  readonly opposing: readonly number[]
  readonly conflicting: readonly number[]
}

/**
 * Departures from intersections at which everybody stops: a lane lets one go after a time that depends on who waits at the
 * other approaches. Who drives up to the line stops there for the same time less that of moving up.
 *
 * Source: HCM 7th edition (2022), ch. 21. Left out: heavy vehicles are as slow here as their own headways make them.
 */
export class AllWayStops {
  readonly #streets: Streets
  readonly #lanes: Lanes
  readonly #approaches = new Map<number, Approach>()

  constructor(streets: Streets, lanes: Lanes) {
    this.#streets = streets
    this.#lanes = lanes
  }

  /**
   * Earliest time at which the first of a lane may go, as it looks at `atS`.
   * @param lastS when the one before it went
   * @param arrivedS when it would have been at the line with nobody before it
   */
  readyS(lane: number, turn: Turn, lastS: number, arrivedS: number, atS: number): number {
    const { table, isOneLane, opposing, conflicting } = this.#approachOf(this.#streets.linkOfLane[lane] ?? -1)
    const ahead = opposing.reduce((sum, link) => sum + this.#waiting(link, atS), 0)
    const aside = conflicting.map(link => this.#waiting(link, atS))
    const sides = Math.min(2, aside.filter(count => count > 0).length)
    const degree = sides === 0 ? (ahead > 0 ? 1 : 0) : sides + 1 + (ahead > 0 ? 1 : 0)
    const row = table[degree] ?? []
    const waiting = aside.reduce((sum, count) => sum + count, ahead)
    const { left, right, moveUpS } = isOneLane ? ONE_LANE : MORE_LANES
    const headwayS =
      (row[Math.min(waiting, row.length - 1)] ?? 0) + (turn === 'left' ? left : turn === 'right' ? right : 0)
    return Math.max(lastS + headwayS, arrivedS + headwayS - moveUpS)
  }

  /** Lanes of a link with somebody at the line. */
  #waiting(link: number, atS: number): number {
    const { lanesFrom } = this.#streets
    let count = 0
    for (let lane = lanesFrom[link] ?? 0; lane < (lanesFrom[link + 1] ?? 0); lane++)
      if (this.#lanes.held(lane) > 0 && this.#lanes.earliestExitS(lane) <= atS) count++
    return count
  }

  #approachOf(link: number): Approach {
    const known = this.#approaches.get(link)
    if (known !== undefined) return known
    const { network, movementsFrom } = this.#streets
    const node = network.links[link]?.to ?? -1
    const others = network.links.flatMap(({ to }, other) => (to === node && other !== link ? [other] : []))
    // Opposite is who comes from where this one drives when it goes ahead.
    const ahead = (movementsFrom[link] ?? []).flatMap(movement => {
      const { turn, to } = network.movements[movement] ?? {}
      return turn === 'through' && to !== undefined ? [network.links[to]?.to ?? -1] : []
    })
    const opposing = others.filter(other => ahead.includes(network.links[other]?.from ?? -2))
    const most = Math.max(...[link, ...others].map(one => network.links[one]?.lanes ?? 1))
    const approach = {
      table: most === 1 ? HEADWAYS_S.one : most === 2 ? HEADWAYS_S.two : HEADWAYS_S.three,
      isOneLane: most === 1,
      opposing,
      conflicting: others.filter(other => !opposing.includes(other)),
    }
    this.#approaches.set(link, approach)
    return approach
  }
}
