import type { TrafficState } from '../model.ts'
import { uniform } from '../random.ts'

/** How a sensor fails: says nothing, the same again and again, more and more wrong counts, what can't be; sends twice, or late. */
const KINDS = ['dropout', 'stuck', 'drift', 'impossible', 'repeat', 'late'] as const
export type FaultKind = (typeof KINDS)[number]

/** One sensor fails for a while. */
export interface SensorFault {
  /** Index into the city's sensors. */
  readonly sensor: number
  readonly kind: FaultKind
  /** Since 1970, s, whole; `toS` is the first second in which it is well again. */
  readonly fromS: number
  readonly toS: number
  /** How much, 0–1. */
  readonly size: number
}

const STREAM = 0xfa17
const DAY_S = 86_400
const SHORTEST_S = 600
const LONGEST_S = 4 * 3600
/** At its end a drift counts so much too many, or too few. */
const MOST_DRIFT = 0.6
const SHORTEST_LATE_S = 60
const LONGEST_LATE_S = 900

/** Faults of the sensors of a city, drawn by sensor and day. */
export class SensorFaults {
  readonly #seed: number
  readonly #sensors: number
  readonly #chance: number

  /** @param chance of a fault that begins, by sensor and day, 0–1 */
  constructor(seed: number, sensors: number, chance: number) {
    this.#seed = seed + STREAM
    this.#sensors = sensors
    this.#chance = chance
  }

  /** What is wrong with a sensor in a second; where two meet, the later one. */
  at(sensor: number, second: number): SensorFault | null {
    if (this.#chance === 0) return null
    const day = Math.floor(second / DAY_S)
    for (const begun of [day, day - 1]) {
      const fault = this.#of(sensor, begun)
      if (fault !== null && fault.fromS <= second && second < fault.toS) return fault
    }
    return null
  }

  /** Those that begin with `fromS <= begin < toS`, by sensor. */
  beginning(fromS: number, toS: number): SensorFault[] {
    const found: SensorFault[] = []
    if (this.#chance === 0) return found
    for (let sensor = 0; sensor < this.#sensors; sensor++)
      for (let day = Math.floor(fromS / DAY_S); day * DAY_S < toS; day++) {
        const fault = this.#of(sensor, day)
        if (fault !== null && fault.fromS >= fromS && fault.fromS < toS) found.push(fault)
      }
    return found
  }

  /** Those that began before a second and are not over. */
  goingOn(second: number): SensorFault[] {
    return Array.from({ length: this.#sensors }, (_, sensor) => this.at(sensor, second)).filter(
      fault => fault !== null && fault.fromS < second,
    ) as SensorFault[]
  }

  #of(sensor: number, day: number): SensorFault | null {
    const draw = (what: number) => uniform(this.#seed, sensor, day * 8 + what)
    if (draw(0) >= this.#chance) return null
    const fromS = day * DAY_S + Math.floor(draw(1) * DAY_S)
    const forS = SHORTEST_S + Math.floor(draw(2) * (LONGEST_S - SHORTEST_S))
    const kind = KINDS[Math.floor(draw(3) * KINDS.length)] ?? 'dropout'
    return { sensor, kind, fromS, toS: fromS + forS, size: draw(4) }
  }
}

/** Changes what was seen into what a sensor that drifts, or says what can't be, tells of it. */
export function distort({ kind, fromS, toS, size }: SensorFault, second: number, state: TrafficState): void {
  if (kind === 'impossible') {
    // Each breaks one of the rules of a reading.
    if (size < 1 / 3) state.vehicles = 999_999
    else if (size < 2 / 3) state.speedMph = 400
    else state.occupancy = 2.5
  }
  if (kind !== 'drift') return
  const share = MOST_DRIFT * (2 * size - 1) * ((second - fromS) / (toS - fromS))
  const scaled = (count: number) => Math.round(count * (1 + share))
  state.cars = scaled(state.cars)
  state.trucks = scaled(state.trucks)
  state.motorcycles = scaled(state.motorcycles)
  state.buses = scaled(state.buses)
  state.vehicles = state.cars + state.trucks + state.motorcycles + state.buses
  state.occupancy = Math.min(1, state.occupancy * (1 + share))
}

/** How long a late reading is on its way, s. */
export function lateS({ size }: SensorFault): number {
  return SHORTEST_LATE_S + Math.floor(size * (LONGEST_LATE_S - SHORTEST_LATE_S))
}
