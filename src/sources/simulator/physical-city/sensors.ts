import type { City } from '../city.ts'
import { LineWriter } from '../line-writer.ts'
import type { TrafficState } from '../model.ts'
import { emptyState } from '../model.ts'
import type { PhysicalCity } from './physical-city.ts'
import type { SensorFault, SensorFaults } from './sensor-faults.ts'
import { distort, lateS } from './sensor-faults.ts'

interface Late {
  readonly atS: number
  readonly line: Buffer
}

/** Runs the city and reads each sensor when it sends, in the order and at the seconds of the city of profiles. */
export class Sensors {
  readonly #city: City
  readonly #physical: PhysicalCity
  readonly #faults: SensorFaults
  readonly #writer: LineWriter
  readonly #state = emptyState()
  /** By sensor: the fault that holds it, and what it said when that began. */
  readonly #stuck = new Map<number, { readonly fault: number; readonly state: TrafficState }>()
  /** On their way, in the order in which they arrive. */
  #late: Late[] = []

  constructor(city: City, physical: PhysicalCity, faults: SensorFaults) {
    if (city.sensors.length !== city.sites.length)
      throw new RangeError(
        `${city.sensors.length} sensors at ${city.sites.length} intersections: the physical city has one at each`,
      )
    this.#city = city
    this.#physical = physical
    this.#faults = faults
    this.#writer = new LineWriter(city)
  }

  /** Wire records that arrive with `fromMs <= time < toMs`, whole seconds; all before must have been read. */
  readingsTo(fromMs: number, toMs: number): { readonly lines: Buffer; readonly count: number } {
    const parts: Buffer[] = []
    for (const { sensor, second } of dueBetween(this.#city, fromMs / 1000, toMs / 1000)) {
      parts.push(...this.#arrived(second))
      this.#physical.runTo(second * 1000)
      this.#physical.readSite(sensor, this.#state)
      const fault = this.#faults.at(sensor, second)
      if (fault?.kind === 'dropout') continue
      const line = this.#line(sensor, second, fault)
      if (fault?.kind === 'late') this.#send({ atS: second + lateS(fault), line })
      else parts.push(line)
      if (fault?.kind === 'repeat') parts.push(line)
    }
    parts.push(...this.#arrived(toMs / 1000 - 1))
    return { lines: Buffer.concat(parts), count: parts.length }
  }

  /** What is still on its way; it arrives now. */
  rest(): { readonly lines: Buffer; readonly count: number } {
    const parts = this.#arrived(Infinity)
    return { lines: Buffer.concat(parts), count: parts.length }
  }

  #line(sensor: number, second: number, fault: SensorFault | null): Buffer {
    const state = fault?.kind === 'stuck' ? this.#held(sensor, fault) : this.#state
    if (fault !== null) distort(fault, second, state)
    const line = Buffer.allocUnsafe(this.#writer.maxLineBytes)
    return line.subarray(0, this.#writer.write(line, 0, sensor, second, state))
  }

  #held(sensor: number, { fromS }: SensorFault): TrafficState {
    const known = this.#stuck.get(sensor)
    if (known?.fault === fromS) return known.state
    const state = { ...this.#state }
    this.#stuck.set(sensor, { fault: fromS, state })
    return state
  }

  #send(late: Late): void {
    const at = this.#late.findIndex(({ atS }) => atS > late.atS)
    this.#late.splice(at < 0 ? this.#late.length : at, 0, late)
  }

  #arrived(second: number): Buffer[] {
    const next = this.#late.findIndex(({ atS }) => atS > second)
    const arrived = this.#late.splice(0, next < 0 ? this.#late.length : next)
    return arrived.map(({ line }) => line)
  }
}

function dueBetween({ config, order, offsetsS }: City, fromS: number, toS: number) {
  const due: { readonly sensor: number; readonly second: number }[] = []
  for (let round = Math.floor(fromS / config.intervalS); round * config.intervalS < toS; round++)
    order.forEach((sensor, i) => {
      const second = round * config.intervalS + (offsetsS[i] ?? 0)
      if (second >= fromS && second < toS) due.push({ sensor, second })
    })
  return due
}
