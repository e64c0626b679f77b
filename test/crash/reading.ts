const SENSORS = 240
const DAYS = 5
const DAY_MS = 86_400_000
/** The first of a day: some of the readings are at night in New York, where free-flow speeds come from. */
const BEGIN_MS = 9 * 3_600_000
const DISTRICTS = ['north', 'east', 'south', 'west'] as const
/** Every seventh sensor sends no place of its own: the register has it. */
const REGISTERED_EVERY = 7

/** What silver must hold of a reading: m/h, millionths and ms as whole numbers. */
export interface Expected {
  readonly key: string
  readonly site: string
  readonly district: string
  readonly vehicles: number | null
  readonly speedMh: number | null
  readonly occupancyMillionths: number | null
  readonly waitMs: number | null
  readonly queue: number | null
}

/** Readings with known content, each a function of its number: the same number gives the same reading. */
export class Readings {
  readonly #lastDay: number
  /** Of every reading that a line was made of. */
  readonly #numbers = new Map<string, number>()

  /** @param nowMs readings end a day before it, so that none is ahead of its arrival */
  constructor(nowMs: number) {
    this.#lastDay = Math.floor(nowMs / DAY_MS) - 1
  }

  /** The line as a sensor sends it. @param altered another content under the same key */
  line(n: number, altered = false): string {
    const { sensor, atMs } = place(n, this.#lastDay)
    this.#numbers.set(`${sensorId(sensor)} ${atMs}`, n)
    const m = measures(n)
    const record: Record<string, unknown> = {
      sensor_id: sensorId(sensor),
      timestamp: new Date(atMs).toISOString(),
      vehicle_count: altered ? (m.vehicles ?? 0) + 1 : m.vehicles,
      average_speed: m.mph,
      occupancy_rate: m.occupancy,
      wait_time_seconds: m.wait,
      queue_length: m.queue,
      signal_state: ['red', 'green', 'yellow'][n % 3],
    }
    if (!isRegistered(sensor)) {
      record['intersection_id'] = siteOf(sensor)
      record['district'] = districtOf(sensor)
      record['latitude'] = 40.7 + sensor / 10_000
      record['longitude'] = -74 + sensor / 10_000
    }
    // Now and then a field nobody knows, and a key order that takes the slow path.
    if (n % 97 === 0) record['firmware'] = `v${n % 5}`
    if (n % 31 === 0) return JSON.stringify(Object.fromEntries(Object.entries(record).reverse()))
    return JSON.stringify(record)
  }

  /** Which reading a line is of; null where it is of none. */
  numberOf(line: string): number | null {
    try {
      const { sensor_id: sensor, timestamp } = JSON.parse(line) as Record<string, unknown>
      return this.#numbers.get(`${String(sensor)} ${Date.parse(String(timestamp))}`) ?? null
    } catch {
      return null
    }
  }

  expected(n: number): Expected {
    const { sensor, atMs } = place(n, this.#lastDay)
    const m = measures(n)
    return {
      key: `${sensorId(sensor)} ${atMs}`,
      site: siteOf(sensor),
      district: districtOf(sensor),
      vehicles: m.vehicles,
      speedMh: m.mph === null ? null : Math.floor(m.mph * 1609.344 + 0.5),
      occupancyMillionths: Math.floor(m.occupancy * 1e6 + 0.5),
      waitMs: m.wait === null ? null : Math.floor(m.wait * 1e3 + 0.5),
      queue: m.queue,
    }
  }

  /** The register's entries for the sensors that send no place. */
  register(): object[] {
    return Array.from({ length: SENSORS }, (_, sensor) => sensor)
      .filter(isRegistered)
      .map(sensor => ({
        sensor_id: sensorId(sensor),
        intersection_id: siteOf(sensor),
        name: `Detector ${sensor}`,
        latitude: 40.7,
        longitude: -74,
        district: districtOf(sensor),
        interval_s: 60,
        lanes: 2,
        camera: false,
      }))
  }
}

/** Days come in no order, so that most readings are late; no two numbers share sensor and time. */
function place(n: number, lastDay: number): { sensor: number; atMs: number } {
  const slot = Math.floor(n / SENSORS)
  const day = lastDay - (hash(slot) % DAYS)
  return { sensor: n % SENSORS, atMs: day * DAY_MS + ((BEGIN_MS + slot * 1777 + (hash(n) % 1000)) % DAY_MS) }
}

function measures(n: number) {
  const h = hash(n ^ 0x5bd1)
  return {
    vehicles: h % 11 === 0 ? null : h % 60,
    mph: h % 13 === 0 ? null : (h % 900) / 10,
    occupancy: (h % 1000) / 1000,
    wait: h % 17 === 0 ? null : (h % 1200) / 10,
    queue: h % 19 === 0 ? null : h % 25,
  }
}

function hash(n: number): number {
  let h = Math.imul(n ^ 0x9e3779b9, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

const sensorId = (sensor: number) => `INT-${String(sensor).padStart(4, '0')}-SENSOR-01`
const siteOf = (sensor: number) => `INT-${String(sensor >> 1).padStart(4, '0')}`
const districtOf = (sensor: number) => DISTRICTS[(sensor >> 1) % DISTRICTS.length] ?? 'north'
const isRegistered = (sensor: number) => sensor % REGISTERED_EVERY === 0
