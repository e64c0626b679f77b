import type { Driver } from './drivers.ts'

/** One vehicle from the moment it wants to start. */
export interface Vehicle extends Driver {
  /** Counted from 0 in the order in which they wanted to start. */
  readonly id: number
  readonly origin: number
  /** Which of the origin's it is, from 0. */
  readonly n: number
  readonly destination: number
  /** Which way it prefers where several are near alike. */
  readonly variant: number
  /** When it wanted to start, s. */
  readonly wantedS: number
  /** How it will leave the link it is on; −1: it ends there. */
  movement: number
}

/** The vehicles that want to start or are on their way, by a number that is used again when one has left. */
export class Vehicles {
  readonly #held: (Vehicle | null)[] = []
  readonly #free: number[] = []
  #started = 0
  #ended = 0

  /** How many were ever added; ids are below this. */
  get started(): number {
    return this.#started
  }

  get ended(): number {
    return this.#ended
  }

  add(vehicle: Omit<Vehicle, 'id'>): number {
    const number = this.#free.pop() ?? this.#held.length
    this.#held[number] = { ...vehicle, id: this.#started++ }
    return number
  }

  at(number: number): Vehicle {
    const vehicle = this.#held[number] ?? null
    if (vehicle === null) throw new RangeError(`no vehicle has the number ${number}`)
    return vehicle
  }

  remove(number: number): void {
    this.#held[number] = null
    this.#free.push(number)
    this.#ended++
  }

  *all(): Generator<Vehicle> {
    for (const vehicle of this.#held) if (vehicle !== null) yield vehicle
  }
}
