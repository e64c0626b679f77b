import { pick, seededRandom } from '../random.ts'
import type { Random } from '../random.ts'
import { below, Stream } from '../integration/stream.ts'

/** A message on its way to a partition. */
export interface Sent {
  readonly partition: number
  readonly value: Buffer
}

const DAY_MS = 86_400_000
const FROM_MS = Date.parse('2026-03-01T00:00:00Z')
const DAYS = 4
/** Records of one message at most. */
const TOGETHER = 3
/** Readings that are made at once. */
const AT_ONCE = 20_000
export const READINGS_PARTITIONS = 4
export const WEATHER_PARTITIONS = 2

/** Readings with repeats, conflicts, lateness and garbage, all of a sensor in one partition, some of them several to a message. */
export class Readings {
  readonly #random: Random
  readonly #stream: Stream
  readonly #total: number
  #made = 0

  /** @param total how many there will be, over some days */
  constructor(seed: number, total: number) {
    this.#random = seededRandom(seed)
    this.#stream = new Stream(seed, FROM_MS)
    this.#total = total
  }

  /** The next ones, in parts. */
  *messages(count: number): Generator<Sent[]> {
    for (let left = count; left > 0; left -= AT_ONCE) yield this.#part(Math.min(left, AT_ONCE))
  }

  #part(count: number): Sent[] {
    const lines = this.#stream.lines(count, (DAYS * 24 * count) / this.#total)
    const sent = lines.map(({ text, meant }, i) => ({
      partition: (meant === null ? i : Number(meant.sensor.slice(2))) % READINGS_PARTITIONS,
      value: Buffer.from(text as string),
      isRecord: meant !== null,
    }))
    if (this.#made === 0) sent.push(ofTheFuture())
    this.#made += count
    return together(sent, READINGS_PARTITIONS, this.#random)
  }
}

function ofTheFuture() {
  const timestamp = new Date(Date.now() + 2 * DAY_MS).toISOString()
  const value = Buffer.from(JSON.stringify({ sensor_id: 'S-1', timestamp, vehicle_count: 1 }))
  return { partition: 0, value, isRecord: true }
}

/** Some neighbours of a partition as one array. */
function together(
  sent: readonly (Sent & { readonly isRecord: boolean })[],
  partitions: number,
  random: Random,
): Sent[] {
  const out: Sent[] = []
  const held = Array.from({ length: partitions }, (): Buffer[] => [])
  const flush = (partition: number) => {
    const values = held[partition] ?? []
    if (values.length > 0)
      out.push({
        partition,
        value: Buffer.from(`[${values.map(String).join(random() < 0.5 ? ',' : ' ,\n')}]`),
      })
    held[partition] = []
  }
  for (const { partition, value, isRecord } of sent) {
    const waits = held[partition] ?? []
    if (isRecord && (waits.length > 0 ? waits.length < TOGETHER : random() < 0.05)) waits.push(value)
    else {
      flush(partition)
      out.push({ partition, value })
    }
  }
  for (let partition = 0; partition < partitions; partition++) flush(partition)
  return out
}

const WEATHER_GARBAGE = [
  '{"station_id":"w1"}',
  '{"station_id":"w1","timestamp":"2026-03-01T00:00:00Z","humidity":7}',
  '{"station_id":"w1","timestamp":"2026-03-01T00:00:00Z","condition":"hail"}',
  '{"station_id":"","timestamp":"yesterday","temperature_f":"warm"}',
  'not JSON',
  '',
]

/** Weather of some stations, with the same faults. */
export function weatherMessages(seed: number, count: number): Sent[] {
  const partitions = WEATHER_PARTITIONS
  const random = seededRandom(seed)
  const said: { readonly station: number; readonly text: string }[] = []
  return Array.from({ length: count }, (_, i): Sent => {
    const luck = random()
    if (luck < 0.05) return { partition: i % partitions, value: Buffer.from(pick(random, WEATHER_GARBAGE)) }
    const earlier = said.length > 0 ? pick(random, said) : null
    if (luck < 0.15 && earlier !== null)
      return { partition: earlier.station % partitions, value: Buffer.from(earlier.text) }
    const station = below(random, 12)
    const late = random() < 0.2 ? random() * 2 * DAY_MS : 0
    const atMs = Math.floor((FROM_MS + DAY_MS + (i / count) * DAYS * DAY_MS - late) / 60_000) * 60_000
    const text = JSON.stringify(observation(random, station, atMs))
    said.push({ station, text })
    return { partition: station % partitions, value: Buffer.from(text) }
  })
}

function observation(random: Random, station: number, atMs: number): object {
  const maybe = (name: string, value: unknown) => (random() < 0.7 ? { [name]: value } : {})
  return {
    station_id: `w${station}`,
    timestamp: new Date(atMs).toISOString(),
    ...maybe('temperature_f', below(random, 1200) / 10 - 20),
    ...maybe('dew_point_f', below(random, 800) / 10 - 20),
    ...maybe('humidity', below(random, 1001) / 1000),
    ...maybe('pressure_hpa', 950 + below(random, 1000) / 10),
    ...maybe('precipitation_rate', below(random, 100) / 97),
    ...maybe('visibility_miles', below(random, 1000) / 90),
    ...maybe('wind_speed_mph', below(random, 600) / 7),
    ...maybe('condition', pick(random, ['clear', 'cloudy', 'rain', 'heavy_rain', 'snow', 'fog'])),
    ...maybe('road_state', pick(random, ['dry', 'moist', 'wet', 'ice', 'snow', 'slush'])),
    ...maybe('road_temperature_f', below(random, 1000) / 9),
    ...maybe('snow_depth_in', below(random, 100) / 3),
    ...(random() < 0.5
      ? { latitude: 40 + below(random, 10_000_000) / 1e7, longitude: -74 + below(random, 10_000_000) / 1e7 }
      : {}),
    ...(random() < 0.05 ? { firmware: '1.2' } : {}),
  }
}

/** The register, as a file that both are given: some sensors know all, some a part, some nothing; and another one later. */
export function registerCsv(phase: number): string {
  const first = [
    'S-0,INT-1,Main and First,40.7,-74,north,20',
    'S-1,INT-2,,40.71,-74.01,,60',
    'S-2,,,,,south,',
    'S-3,Straße 4,,40.72,-74.02,ост,300',
  ]
  const later = [
    'S-0,INT-2,Main and Second,40.73,-74.03,south,60',
    'S-1,INT-2,,,,ост,60',
    'S-2,INT-1,,40.74,-74.04,,20',
    'S-3,Straße 4,,40.72,-74.02,ост,300',
    'S-5,,,40.75,-74.05,north,300',
  ]
  const rows = phase === 0 ? first : later
  return `sensor_id,intersection_id,name,latitude,longitude,district,interval_s\n${rows.join('\n')}\n`
}
