import type { Lanes } from './lanes.ts'
import type { Streets } from './network/streets.ts'
import type { Vehicle } from './vehicles/vehicle.ts'
import { WayAndTime } from './way-and-time.ts'

/** Length of a detector at the stop line, m: a loop of six feet. */
const DETECTOR_M = 1.83
/** Who drives slower queues, m/s: 5 km/h. */
const QUEUED_MS = 5 / 3.6

/** What one intersection saw in an interval. */
export interface SiteInterval {
  /** Stop-line crossings, and by class as in CLASSES. */
  readonly count: number
  readonly byClass: readonly number[]
  /** Way driven over time spent on the approaches, km/h; null where nobody was. */
  readonly speedKmh: number | null
  /** Share of the time that a detector at the stop line is covered, mean of all lanes, 0–1. */
  readonly occupancy: number
  /** Mean control delay of those who crossed, s; null where nobody did. */
  readonly delayS: number | null
  /** Vehicles below 5 km/h on the approaches at the end. */
  readonly queue: number
}

/**
 * Meters of every intersection, fed by crossings and read at ends of intervals.
 */
export class SiteMeters {
  readonly #streets: Streets
  readonly #lanes: Lanes
  readonly #sites: Site[]

  constructor(streets: Streets, lanes: Lanes, classes: number) {
    this.#streets = streets
    this.#lanes = lanes
    const { links, nodes } = streets.network
    this.#sites = nodes.map(() => new Site(classes))
    links.forEach(({ to }, link) => {
      const [from, end] = [streets.lanesFrom[link] ?? 0, streets.lanesFrom[link + 1] ?? 0]
      for (let lane = from; lane < end; lane++) this.#sites[to]?.lanes.push(lane)
    })
  }

  /** A vehicle comes onto a lane. */
  onEntry(lane: number, atS: number): void {
    this.#siteOf(lane)?.road.enter(atS)
  }

  /** The `n`-th of a lane passes its end. */
  onCrossing(lane: number, n: number, vehicle: Vehicle, atS: number): void {
    const site = this.#siteOf(lane)
    if (site === undefined) return
    site.road.leave(this.#lanes.lengthM(lane), atS)
    site.count++
    site.byClass[vehicle.class] = (site.byClass[vehicle.class] ?? 0) + 1
    site.delayS += atS - this.#lanes.freeExitS(lane, n)
    const offS = atS + vehicle.lengthM / this.#lanes.speedMs(lane, n)
    site.coveredS += offS - Math.max(site.fromS, this.#lanes.passedS(lane, n, DETECTOR_M))
  }

  /** What a node saw since it was read last; it begins anew. */
  read(node: number, atS: number): SiteInterval {
    const site = this.#sites[node]
    if (site === undefined) throw new RangeError(`the network has no node ${node}`)
    let queue = 0
    for (const lane of site.lanes) {
      queue += this.#lanes.slowerThan(lane, QUEUED_MS, atS)
      // Who stands on the detector has covered it until now, and does from now on.
      if (this.#lanes.held(lane) === 0) continue
      const onS = this.#lanes.passedS(lane, this.#lanes.first(lane), DETECTOR_M)
      if (onS < atS) site.coveredS += atS - Math.max(site.fromS, onS)
    }
    const { count, byClass, coveredS, delayS, lanes, fromS } = site
    const result = {
      ...{ count, byClass: [...byClass], queue },
      speedKmh: site.road.readKmh(this.#lanes, lanes, atS),
      occupancy: atS > fromS ? Math.min(1, coveredS / (lanes.length * (atS - fromS))) : 0,
      delayS: count > 0 ? delayS / count : null,
    }
    site.begin(atS)
    return result
  }

  #siteOf(lane: number): Site | undefined {
    const link = this.#streets.linkOfLane[lane] ?? -1
    return this.#sites[this.#streets.network.links[link]?.to ?? -1]
  }
}

/** Sums of one node since `fromS`. */
class Site {
  readonly lanes: number[] = []
  readonly road = new WayAndTime()
  readonly byClass: number[]
  fromS = 0
  count = 0
  coveredS = 0
  delayS = 0

  constructor(classes: number) {
    this.byClass = new Array<number>(classes).fill(0)
  }

  begin(atS: number): void {
    this.fromS = atS
    this.count = 0
    this.coveredS = 0
    this.delayS = 0
    this.byClass.fill(0)
  }
}
