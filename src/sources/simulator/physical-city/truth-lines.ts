import type { Network } from '../../../core/traffic/network.ts'
import { CLASSES } from '../physical/vehicles/drivers.ts'
import type { City } from '../city.ts'
import type { PhysicalCity } from './physical-city.ts'
import type { SensorFault } from './sensor-faults.ts'

/**
 * The truth of an interval that ends now, as lines of JSON: one of the whole city, one of every link. Times are UTC, speeds km/h, delays s
 * and means of those who passed the link's end; what nobody did is null.
 */
export function truthLines(
  physical: PhysicalCity,
  network: Network,
  endMs: number,
  intervalS: number,
): string {
  const interval = { interval_end: instant(endMs / 1000), interval_s: intervalS }
  const { started, arrived, onTheWay, waitingToStart, tripS } = physical.readCity()
  const city = {
    kind: 'city',
    ...interval,
    started,
    arrived,
    on_the_way: onTheWay,
    waiting_to_start: waitingToStart,
    trip_s: rounded(tripS),
  }
  let lines = `${JSON.stringify(city)}\n`
  network.links.forEach(({ id }, link) => {
    const { entered, left, delayS, speedKmh, held } = physical.readLink(link)
    const truth = {
      kind: 'link',
      ...interval,
      link_id: id,
      entered,
      left: byClass(left),
      speed_kmh: rounded(speedKmh),
      delay_s: byClass(delayS.map(rounded)),
      vehicles: held,
    }
    lines += `${JSON.stringify(truth)}\n`
  })
  return lines
}

/** The truth of sensors that fail, a line each. */
export function faultLines({ sensors }: City, faults: readonly SensorFault[]): string {
  return faults
    .map(({ sensor, kind, fromS, toS }) => {
      const sensor_id = sensors[sensor]?.sensor_id
      const line = { kind: 'sensor_fault', sensor_id, fault: kind, from: instant(fromS), to: instant(toS) }
      return `${JSON.stringify(line)}\n`
    })
    .join('')
}

function instant(second: number): string {
  return new Date(second * 1000).toISOString().replace('.000', '')
}

function byClass<Value>(values: readonly Value[]): Record<string, Value | undefined> {
  return Object.fromEntries(CLASSES.map((name, i) => [name, values[i]]))
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100
}
