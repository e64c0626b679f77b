import type { SignalPlan } from '../../../core/traffic/network.ts'
import type { Demand } from './vehicles/demand.ts'
import { EventQueue } from './event-queue.ts'
import type { Bottleneck, LaneLimit } from './lane-limits.ts'
import { LaneLimits } from './lane-limits.ts'
import { Lanes } from './lanes.ts'
import type { Streets } from './network/streets.ts'
import type { SignalMode } from './signals/signals.ts'
import { Signals } from './signals/signals.ts'
import { StopLines } from './signals/stop-lines.ts'
import type { LinkFactors } from './vehicles/pace.ts'
import { Pace } from './vehicles/pace.ts'
import type { Vehicle } from './vehicles/vehicle.ts'
import { Vehicles } from './vehicles/vehicle.ts'

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
  /** From now on nobody goes by a link that is shut where another way leads there. */
  readonly setShut?: (link: number, isShut: boolean) => void
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
  readonly #limits: LaneLimits
  readonly #stopLines: StopLines
  readonly #pace: Pace
  readonly #routes: Routes
  readonly #demand: Demand
  readonly #events: TrafficEvents
  readonly #queue = new EventQueue()
  /** By lane, then by origin: when it is looked at next; what waits in the queue for another time is stale. */
  readonly #dueS: Float64Array
  /** By lane: since when its first has found no room beyond; not a number while it has not looked. */
  readonly #blockedS: Float64Array
  /** By lane: what setBottleneck set. */
  readonly #bottlenecks = new Map<number, Bottleneck>()
  /** By lane: who waits for room in it (lanes, then origins). */
  readonly #waiting: number[][]
  /** By origin: numbers of vehicles that want to start, the first first. */
  readonly #wanting: number[][]
  /** What is to be done at a time: by number, in the order in which they were told. */
  readonly #actions: ((() => void) | null)[] = []
  readonly #actionTimes = new EventQueue()
  #nextActionS = Infinity
  #nowS = 0

  constructor({ streets, routes, demand, events = {} }: TrafficParts) {
    this.streets = streets
    this.lanes = new Lanes(streets.lengthsM)
    this.signals = new Signals(streets.network.movements, streets.nodeOfMovement, streets.network.signals)
    this.#routes = routes
    this.#demand = demand
    this.#events = events
    const { count } = this.lanes
    this.#limits = new LaneLimits(count)
    this.#pace = new Pace(streets.freeSpeedMs)
    this.#stopLines = new StopLines({
      streets,
      lanes: this.lanes,
      signals: this.signals,
      limits: this.#limits,
      pace: this.#pace,
    })
    this.#dueS = new Float64Array(count + 2 * demand.origins.length).fill(Infinity)
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

  /** From now on, beside what else limits the lane; `null` takes it away. */
  setBottleneck(lane: number, bottleneck: Bottleneck | null): void {
    const before = this.#bottlenecks.get(lane)
    if (before !== undefined) this.unlimit(lane, before)
    if (bottleneck === null) this.#bottlenecks.delete(lane)
    else {
      this.#bottlenecks.set(lane, bottleneck)
      this.limit(lane, bottleneck)
    }
  }

  /** From now on, until the same limit is taken away. Who stands on a lane that is closed stays; the others go by other lanes, or other ways. */
  limit(lane: number, limit: LaneLimit): void {
    this.#limits.add(lane, limit)
    this.#limited(lane, limit)
  }

  unlimit(lane: number, limit: LaneLimit): void {
    this.#limits.remove(lane, limit)
    this.#limited(lane, limit)
  }

  /** Speed and capacity of those who come onto a link from now on. */
  setFactors(link: number, factors: LinkFactors): void {
    this.#pace.set(link, factors)
  }

  /** From now on. */
  setSignalMode(node: number, mode: SignalMode): void {
    this.signals.setMode(node, mode)
    this.#wakeAt(node)
  }

  /**
   * After the cycle that runs now, and into step by longer cycles.
   * @returns from when on the plan runs in step with its offset, s
   */
  changePlan(node: number, plan: SignalPlan): number {
    const inStepS = this.signals.changePlan(node, plan, this.#nowS)
    this.#wakeAt(node)
    return inStepS
  }

  /** Does something at a time that is not past, before whatever else happens then. */
  at(atS: number, action: () => void): void {
    if (atS < this.#nowS) throw new RangeError(`${atS} s is past: it is ${this.#nowS} s`)
    this.#actionTimes.push(atS, this.#actions.push(action) - 1)
    this.#nextActionS = this.#actionTimes.nextS
  }

  /** Lets everything happen that happens before `untilS`. */
  run(untilS: number): void {
    const queue = this.#queue
    for (;;) {
      const atS = queue.nextS
      if (this.#nextActionS <= atS && this.#nextActionS < untilS) {
        this.#act()
        continue
      }
      if (atS >= untilS) break
      const number = queue.pop()
      if (this.#dueS[number] !== atS) continue
      this.#dueS[number] = Infinity
      this.#nowS = atS
      this.#happen(number, atS)
    }
    this.#nowS = untilS
  }

  #act(): void {
    this.#nowS = this.#nextActionS
    const number = this.#actionTimes.pop()
    this.#nextActionS = this.#actionTimes.nextS
    const action = this.#actions[number] ?? null
    this.#actions[number] = null
    action?.()
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
    if (lanes.held(lane) === 0 || (this.#limits.anyClosed && this.#limits.isClosed(lane))) return
    const n = lanes.first(lane)
    const number = lanes.vehicleAt(lane, n)
    const vehicle = vehicles.at(number)
    const { movement } = vehicle
    const readyS = this.#stopLines.readyS(lane, vehicle, atS)
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
    if (atS - since >= PATIENCE_S || this.#isShut(streets.network.movements[movement]?.to ?? -1))
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
    const next = this.#next(to, vehicle)
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

  /**
   * The lane of these with room now, the emptiest first; −1 where there is none, and `who` is then looked at again when there may be.
   */
  #roomIn(candidates: readonly number[], link: number, vehicle: Vehicle, atS: number, who: number): number {
    const speed = this.#pace.speedMs(link, vehicle)
    const mover = this.#pace.mover(link, vehicle)
    const { anyClosed } = this.#limits
    let best = -1
    let soonestS = Infinity
    for (const lane of candidates) {
      if (anyClosed && this.#limits.isClosed(lane)) continue
      const entryS = this.lanes.earliestEntryS(lane, mover, speed)
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
    this.#stopLines.left(lane, vehicle.movement, atS)
    this.#events.onCrossing?.(lane, n, vehicle, atS)
    if (this.lanes.held(lane) > 0) this.#due(lane, Math.max(atS, this.lanes.earliestExitS(lane)))
    this.#wakeWaiting(lane, atS)
  }

  #wakeWaiting(lane: number, atS: number): void {
    const waiting = this.#waiting[lane]
    if (waiting === undefined || waiting.length === 0) return
    this.#waiting[lane] = []
    for (const who of waiting) if ((this.#dueS[who] ?? Infinity) > atS) this.#due(who, atS)
  }

  /** Whoever waits at or for a lane looks again. */
  #limited(lane: number, limit: LaneLimit): void {
    const link = this.streets.linkOfLane[lane] ?? -1
    if (limit === 'closed') this.#routes.setShut?.(link, this.#isShut(link))
    this.#wake(lane)
    this.#wakeWaiting(lane, this.#nowS)
  }

  #wake(lane: number): void {
    if (this.lanes.held(lane) > 0) this.#due(lane, Math.max(this.#nowS, this.lanes.earliestExitS(lane)))
  }

  #wakeAt(node: number): void {
    const { linkOfLane, network } = this.streets
    linkOfLane.forEach((link, lane) => {
      if (network.links[link]?.to === node) this.#wake(lane)
    })
  }

  /** Are all lanes of a link closed? */
  #isShut(link: number): boolean {
    if (!this.#limits.anyClosed) return false
    const [from, end] = [this.streets.lanesFrom[link] ?? 0, this.streets.lanesFrom[link + 1] ?? 0]
    for (let lane = from; lane < end; lane++) if (!this.#limits.isClosed(lane)) return false
    return end > from
  }

  /** How a vehicle that comes onto a link goes on: another way than its own where all lanes of that turn are closed and one is open. */
  #next(link: number, { destination, variant }: Vehicle): number {
    const next = this.#routes.next(link, destination, variant)
    if (!this.#limits.anyClosed || next < 0) return next
    const { network, movementsFrom } = this.streets
    const isOpen = (movement: number) =>
      this.streets.lanesToBegin(link, movement).some(lane => !this.#limits.isClosed(lane))
    if (isOpen(next)) return next
    const leadsOn = (movement: number): boolean => {
      const to = network.movements[movement]?.to ?? -1
      return network.links[to]?.to === destination || this.#routes.next(to, destination, variant) >= 0
    }
    return (movementsFrom[link] ?? []).find(movement => isOpen(movement) && leadsOn(movement)) ?? next
  }

  #put(lane: number, link: number, number: number, vehicle: Vehicle, atS: number): void {
    this.lanes.enter(lane, number, this.#pace.mover(link, vehicle), this.#pace.speedMs(link, vehicle), atS)
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
    const next = this.#next(link, vehicle)
    const who = this.#startOf(origin)
    const quiet = this.streets
      .lanesToBegin(link, next)
      .filter(lane => !this.#limits.isClosed(lane) && this.lanes.filled(lane) < FULLEST_TO_START)
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
