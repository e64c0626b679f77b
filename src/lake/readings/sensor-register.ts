import { SensorChange } from '../../core/schema/sensor.ts'
import type { Sensor } from '../../core/schema/sensor.ts'
import type { Dictionary } from './scan/index.ts'

/** A change of the register with its place in the log. */
export interface SensorVersion {
  readonly position: number
  readonly change: SensorChange
}

/** The register's entries that enrichment needs, by id of the scan's sensor dictionary. */
interface Entry {
  readonly site: number
  readonly district: number
  readonly latitude: number
  readonly longitude: number
  readonly intervalS: number
}

/** The sensor register as of the position read last, looked up by the ids of the scan. */
export class Register {
  readonly #sensors: Dictionary
  readonly #places: Dictionary
  readonly #entries: (Entry | undefined)[] = []

  constructor(sensors: Dictionary, places: Dictionary) {
    this.#sensors = sensors
    this.#places = places
  }

  get(sensor: number): Entry | undefined {
    return this.#entries[sensor]
  }

  apply(change: SensorChange): void {
    if (change.op === 'remove') this.#entries[this.#sensors.internText(change.sensor_id)] = undefined
    else this.#entries[this.#sensors.internText(change.sensor.sensor_id)] = this.#entry(change.sensor)
  }

  #entry(sensor: Sensor): Entry {
    const place = (text: string | null) => (text === null ? -1 : this.#places.internText(text))
    return {
      site: place(sensor.intersection_id),
      district: place(sensor.district),
      latitude: sensor.latitude ?? NaN,
      longitude: sensor.longitude ?? NaN,
      intervalS: sensor.interval_s ?? 0,
    }
  }
}

/** The changes a `sensor` frame holds. The program wrote them itself: a line that does not parse is a bug, and throws. */
export function parseChanges(lines: Buffer, position: number): SensorVersion[] {
  return lines
    .toString('utf8')
    .split('\n')
    .filter(line => line !== '')
    .map((line, i) => ({ position: position + i, change: SensorChange.parse(JSON.parse(line)) }))
}
