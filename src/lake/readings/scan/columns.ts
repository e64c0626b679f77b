/** Marks a measure the reading does not carry; every measure is ≥ 0. */
export const ABSENT = -1

/**
 * Readings as columns, in silver's units scaled to whole numbers. Strings are ids of the scan's dictionaries; −1 means
 * absent everywhere but in latitude and longitude (NaN).
 */
export class Columns {
  /** Rows filled. The row at index `rows` is scratch of the line being read. */
  rows = 0
  /** Position in the log, as the offset from the scan's first record. */
  record: Uint32Array
  sensor: Int32Array
  site: Int32Array
  district: Int32Array
  /** measured_at, ms since 1970 UTC */
  timeMs: Float64Array
  vehicles: Int32Array
  /** m/h (thousandths of km/h) */
  speed: Int32Array
  /** millionths */
  occupancy: Int32Array
  car: Int32Array
  truck: Int32Array
  motorcycle: Int32Array
  bus: Int32Array
  /** ms */
  wait: Int32Array
  queue: Int32Array
  /** 0 absent, 1 red, 2 yellow, 3 green */
  signal: Uint8Array
  latitude: Float64Array
  longitude: Float64Array
  content: Uint32Array
  /** Whether the scratch row is as `reset` left it. */
  #isEmpty = true

  constructor(capacity: number) {
    const size = capacity + 1
    this.record = new Uint32Array(size)
    this.sensor = new Int32Array(size)
    this.site = new Int32Array(size)
    this.district = new Int32Array(size)
    this.timeMs = new Float64Array(size)
    this.vehicles = new Int32Array(size)
    this.speed = new Int32Array(size)
    this.occupancy = new Int32Array(size)
    this.car = new Int32Array(size)
    this.truck = new Int32Array(size)
    this.motorcycle = new Int32Array(size)
    this.bus = new Int32Array(size)
    this.wait = new Int32Array(size)
    this.queue = new Int32Array(size)
    this.signal = new Uint8Array(size)
    this.latitude = new Float64Array(size)
    this.longitude = new Float64Array(size)
    this.content = new Uint32Array(size)
    this.reset(capacity)
  }

  /** Takes away all rows and empties the first so many, with the scratch row after them. */
  reset(rows: number): void {
    this.rows = 0
    this.#isEmpty = true
    const end = rows + 1
    for (const column of this.#measures()) column.fill(ABSENT, 0, end)
    this.signal.fill(0, 0, end)
    this.latitude.fill(NaN, 0, end)
    this.longitude.fill(NaN, 0, end)
  }

  /** Empties the scratch row where a line that was not accepted has left something in it. */
  begin(): void {
    if (!this.#isEmpty) this.#clear()
    this.#isEmpty = false
  }

  /** The scratch row becomes a row. */
  commit(): void {
    this.rows++
    this.#isEmpty = true
  }

  #measures(): Int32Array[] {
    const { site, district, vehicles, speed, occupancy, car, truck, motorcycle, bus, wait, queue } = this
    return [site, district, vehicles, speed, occupancy, car, truck, motorcycle, bus, wait, queue]
  }

  #clear(): void {
    const n = this.rows
    this.site[n] = ABSENT
    this.district[n] = ABSENT
    this.vehicles[n] = ABSENT
    this.speed[n] = ABSENT
    this.occupancy[n] = ABSENT
    this.car[n] = ABSENT
    this.truck[n] = ABSENT
    this.motorcycle[n] = ABSENT
    this.bus[n] = ABSENT
    this.wait[n] = ABSENT
    this.queue[n] = ABSENT
    this.signal[n] = 0
    this.latitude[n] = NaN
    this.longitude[n] = NaN
  }

  /** Hash of what the reading says, without its key: two arrivals of one reading conflict when it differs. */
  hashContent(siteHash: number, districtHash: number): number {
    const n = this.rows
    let h = Math.imul(siteHash ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(districtHash, 0xc2b2ae35)
    h = mix(h, this.vehicles[n]!)
    h = mix(h, this.speed[n]!)
    h = mix(h, this.occupancy[n]!)
    h = mix(h, this.car[n]!)
    h = mix(h, this.truck[n]!)
    h = mix(h, this.motorcycle[n]!)
    h = mix(h, this.bus[n]!)
    h = mix(h, this.wait[n]!)
    h = mix(h, this.queue[n]!)
    h = mix(h, this.signal[n]!)
    h = mix(h, place(this.latitude[n]!))
    h = mix(h, place(this.longitude[n]!))
    return (h ^ (h >>> 16)) >>> 0
  }
}

function mix(hash: number, value: number): number {
  const h = Math.imul(hash ^ value, 0x5bd1e995)
  return h ^ (h >>> 13)
}

/** 1e-7 degrees, about a centimetre. */
function place(degrees: number): number {
  return degrees === degrees ? Math.round(degrees * 1e7) | 0 : 0x7fffffff
}
