import { Sensor } from '../../../core/schema/sensor.ts'

/** One entry that can't be taken, and why. */
export interface ImportError {
  /** CSV: number of the record, the header being 1 and empty lines not counted. GeoJSON: number of the feature from 1. */
  readonly row: number
  readonly message: string
}

export interface SensorImport {
  readonly sensors: readonly Sensor[]
  readonly errors: readonly ImportError[]
  /** What was left out on purpose, in words. */
  readonly notes: readonly string[]
}

/** Names under which a field of the register may come, in any letter case. */
const NAMES: Readonly<Record<keyof Sensor, readonly string[]>> = {
  sensor_id: ['sensor_id', 'station_id', 'id'],
  intersection_id: ['intersection_id'],
  name: ['name'],
  latitude: ['latitude', 'lat'],
  longitude: ['longitude', 'lon', 'lng'],
  district: ['district'],
  interval_s: ['interval_s'],
  lanes: ['lanes'],
  camera: ['camera'],
}
const NUMBERS: ReadonlySet<string> = new Set(['latitude', 'longitude', 'interval_s', 'lanes'])
const ALLOWED: Readonly<Record<keyof Sensor, string>> = {
  sensor_id: 'text of 1 to 128 characters',
  intersection_id: 'text of 1 to 128 characters, or empty',
  name: 'text of at most 256 characters, or empty',
  latitude: 'a number from -90 to 90, or empty',
  longitude: 'a number from -180 to 180, or empty',
  district: 'text of 1 to 128 characters, or empty',
  interval_s: 'a whole number of seconds from 1 to 86400, or empty',
  lanes: 'a whole number from 1 to 64, or empty',
  camera: 'true or false (1 or 0, yes or no), or empty',
}
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  yes: true,
  no: false,
  1: true,
  0: false,
}

/** Field of the register → name in the file; the first name in the list above that is there wins. */
export function registerColumns(names: readonly string[]): Map<keyof Sensor, string> {
  const columns = new Map<keyof Sensor, string>()
  for (const field of fieldsOfRegister()) {
    for (const known of NAMES[field]) {
      const name = names.find(one => one.trim().toLowerCase() === known)
      if (name !== undefined && !columns.has(field)) columns.set(field, name)
    }
  }
  return columns
}

/** Names of the file that no field takes, as a note. */
export function ignoredNote(names: readonly string[], columns: ReadonlyMap<keyof Sensor, string>): string[] {
  const used = new Set(columns.values())
  const ignored = names.filter(name => name.trim() !== '' && !used.has(name))
  return ignored.length === 0 ? [] : [`ignored: ${ignored.join(', ')}`]
}

/** Collects entries; an id that comes again is an error, the first one stays. */
export class SensorCollector {
  readonly sensors: Sensor[] = []
  readonly errors: ImportError[] = []
  readonly #rows = new Map<string, number>()

  /** @param valueOf the raw value of a field: text, number, boolean, null or undefined */
  add(row: number, valueOf: (field: keyof Sensor) => unknown): void {
    const entry = Object.fromEntries(fieldsOfRegister().map(field => [field, typed(field, valueOf(field))]))
    const parsed = Sensor.safeParse(entry)
    if (!parsed.success) {
      const fields = [...new Set(parsed.error.issues.map(issue => issue.path[0] as keyof Sensor))]
      this.error(row, fields.map(field => problemOf(field, valueOf(field))).join('; '))
      return
    }
    const sensor = parsed.data
    const first = this.#rows.get(sensor.sensor_id)
    if (first !== undefined) {
      this.error(
        row,
        `sensor_id "${sensor.sensor_id}" came in row ${first} already; each sensor may come once`,
      )
      return
    }
    if ((sensor.latitude === null) !== (sensor.longitude === null)) {
      this.error(row, 'latitude and longitude must come together, or both be empty')
      return
    }
    this.#rows.set(sensor.sensor_id, row)
    this.sensors.push(sensor)
  }

  error(row: number, message: string): void {
    this.errors.push({ row, message })
  }
}

function fieldsOfRegister(): (keyof Sensor)[] {
  return Object.keys(NAMES) as (keyof Sensor)[]
}

/** Empty means not known. Numbers that serve as ids are kept as text. */
function typed(field: keyof Sensor, value: unknown): unknown {
  const trimmed = typeof value === 'string' ? value.trim() : value
  if (trimmed === undefined || trimmed === null || trimmed === '') return null
  if (field === 'camera')
    return typeof trimmed === 'boolean' ? trimmed : (BOOLEANS[plain(trimmed).toLowerCase()] ?? trimmed)
  if (NUMBERS.has(field))
    return typeof trimmed === 'string' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed
  return typeof trimmed === 'number' || typeof trimmed === 'boolean' ? String(trimmed) : trimmed
}

function problemOf(field: keyof Sensor, value: unknown): string {
  const shown =
    value === undefined || value === null || value === ''
      ? 'is missing'
      : `${JSON.stringify(value)} is not allowed`
  return `${field}: ${shown}; allowed: ${ALLOWED[field]}`
}

function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
