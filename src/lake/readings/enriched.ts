import type { Frame } from '../../core/log.ts'
import { Columns, Dictionary } from './scan/index.ts'
import type { Scanner } from './scan/index.ts'
import type { Sighting } from './seen-place.ts'
import type { Register } from './sensor-register.ts'

/** District of a place that is in none. */
const UNASSIGNED = 'unassigned'
/** Bits that tell which parts of its place a reading named itself; the other parts come from the register, which may change. */
const SAID = { site: 1, district: 2, coordinates: 4 } as const
/** A sensor whose place moves less than this (about 10 m) has not moved. */
const SAME_PLACE_DEG = 1e-4

/**
 * Completes readings: a sensor often sends its id and its measures only, so its place and interval come from the register, its
 * arrival and source from the frame it came in. Readings are columns here (row `i` of each array is one reading), and the
 * arrays are used again for the next batch.
 *
 * It also remembers where each sensor was last seen by its own readings, so that only a new or moved sensor is written down
 * (`newSightings`).
 */
export class Enriched {
  columns = new Columns(0)
  arrivedAtMs = new Float64Array(0)
  source = new Int32Array(0)
  interval = new Uint32Array(0)
  localDate = new Uint16Array(0)
  localHour = new Uint8Array(0)
  localWeekday = new Uint8Array(0)
  #said = new Uint8Array(0)
  readonly sources = new Dictionary()

  readonly #scanner: Scanner
  readonly #register: Register
  /** Interval of a sensor that neither the register nor its feed gives one, s. */
  intervalS: number
  readonly #unassigned: number
  /** By sensor: where it was seen last. */
  readonly #seen: (Place | undefined)[] = []
  /** By sensor: the site it is when it stands at none. */
  readonly #ownSites: (number | undefined)[] = []
  #capacity = 0

  constructor(scanner: Scanner, register: Register, defaultIntervalS: number) {
    this.#scanner = scanner
    this.#register = register
    this.intervalS = defaultIntervalS
    this.#unassigned = scanner.places.internText(UNASSIGNED)
  }

  /** Begins a batch: no row yet, with room for so many. */
  reset(rows: number): this {
    if (rows > this.#capacity) {
      this.#capacity = Math.ceil(rows * 1.25)
      this.columns = new Columns(this.#capacity)
      this.arrivedAtMs = new Float64Array(this.#capacity)
      this.source = new Int32Array(this.#capacity)
      this.interval = new Uint32Array(this.#capacity)
      this.localDate = new Uint16Array(this.#capacity)
      this.localHour = new Uint8Array(this.#capacity)
      this.localWeekday = new Uint8Array(this.#capacity)
      this.#said = new Uint8Array(this.#capacity)
    }
    this.columns.reset(rows)
    return this
  }

  /** Where a sensor was seen before this program started, so that it is not written down as new. */
  known(sighting: Sighting): void {
    const { places } = this.#scanner
    this.#seen[this.#scanner.sensors.internText(sighting.sensorId)] = {
      site: places.internText(sighting.site),
      district: places.internText(sighting.district),
      latitude: sighting.latitude ?? NaN,
      longitude: sighting.longitude ?? NaN,
      intervalS: sighting.intervalS,
    }
  }

  /** Fills what the readings from row `from` on leave out: the register's place, else their own sensor as the site. */
  enrich(from: number, frame: Frame): void {
    const c = this.columns
    const source = this.sources.internText(frame.source)
    const feedInterval = frame.intervalS ?? this.intervalS
    this.arrivedAtMs.fill(frame.arrivedAtMs, from, c.rows)
    this.source.fill(source, from, c.rows)
    for (let row = from; row < c.rows; row++) {
      const sensor = c.sensor[row] ?? 0
      const entry = this.#register.get(sensor)
      this.interval[row] = entry !== undefined && entry.intervalS > 0 ? entry.intervalS : feedInterval
      let said: number = SAID.site | SAID.district | SAID.coordinates
      if ((c.site[row] ?? -1) < 0) {
        said &= ~SAID.site
        c.site[row] = entry !== undefined && entry.site >= 0 ? entry.site : this.#ownSite(sensor)
      }
      if ((c.district[row] ?? -1) < 0) {
        said &= ~SAID.district
        c.district[row] = entry !== undefined && entry.district >= 0 ? entry.district : this.#unassigned
      }
      const latitude = c.latitude[row] ?? NaN
      const longitude = c.longitude[row] ?? NaN
      if (Number.isNaN(latitude) || Number.isNaN(longitude)) {
        said &= ~SAID.coordinates
        c.latitude[row] = entry?.latitude ?? NaN
        c.longitude[row] = entry?.longitude ?? NaN
      }
      this.#said[row] = said
    }
  }

  /** The rows that show a sensor for the first time, and at most one more a sensor: where its place or interval changed last. */
  newSightings(selection: Uint32Array): Uint32Array {
    const c = this.columns
    const first: number[] = []
    const changed = new Map<number, number>()
    for (let i = 0; i < selection.length; i++) {
      const row = selection[i] ?? 0
      const sensor = c.sensor[row] ?? 0
      const seen = this.#seen[sensor]
      if (seen === undefined) {
        this.#seen[sensor] = this.saidPlace(row)
        first.push(row)
      } else if (!this.#same(seen, row)) {
        this.#overwrite(seen, row)
        changed.set(sensor, row)
      }
    }
    return Uint32Array.from([...first, ...changed.values()].sort((a, b) => a - b))
  }

  #ownSite(sensor: number): number {
    return (this.#ownSites[sensor] ??= this.#scanner.places.internBytes(this.#scanner.sensors.bytes(sensor)))
  }

  /** Where a reading itself says that its sensor is; the sensor itself, `unassigned` and NaN where it does not. */
  saidPlace(row: number): Place {
    const c = this.columns
    const said = this.#said[row] ?? 0
    const has = (part: number) => (said & part) !== 0
    return {
      site: (has(SAID.site) ? c.site[row] : undefined) ?? this.#ownSite(c.sensor[row] ?? 0),
      district: (has(SAID.district) ? c.district[row] : undefined) ?? this.#unassigned,
      latitude: (has(SAID.coordinates) ? c.latitude[row] : undefined) ?? NaN,
      longitude: (has(SAID.coordinates) ? c.longitude[row] : undefined) ?? NaN,
      intervalS: this.interval[row] ?? 0,
    }
  }

  #overwrite(seen: Place, row: number): void {
    const now = this.saidPlace(row)
    const place = Number.isNaN(now.latitude) ? { latitude: seen.latitude, longitude: seen.longitude } : {}
    Object.assign(seen, now, place)
  }

  #same(seen: Place, row: number): boolean {
    const c = this.columns
    const said = this.#said[row] ?? 0
    return (
      seen.site === ((said & SAID.site) !== 0 ? c.site[row] : this.#ownSite(c.sensor[row] ?? 0)) &&
      seen.district === ((said & SAID.district) !== 0 ? c.district[row] : this.#unassigned) &&
      seen.intervalS === this.interval[row] &&
      ((said & SAID.coordinates) === 0 ||
        (near(seen.latitude, c.latitude[row] ?? NaN) && near(seen.longitude, c.longitude[row] ?? NaN)))
    )
  }
}

/** Ids of the scanner's places, degrees, s. */
export interface Place {
  site: number
  district: number
  latitude: number
  longitude: number
  intervalS: number
}

/** A reading without coordinates says nothing of where its sensor is. */
function near(seen: number, now: number): boolean {
  return Number.isNaN(now) || Math.abs(seen - now) < SAME_PLACE_DEG
}
