import type { SensorChange } from '../../src/core/schema/sensor.ts'
import { pick, seededRandom } from '../random.ts'
import type { Random } from '../random.ts'
import { ZONE } from './lake.ts'

export const below = (random: Random, n: number): number => Math.floor(random() * n)

/** A reading as it was meant, in the wire's units. */
export interface Meant {
  readonly sensor: string
  readonly timeMs: number
  readonly site: string | null
  readonly district: string | null
  readonly vehicles: number | null
  readonly speedMph: number | null
  readonly occupancy: number | null
  readonly types: readonly (number | null)[]
  readonly waitS: number | null
  readonly queue: number | null
}

/** A line and what it means; null for garbage. */
export interface Line {
  readonly text: string | Buffer
  readonly meant: Meant | null
}

const SENSORS = Array.from({ length: 14 }, (_, i) => `S-${i}`)
const SITES = ['INT-1', 'INT-2', 'INT-3', 'Straße 4']
const DISTRICTS = ['north', 'south', 'ост']
const HOUR_MS = 3_600_000

/** Traffic of a few days with everything that goes wrong on the way: repeats, conflicts, lateness, garbage. */
export class Stream {
  readonly #random: Random
  readonly #sent: Meant[] = []
  nowMs: number

  constructor(seed: number, startMs: number) {
    this.#random = seededRandom(seed)
    this.nowMs = startMs
  }

  /** The next lines; the clock goes on by about `hours` meanwhile. */
  lines(count: number, hours: number): Line[] {
    return Array.from({ length: count }, () => {
      this.nowMs += Math.floor((this.#random() * 2 * hours * HOUR_MS) / count)
      return this.#line()
    })
  }

  changes(): SensorChange[] {
    const random = this.#random
    return Array.from({ length: 1 + below(random, 3) }, () => {
      const sensor_id = pick(random, SENSORS)
      if (random() < 0.25) return { op: 'remove' as const, sensor_id }
      const maybe = <T>(value: T): T | null => (random() < 0.7 ? value : null)
      return {
        op: 'put' as const,
        sensor: {
          sensor_id,
          intersection_id: maybe(pick(random, SITES)),
          name: null,
          latitude: maybe(40.7),
          longitude: maybe(-74),
          district: maybe(pick(random, DISTRICTS)),
          interval_s: maybe(pick(random, [20, 60, 300])),
          lanes: null,
          camera: null,
        },
      }
    })
  }

  #line(): Line {
    const random = this.#random
    const luck = random()
    const earlier = this.#sent.length > 0 ? pick(random, this.#sent) : null
    if (luck < 0.05) return { text: pick(random, GARBAGE), meant: null }
    if (luck < 0.15 && earlier !== null) return written(earlier, random)
    const made = this.#reading()
    const meant =
      luck < 0.2 && earlier !== null ? { ...made, sensor: earlier.sensor, timeMs: earlier.timeMs } : made
    this.#sent.push(meant)
    return written(meant, random)
  }

  #reading(): Meant {
    const random = this.#random
    const maybe = (value: number): number | null => (random() < 0.8 ? value : null)
    const late = random() < 0.15 ? random() ** 3 * 60 * HOUR_MS : 0
    const vehicles = maybe(below(random, 40))
    return {
      sensor: pick(random, SENSORS),
      timeMs: Math.floor((this.nowMs - late) / 250) * 250,
      site: random() < 0.5 ? pick(random, SITES) : null,
      district: random() < 0.5 ? pick(random, DISTRICTS) : null,
      vehicles,
      speedMph: maybe(below(random, 800) / 10),
      occupancy: maybe(below(random, 1001) / 1000),
      types: [0, 1, 2, 3].map(() => (random() < 0.5 ? below(random, 20) : null)),
      waitS: maybe(below(random, 1200) / 10),
      queue: vehicles === null ? below(random, 30) : maybe(below(random, 30)),
    }
  }
}

const GARBAGE = [
  '{"sensor_id":"S-1","timestamp":"2026-03-01T00:00:00Z","average_speed":"fast"}',
  '{"sensor_id":"S-1","timestamp":"2026-03-01T00:00:00Z","average_speed":NaN}',
  '{"sensor_id":"S-1","timestamp":"yesterday","average_speed":3}',
  '{"sensor_id":"S-1","timestamp":"2026-03-01T00:00:00Z","vehicle_count":1e300}',
  '{"sensor_id":"S-1","timestamp":"2026-03-01T00:00:00Z"}',
  '{"sensor_id":"S-1","timestamp":"2026-03-0',
  Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]),
  '[]',
]

const localText = new Intl.DateTimeFormat('sv-SE', {
  timeZone: ZONE,
  dateStyle: 'short',
  timeStyle: 'medium',
})

/** The reading as JSON: key order, spaces, time format and what is missing differ from line to line. */
function written(meant: Meant, random: Random): Line {
  const fields: [string, unknown][] = [
    ['sensor_id', meant.sensor],
    ['timestamp', timeText(meant.timeMs, random)],
  ]
  const add = (name: string, value: unknown) => {
    if (value !== null || random() < 0.3) fields.push([name, value])
  }
  add('intersection_id', meant.site)
  add('vehicle_count', meant.vehicles)
  add('average_speed', meant.speedMph)
  add('occupancy_rate', meant.occupancy)
  const types = Object.fromEntries(
    ['car', 'truck', 'motorcycle', 'bus'].flatMap((name, i) =>
      meant.types[i] === null ? [] : [[name, meant.types[i]]],
    ),
  )
  if (Object.keys(types).length > 0) fields.push(['vehicle_types', types])
  add('wait_time_seconds', meant.waitS)
  add('queue_length', meant.queue)
  add('district', meant.district)
  if (random() < 0.1) fields.push(['firmware', pick(random, ['1.2', 7, null, { a: [1] }])])
  if (random() < 0.3) fields.reverse()
  const text = JSON.stringify(Object.fromEntries(fields), null, random() < 0.1 ? 1 : 0)
  return { text: text.replaceAll('\n', ''), meant }
}

function timeText(ms: number, random: Random): string {
  const iso = new Date(ms).toISOString()
  const form = below(random, 4)
  if (form === 0) return `${iso.slice(0, 23)}+00:00`
  if (form === 1) return new Date(ms - 5 * HOUR_MS).toISOString().replace('Z', '-05:00')
  if (form === 2) return `${localText.format(ms).replace(' ', 'T')}.${iso.slice(20, 23)}`
  return iso
}
