import type { Turn } from '../../../../core/traffic/network.ts'
import type { LaneLimits } from '../lane-limits.ts'
import type { Lanes } from '../lanes.ts'
import type { Streets } from '../network/streets.ts'
import type { Pace } from '../vehicles/pace.ts'
import type { Vehicle } from '../vehicles/vehicle.ts'
import { AllWayStops } from './all-way-stop.ts'
import type { Signals } from './signals.ts'

/** Discharge of a turning lane against one that goes through (HCM 2000, exhibit 16-7: f_RT, f_LT of lanes of their own; 0.8 back is ours). */
const TURN_FACTOR: Readonly<Record<Turn, number>> = { through: 1, left: 0.95, right: 0.85, uturn: 0.8 }

/**
 * What the first of a queue take longer than the ones after them when it turns green, s: 2.0 together, the start-up lost time of HCM 2000, ch. 16,
 * in the proportions of B. D. Greenshields et al., Traffic performance at urban street intersections (1947).
 */
const START_UP_S = [0.92, 0.54, 0.32, 0.16, 0.06] as const

interface Parts {
  readonly streets: Streets
  readonly lanes: Lanes
  readonly signals: Signals
  readonly limits: LaneLimits
  readonly pace: Pace
}

/** When the first of a lane may cross its stop line, whatever is beyond. */
export class StopLines {
  readonly #streets: Streets
  readonly #lanes: Lanes
  readonly #signals: Signals
  readonly #limits: LaneLimits
  readonly #pace: Pace
  /** By movement. */
  readonly #turns: readonly Turn[]
  readonly #stops: AllWayStops
  readonly #lastOutS: Float64Array
  /** By lane: begin of the green in which one crossed last, and how many did in it. */
  readonly #greenS: Float64Array
  readonly #inGreen: Int32Array
  /** Begin of the green that was found last, and for which lane, movement and time: whoever goes then need not ask again. */
  #foundS = NaN
  #foundLane = -1
  #foundMovement = -1
  #foundAtS = NaN

  constructor({ streets, lanes, signals, limits, pace }: Parts) {
    this.#streets = streets
    this.#lanes = lanes
    this.#signals = signals
    this.#limits = limits
    this.#pace = pace
    this.#turns = streets.network.movements.map(({ turn }) => turn)
    this.#stops = new AllWayStops(streets, lanes)
    const { count } = lanes
    this.#lastOutS = new Float64Array(count).fill(-Infinity)
    this.#greenS = new Float64Array(count).fill(NaN)
    this.#inGreen = new Int32Array(count)
  }

  /** Earliest time from `atS` on, as things stand then; infinite where the signal never lets it go. */
  readyS(lane: number, vehicle: Vehicle, atS: number): number {
    const streets = this.#streets
    const lanes = this.#lanes
    this.#foundAtS = NaN
    const lastS = this.#lastOutS[lane] ?? -Infinity
    const n = lanes.first(lane)
    const { movement } = vehicle
    const { spacingM, reactionS } = this.#pace.mover(streets.linkOfLane[lane] ?? -1, vehicle)
    const turn = this.#turns[movement] ?? 'through'
    const headwayS = (reactionS + spacingM / lanes.speedMs(lane, n)) / TURN_FACTOR[turn]
    let readyS = Math.max(atS, lanes.earliestExitS(lane))
    if (turn !== 'through') readyS = Math.max(readyS, lastS + headwayS)
    const bottleneck = this.#limits.bottleneckOf(lane)
    if (bottleneck !== null) {
      const { drop, capacityFactor } = bottleneck
      const leastS = Math.max(bottleneck.headwayS, capacityFactor < 1 ? headwayS / capacityFactor : 0)
      const isQueued = lastS + leastS > lanes.freeExitS(lane, n)
      readyS = Math.max(readyS, lastS + (isQueued ? leastS / (1 - drop) : leastS))
    }
    if (movement < 0) return readyS
    if (this.#signals.anyAllWayStop && this.#signals.isAllWayStop(streets.nodeOfMovement[movement] ?? -1))
      return Math.max(readyS, this.#stops.readyS(lane, turn, lastS, lanes.freeExitS(lane, n), atS))
    return this.#inGreenS(lane, movement, readyS, headwayS)
  }

  /** The first of the lane has crossed. */
  left(lane: number, movement: number, atS: number): void {
    this.#lastOutS[lane] = atS
    if (movement < 0) return
    const isFound = this.#foundAtS === atS && this.#foundLane === lane && this.#foundMovement === movement
    const greenS = isFound ? this.#foundS : this.#signals.greenFromS(movement, atS)
    if (this.#greenS[lane] === greenS) this.#inGreen[lane] = (this.#inGreen[lane] ?? 0) + 1
    else {
      this.#greenS[lane] = greenS
      this.#inGreen[lane] = 1
    }
  }

  /** Earliest time from `readyS` on at which a signal lets the first of the lane go, with what a queue takes longer at its start. */
  #inGreenS(lane: number, movement: number, readyS: number, headwayS: number): number {
    const signals = this.#signals
    let atS = readyS
    for (;;) {
      const greenS = signals.greenFromS(movement, atS)
      if (greenS === -Infinity || greenS === Infinity) return greenS === Infinity ? Infinity : atS
      const passed = this.#greenS[lane] === greenS ? (this.#inGreen[lane] ?? 0) : 0
      const afterS = passed === 0 ? greenS : (this.#lastOutS[lane] ?? greenS)
      const startS = afterS + headwayS + (START_UP_S[passed] ?? 0)
      const goS = passed < START_UP_S.length ? Math.max(atS, startS) : Math.max(atS, greenS)
      if (goS === atS || signals.greenFromS(movement, goS) === greenS) {
        this.#foundS = greenS
        this.#foundLane = lane
        this.#foundMovement = movement
        this.#foundAtS = goS
        return goS
      }
      atS = goS
    }
  }
}
