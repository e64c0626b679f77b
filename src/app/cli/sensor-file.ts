import { Sensor } from '../../core/schema/sensor.ts'
import { UsageError } from '../../core/errors.ts'

/** What the user says of every sensor of the file that does not say it itself. */
export interface SensorDefaults {
  readonly intervalS?: number
  readonly district?: string
}

export interface SensorFile {
  readonly sensors: readonly Sensor[]
  /** Columns or properties nobody asked for. */
  readonly ignored: readonly string[]
}

type Row = Readonly<Record<string, unknown>>

/** Names that publishers give the fields of the register, in lower case. */
const NAMES: Readonly<Record<keyof Sensor, readonly string[]>> = {
  sensor_id: ['sensor_id', 'sensorid', 'sensor', 'station_id', 'station', 'detector_id', 'id'],
  intersection_id: ['intersection_id', 'intersectionid', 'intersection', 'site_id'],
  name: ['name', 'title', 'description'],
  latitude: ['latitude', 'lat', 'y'],
  longitude: ['longitude', 'lon', 'lng', 'long', 'x'],
  district: ['district', 'area', 'community'],
  interval_s: ['interval_s', 'interval'],
  lanes: ['lanes'],
  camera: ['camera', 'has_camera'],
}
const MAX_MISTAKES = 20

/**
 * Sensors of a CSV file with a header or of a GeoJSON FeatureCollection of points.
 * @throws {UsageError} naming every mistake with its line (at most 20)
 */
export function parseSensorFile(name: string, text: string, defaults: SensorDefaults = {}): SensorFile {
  const isGeoJson = /\.(geo)?json$/i.test(name) || text.trimStart().startsWith('{')
  const rows = isGeoJson ? geoJsonRows(name, text) : csvRows(name, text)
  const mistakes: string[] = []
  const places = new Map<string, string>()
  const sensors: Sensor[] = []
  const columns = columnsOf(
    name,
    rows.map(({ row }) => row),
  )
  for (const { row, where } of rows) {
    const parsed = Sensor.safeParse(sensorOf(row, columns, defaults))
    if (!parsed.success) {
      mistakes.push(
        ...parsed.error.issues.map(issue => `${where}: ${issue.path.join('.')}: ${issue.message}`),
      )
      continue
    }
    const before = places.get(parsed.data.sensor_id)
    if (before) mistakes.push(`${where}: sensor ${parsed.data.sensor_id} is in ${before} already`)
    places.set(parsed.data.sensor_id, where)
    sensors.push(parsed.data)
  }
  if (mistakes.length > 0)
    throw new UsageError(`${name} has mistakes; nothing was imported.\n${listed(mistakes)}`)
  if (sensors.length === 0) throw new UsageError(`${name} holds no sensor.`)
  const used = new Set(columns.values())
  const all = new Set(rows.flatMap(({ row }) => Object.keys(row)))
  return { sensors, ignored: [...all].filter(column => !used.has(column)) }
}

/** For each field of the register the column that holds it. */
function columnsOf(file: string, rows: readonly Row[]): Map<keyof Sensor, string> {
  const present = [...new Set(rows.flatMap(row => Object.keys(row)))]
  const columns = new Map<keyof Sensor, string>()
  for (const [field, names] of Object.entries(NAMES) as [keyof Sensor, readonly string[]][]) {
    const found = names.map(name => present.find(column => column.toLowerCase() === name)).find(Boolean)
    if (found !== undefined) columns.set(field, found)
  }
  if (rows.length > 0 && !columns.has('sensor_id')) {
    throw new UsageError(
      `${file} has no column sensor_id (or ${NAMES.sensor_id.slice(1).join(', ')}); it has ${present.join(', ')}.`,
    )
  }
  return columns
}

function sensorOf(
  row: Row,
  columns: ReadonlyMap<keyof Sensor, string>,
  defaults: SensorDefaults,
): Record<keyof Sensor, unknown> {
  const raw = (field: keyof Sensor): unknown => {
    const value = row[columns.get(field) ?? '']
    return value === undefined || value === '' ? null : value
  }
  const words = (field: keyof Sensor): unknown => {
    const value = raw(field)
    return typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : value
  }
  const figure = (field: keyof Sensor): unknown => {
    const value = raw(field)
    return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
      ? Number(value)
      : value
  }
  return {
    sensor_id: words('sensor_id'),
    intersection_id: words('intersection_id'),
    name: words('name'),
    latitude: figure('latitude'),
    longitude: figure('longitude'),
    district: words('district') ?? defaults.district ?? null,
    interval_s: figure('interval_s') ?? defaults.intervalS ?? null,
    lanes: figure('lanes'),
    camera: yesOrNo(raw('camera')),
  }
}

function yesOrNo(value: unknown): unknown {
  if (typeof value !== 'string') return typeof value === 'number' ? value !== 0 : value
  if (/^(true|yes|y|1)$/i.test(value.trim())) return true
  return /^(false|no|n|0)$/i.test(value.trim()) ? false : value
}

interface Placed {
  readonly row: Row
  readonly where: string
}

function geoJsonRows(name: string, text: string): Placed[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${name} is no JSON: ${(cause as Error).message}`, { cause })
  }
  const features = (document as { features?: unknown } | null)?.features
  if (!Array.isArray(features)) throw new UsageError(`${name} is no GeoJSON FeatureCollection.`)
  return features.map((feature: unknown, i) => {
    const { id, properties, geometry } = (feature ?? {}) as {
      id?: unknown
      properties?: Row | null
      geometry?: unknown
    }
    const place = geometry as { type?: unknown; coordinates?: unknown } | null | undefined
    const point =
      place?.type === 'Point' && Array.isArray(place.coordinates) ? (place.coordinates as unknown[]) : null
    const where = `feature ${i + 1}`
    if (place && !point) throw new UsageError(`${name}: ${where} is no Point; sensors are points.`)
    const named = id === undefined ? {} : { sensor_id: id }
    return {
      where,
      row: { ...named, ...properties, ...(point ? { longitude: point[0], latitude: point[1] } : {}) },
    }
  })
}

function csvRows(name: string, text: string): Placed[] {
  const [header, ...records] = csvRecords(text.replace(/^\uFEFF/, ''))
  if (!header) throw new UsageError(`${name} is empty.`)
  const columns = header.fields.map(field => field.trim())
  return records.map(({ fields, line }) => {
    if (fields.length !== columns.length) {
      throw new UsageError(`${name}: line ${line} has ${fields.length} fields, the header ${columns.length}.`)
    }
    return { where: `line ${line}`, row: Object.fromEntries(columns.map((column, i) => [column, fields[i]])) }
  })
}

/** Records of RFC 4180 (quotes doubled, line breaks within quotes), comma or semicolon as the first line has it; empty lines are left out. */
function csvRecords(text: string): { fields: string[]; line: number }[] {
  const firstLine = text.slice(0, text.search(/\r?\n|$/))
  const separator = !firstLine.includes(',') && firstLine.includes(';') ? ';' : ','
  const records: { fields: string[]; line: number }[] = []
  const field = new RegExp(`"((?:[^"]|"")*)"|([^${separator}\\r\\n]*)`, 'y')
  let at = 0
  let line = 1
  while (at < text.length) {
    const fields: string[] = []
    const begin = line
    let next: string | undefined
    do {
      field.lastIndex = at
      const match = field.exec(text)
      const quoted = match?.[1]
      fields.push(quoted === undefined ? (match?.[2] ?? '') : quoted.replaceAll('""', '"'))
      line += quoted?.split('\n').length ?? 1
      line -= 1
      at = field.lastIndex
      next = text[at]
      if (next === separator) at += 1
    } while (next === separator)
    if (next !== undefined && next !== '\r' && next !== '\n') {
      throw new UsageError(`line ${begin}: a quoted field is followed by ${JSON.stringify(next)}.`)
    }
    at += text.startsWith('\r\n', at) ? 2 : 1
    line += 1
    if (fields.length > 1 || fields[0] !== '') records.push({ fields, line: begin })
  }
  return records
}

function listed(mistakes: readonly string[]): string {
  const more = mistakes.length > MAX_MISTAKES ? `\n  … and ${mistakes.length - MAX_MISTAKES} more` : ''
  return (
    mistakes
      .slice(0, MAX_MISTAKES)
      .map(mistake => `  ${mistake}`)
      .join('\n') + more
  )
}
