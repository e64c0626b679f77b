import type { Turn } from '../../../core/traffic/network.ts'
import type { Demand } from './vehicles/demand.ts'
import { EventQueue } from './event-queue.ts'
import { Lanes } from './lanes.ts'
import { Signals } from './signals/signals.ts'
import type { Streets } from './network/streets.ts'
import type { Vehicle } from './vehicles/vehicle.ts'
import { Vehicles } from './vehicles/vehicle.ts'

/** Discharge of a turning lane against one that goes through (HCM 2000, exhibit 16-7: f_RT, f_LT of lanes of their own; 0.8 back is ours). */
const TURN_FACTOR: Readonly<Record<Turn, number>> = { through: 1, left: 0.95, right: 0.85, uturn: 0.8 }

/**
 * What the first of a queue take longer than the ones after them when it turns green, s: 2.0 together, the start-up lost time of HCM 2000, ch. 16,
 * in the proportions of B. D. Greenshields et al., Traffic performance at urban street intersections (1947).
 */
const START_UP_S = [0.92, 0.54, 0.32, 0.16, 0.06] as const

/**
 * Who has stood at a stop line for so long because the lanes beyond were full looks for another way, and again so often, s. Two cycles of a
 * signal are what drivers bear; without it, a ring of full links would stand for ever.
 */
const PATIENCE_S = 180
const LOOK_AGAIN_S = 15

/** Who drives has priority over who wants to start: nobody pulls out into a lane so full of a queue, and looks again so often, s. */
const FULLEST_TO_START = 0.6

/** Says which way a trip goes on. */
export interface Routes {
  /** The movement out of `link` on the way to `destination`; −1 where the trip ends with the link. */
  next(link: number, destination: number, variant: number): number
}

/** What is told of each crossing, at the time it happens. */
export interface TrafficEvents {
  /** A vehicle, the `n`-th of the lane, passes its end; `vehicle.movement` says to where. */
  readonly onCrossing?: (lane: number, n: number, vehicle: Vehicle, atS: number) => void
  /** A vehicle comes onto a lane, from another one or to start. */
  readonly onEntry?: (lane: number, atS: number) => void
  readonly onStart?: (vehicle: Vehicle, atS: number) => void
  readonly onEnd?: (vehicle: Vehicle, atS: number) => void
}

/** What holds a lane back at its end. */
export interface Bottleneck {
  /** Least time between two that pass. */
  readonly headwayS: number
  /** Share of its flow that is lost while a queue stands before it: 0.05–0.15 at freeway bottlenecks, 0 at a stop line. */
  readonly drop: number
}

export interface TrafficParts {
  readonly streets: Streets
  readonly routes: Routes
  readonly demand: Demand
  readonly events?: TrafficEvents
}

/**
 * Single vehicles on a network, each by Newell's car-following, from crossing to crossing: a crossing is the latest of the free-flow
 * arrival, what the one ahead leaves, the signal, and the room in the lane beyond. Between crossings nothing is computed.
 */
export class Traffic {
  readonly streets: Streets
  readonly lanes: Lanes
  readonly signals: Signals
  readonly vehicles = new Vehicles()
  readonly #routes: Routes
  readonly #demand: Demand
  readonly #events: TrafficEvents
  readonly #queue = new EventQueue()
  /** By lane, then by origin: when it is looked at next; what waits in the queue for another time is stale. */
  readonly #dueS: Float64Array
  readonly #lastOutS: Float64Array
  /** By lane: begin of the green in which one crossed last, and how many did in it. */
  readonly #greenS: Float64Array
  readonly #inGreen: Int32Array
  /** By lane: since when its first has found no room beyond; not a number while it has not looked. */
  readonly #blockedS: Float64Array
  readonly #bottlenecks = new Map<number, Bottleneck>()
  /** By lane: who waits for room in it (lanes, then origins). */
  readonly #waiting: number[][]
  /** By origin: numbers of vehicles that want to start, the first first. */
  readonly #wanting: number[][]
  #nowS = 0

  constructor({ streets, routes, demand, events = {} }: TrafficParts) {
    this.streets = streets
    this.lanes = new Lanes(streets.lengthsM)
    this.signals = new Signals(streets.network.movements, streets.nodeOfMovement, streets.network.signals)
    this.#routes = routes
    this.#demand = demand
    this.#events = events
    const { count } = this.lanes
    this.#dueS = new Float64Array(count + 2 * demand.origins.length).fill(Infinity)
    this.#lastOutS = new Float64Array(count).fill(-Infinity)
    this.#greenS = new Float64Array(count).fill(NaN)
    this.#inGreen = new Int32Array(count)
    this.#blockedS = new Float64Array(count).fill(NaN)
    this.#waiting = Array.from({ length: count }, () => [])
    this.#wanting = demand.origins.map(() => [])
    demand.origins.forEach((_, origin) => this.#due(this.#arrivalOf(origin), demand.nextS(origin)))
  }

  get nowS(): number {
    return this.#nowS
  }

  /** How many want to start and have not: the network is full where they begin. */
  get wanting(): number {
    return this.#wanting.reduce((sum, held) => sum + held.length, 0)
  }

  get onTheWay(): number {
    let count = 0
    for (let lane = 0; lane < this.lanes.count; lane++) count += this.lanes.held(lane)
    return count
  }

  /** From now on; `null` takes it away. */
  setBottleneck(lane: number, bottleneck: Bottleneck | null): void {
    if (bottleneck === null) this.#bottlenecks.delete(lane)
    else this.#bottlenecks.set(lane, bottleneck)
    if (this.lanes.held(lane) > 0) this.#due(lane, Math.max(this.#nowS, this.lanes.earliestExitS(lane)))
  }

  /** Lets everything happen that happens before `untilS`. */
  run(untilS: number): void {
    const queue = this.#queue
    while (queue.nextS < untilS) {
      const atS = queue.nextS
      const number = queue.pop()
      if (this.#dueS[number] !== atS) continue
      this.#dueS[number] = Infinity
      this.#nowS = atS
      this.#happen(number, atS)
    }
    this.#nowS = untilS
  }

  #happen(number: number, atS: number): void {
    const { count } = this.lanes
    const origins = this.#wanting.length
    if (number < count) this.#cross(number, atS)
    else if (number < count + origins) this.#want(number - count, atS)
    else this.#start(number - count - origins, atS)
  }

  #due(number: number, atS: number): void {
    if (this.#dueS[number] === atS) return
    this.#dueS[number] = atS
    if (atS < Infinity) this.#queue.push(atS, number)
  }

  #arrivalOf(origin: number): number {
    return this.lanes.count + origin
  }

  #startOf(origin: number): number {
    return this.lanes.count + this.#wanting.length + origin
  }

  /** The first of a lane passes its end, or is told when it may. */
  #cross(lane: number, atS: number): void {
    const { lanes, vehicles, streets } = this
    // It may have been woken for room that its last one no longer waits for.
    if (lanes.held(lane) === 0) return
    const n = lanes.first(lane)
    const number = lanes.vehicleAt(lane, n)
    const vehicle = vehicles.at(number)
    const { movement } = vehicle
    const readyS = this.#readyS(lane, vehicle, atS)
    if (readyS > atS) {
      this.#due(lane, readyS)
      return
    }
    if (movement < 0) {
      this.#leave(lane, n, vehicle, atS)
      this.#events.onEnd?.(vehicle, atS)
      vehicles.remove(number)
      return
    }
    if (this.#turnInto(lane, n, number, vehicle, movement, atS)) return
    const since = this.#blockedS[lane] ?? NaN
    if (Number.isNaN(since)) this.#blockedS[lane] = atS
    const lookS = Math.max((Number.isNaN(since) ? atS : since) + PATIENCE_S, atS + LOOK_AGAIN_S)
    if (atS - since >= PATIENCE_S)
      for (const other of streets.movementsOfLane[lane] ?? [])
        if (other !== movement && this.signals.greenFromS(other, atS) <= atS)
          if (this.#turnInto(lane, n, number, vehicle, other, atS)) return
    if ((this.#dueS[lane] ?? Infinity) > lookS) this.#due(lane, lookS)
  }

  /** Crosses into a lane beyond that has room, and from which there is a way on; says whether it did. */
  #turnInto(
    lane: number,
    n: number,
    number: number,
    vehicle: Vehicle,
    movement: number,
    atS: number,
  ): boolean {
    const { network } = this.streets
    const to = network.movements[movement]?.to ?? -1
    const next = this.#routes.next(to, vehicle.destination, vehicle.variant)
    if (next < 0 && movement !== vehicle.movement && network.links[to]?.to !== vehicle.destination)
      return false
    const target = this.#roomIn(this.streets.lanesInto(movement, next), to, vehicle, atS, lane)
    if (target < 0) return false
    vehicle.movement = movement
    this.#leave(lane, n, vehicle, atS)
    vehicle.movement = next
    this.#put(target, to, number, vehicle, atS)
    return true
  }

  /** Earliest time at which the first of the lane may cross its stop line, whatever is beyond. */
  #readyS(lane: number, vehicle: Vehicle, atS: number): number {
    const lastS = this.#lastOutS[lane] ?? -Infinity
    const n = this.lanes.first(lane)
    const { movement, spacingM, reactionS } = vehicle
    const turn = this.streets.network.movements[movement]?.turn ?? 'through'
    const headwayS = (reactionS + spacingM / this.lanes.speedMs(lane, n)) / TURN_FACTOR[turn]
    let readyS = Math.max(atS, this.lanes.earliestExitS(lane))
    if (turn !== 'through') readyS = Math.max(readyS, lastS + headwayS)
    const bottleneck = this.#bottlenecks.get(lane)
    if (bottleneck !== undefined) {
      const { headwayS: leastS, drop } = bottleneck
      const isQueued = lastS + leastS > this.lanes.freeExitS(lane, n)
      readyS = Math.max(readyS, lastS + (isQueued ? leastS / (1 - drop) : leastS))
    }
    return movement < 0 ? readyS : this.#inGreenS(lane, movement, readyS, headwayS)
  }

  /** Earliest time from `readyS` on at which a signal lets the first of the lane go, with what a queue takes longer at its start. */
  #inGreenS(lane: number, movement: number, readyS: number, headwayS: number): number {
    let atS = readyS
    for (;;) {
      const greenS = this.signals.greenFromS(movement, atS)
      if (greenS === -Infinity || greenS === Infinity) return greenS === Infinity ? Infinity : atS
      const passed = this.#greenS[lane] === greenS ? (this.#inGreen[lane] ?? 0) : 0
      const afterS = passed === 0 ? greenS : (this.#lastOutS[lane] ?? greenS)
      const startS = afterS + headwayS + (START_UP_S[passed] ?? 0)
      const goS = passed < START_UP_S.length ? Math.max(atS, startS) : Math.max(atS, greenS)
      if (this.signals.greenFromS(movement, goS) === greenS) return goS
      atS = goS
    }
  }

  /**
   * The lane of these with room now, the emptiest first; −1 where there is none, and `who` is then looked at again when there may be.
   */
  #roomIn(candidates: readonly number[], link: number, vehicle: Vehicle, atS: number, who: number): number {
    const speed = (this.streets.freeSpeedMs[link] ?? 1) * vehicle.speedFactor
    let best = -1
    let soonestS = Infinity
    for (const lane of candidates) {
      const entryS = this.lanes.earliestEntryS(lane, vehicle, speed)
      soonestS = Math.min(soonestS, entryS)
      if (entryS > atS) continue
      if (best < 0 || this.lanes.held(lane) < this.lanes.held(best)) best = lane
    }
    if (best >= 0) return best
    if (soonestS < Infinity) this.#due(who, soonestS)
    else for (const lane of candidates) this.#waiting[lane]?.push(who)
    return -1
  }

  #leave(lane: number, n: number, vehicle: Vehicle, atS: number): void {
    this.lanes.leave(lane, atS)
    this.#blockedS[lane] = NaN
    this.#lastOutS[lane] = atS
    if (vehicle.movement >= 0) this.#countInGreen(lane, this.signals.greenFromS(vehicle.movement, atS))
    this.#events.onCrossing?.(lane, n, vehicle, atS)
    if (this.lanes.held(lane) > 0) this.#due(lane, Math.max(atS, this.lanes.earliestExitS(lane)))
    const waiting = this.#waiting[lane]
    if (waiting === undefined || waiting.length === 0) return
    this.#waiting[lane] = []
    for (const who of waiting) if ((this.#dueS[who] ?? Infinity) > atS) this.#due(who, atS)
  }

  #countInGreen(lane: number, greenS: number): void {
    if (this.#greenS[lane] === greenS) this.#inGreen[lane] = (this.#inGreen[lane] ?? 0) + 1
    else {
      this.#greenS[lane] = greenS
      this.#inGreen[lane] = 1
    }
  }

  #put(lane: number, link: number, number: number, vehicle: Vehicle, atS: number): void {
    const speed = (this.streets.freeSpeedMs[link] ?? 1) * vehicle.speedFactor
    this.lanes.enter(lane, number, vehicle, speed, atS)
    this.#events.onEntry?.(lane, atS)
    if (this.lanes.held(lane) === 1) this.#due(lane, this.lanes.earliestExitS(lane))
  }

  /** Somebody wants to start at an origin, and the next one is known. */
  #want(origin: number, atS: number): void {
    const wanting = this.#wanting[origin]
    const trip = this.#demand.take(origin)
    this.#due(this.#arrivalOf(origin), this.#demand.nextS(origin))
    if (trip === null) return
    wanting?.push(this.vehicles.add({ ...trip, wantedS: atS, movement: -1 }))
    if (wanting?.length === 1) this.#start(origin, atS)
  }

  #start(origin: number, atS: number): void {
    const wanting = this.#wanting[origin] ?? []
    const [number] = wanting
    if (number === undefined) return
    const vehicle = this.vehicles.at(number)
    const link = this.#demand.origins[origin]?.link ?? -1
    const next = this.#routes.next(link, vehicle.destination, vehicle.variant)
    const who = this.#startOf(origin)
    const quiet = this.streets
      .lanesToBegin(link, next)
      .filter(lane => this.lanes.filled(lane) < FULLEST_TO_START)
    if (quiet.length === 0) this.#due(who, atS + LOOK_AGAIN_S)
    const lane = quiet.length === 0 ? -1 : this.#roomIn(quiet, link, vehicle, atS, who)
    if (lane < 0) return
    wanting.shift()
    vehicle.movement = next
    this.#events.onStart?.(vehicle, atS)
    this.#put(lane, link, number, vehicle, atS)
    if (wanting.length > 0) this.#due(this.#startOf(origin), atS)
  }
}
