import type { Lanes } from '../physical/lanes.ts'
import type { Streets } from '../physical/network/streets.ts'
import type { Vehicle } from '../physical/vehicles/vehicle.ts'
import { WayAndTime } from '../physical/way-and-time.ts'

/** What really happened on one link in an interval. */
export interface LinkInterval {
  readonly entered: number
  /** Those who passed its end, and the mean of their control delay, s, by class as in CLASSES; null where nobody of a class did. */
  readonly left: readonly number[]
  readonly delayS: readonly (number | null)[]
  /** Way driven over time spent on it; null where nobody was. */
  readonly speedKmh: number | null
  /** On it at the end. */
  readonly held: number
}

/** The truth of every link, fed by entries and crossings and read at ends of intervals. */
export class LinkMeters {
  readonly #streets: Streets
  readonly #lanes: Lanes
  readonly #sums: Sums[]

  constructor(streets: Streets, lanes: Lanes, classes: number) {
    this.#streets = streets
    this.#lanes = lanes
    this.#sums = streets.network.links.map(
      (link, i) => new Sums(streets.lanesFrom[i] ?? 0, link.lanes, classes),
    )
  }

  onEntry(lane: number, atS: number): void {
    const sums = this.#of(lane)
    if (sums === undefined) return
    sums.entered++
    sums.road.enter(atS)
  }

  onCrossing(lane: number, n: number, vehicle: Vehicle, atS: number): void {
    const sums = this.#of(lane)
    if (sums === undefined) return
    sums.road.leave(this.#lanes.lengthM(lane), atS)
    sums.left[vehicle.class] = (sums.left[vehicle.class] ?? 0) + 1
    const delayS = Math.max(0, atS - this.#lanes.freeExitS(lane, n))
    sums.delayS[vehicle.class] = (sums.delayS[vehicle.class] ?? 0) + delayS
  }

  /** What happened on a link since it was read last; it begins anew. */
  read(link: number, atS: number): LinkInterval {
    const sums = this.#sums[link]
    if (sums === undefined) throw new RangeError(`the network has no link ${link}`)
    const { entered, left, delayS, lanes, road } = sums
    const result = {
      entered,
      left: [...left],
      delayS: delayS.map((sum, i) => ((left[i] ?? 0) > 0 ? sum / (left[i] ?? 1) : null)),
      speedKmh: road.readKmh(this.#lanes, lanes, atS),
      held: lanes.reduce((sum, lane) => sum + this.#lanes.held(lane), 0),
    }
    sums.begin()
    return result
  }

  #of(lane: number): Sums | undefined {
    return this.#sums[this.#streets.linkOfLane[lane] ?? -1]
  }
}

class Sums {
  readonly lanes: readonly number[]
  readonly road = new WayAndTime()
  readonly left: number[]
  readonly delayS: number[]
  entered = 0

  constructor(firstLane: number, lanes: number, classes: number) {
    this.lanes = Array.from({ length: lanes }, (_, i) => firstLane + i)
    this.left = new Array<number>(classes).fill(0)
    this.delayS = new Array<number>(classes).fill(0)
  }

  begin(): void {
    this.entered = 0
    this.left.fill(0)
    this.delayS.fill(0)
  }
}
