import { FeedError } from '../../../core/feed-error.ts'
import type { Stream } from '../../../core/stream/index.ts'
import { csvRecords } from '../formats/csv-records.ts'
import { geoJsonPoints } from '../formats/geojson-points.ts'
import type { ImportError } from '../sensors/sensor-import.ts'
import { thingColumns } from './thing-columns.ts'
import type { ThingColumns } from './thing-columns.ts'
import { wireValue } from './wire-value.ts'
import { wktPoint } from '../../../core/geo/wkt-point.ts'

export interface ThingWishes {
  /** Wire field → name of the column or property that has it. */
  readonly columns: Readonly<Record<string, string>>
  /** Wire field → value of every thing that has none of its own. */
  readonly values: Readonly<Record<string, string>>
}

export interface ThingImport {
  /** As the stream's door takes them. */
  readonly records: readonly Readonly<Record<string, unknown>>[]
  readonly errors: readonly ImportError[]
  /** What was guessed and what was left out, in words. */
  readonly notes: readonly string[]
}

/** One row of a file, whatever its format. */
interface Row {
  readonly number: number
  readonly valueOf: (name: string) => unknown
  readonly id: string | number | null
  readonly point: readonly number[] | null
}

interface Rows {
  readonly names: readonly string[]
  readonly rows: readonly Row[]
  readonly errors: readonly ImportError[]
}

/**
 * Things (stations, venues, cameras …) of a CSV file with a header or of GeoJSON points. Columns are found by the fields' names and
 * by what open data calls them; what the wishes say goes first. A column of WKT points gives the place; where nothing is an id, the
 * last part of the picture's address is.
 * @throws {FeedError} when the text is neither, or when nothing in it could be an id
 */
export function parseThings(stream: Stream, text: string, wishes: ThingWishes): ThingImport {
  const { names, rows, errors } = /^\uFEFF?\s*\{/.test(text) ? ofGeoJson(text) : ofCsv(text)
  const columns = thingColumns(stream, names, wishes.columns)
  const [key = ''] = stream.once.key
  checkWishes(stream, wishes, columns)
  const address = columns.byField.get('snapshot_url') ?? null
  const idFrom = columns.byField.get(key) ?? (rows.some(({ id }) => id !== null) ? null : address)
  if (idFrom === null && rows.every(({ id }) => id === null))
    throw new FeedError(
      `has no column ${key} (or id); it has ${names.join(', ') || 'nothing'}. Say which it is: --map ${key}=<column>`,
    )
  const things = new Things(stream, columns, wishes, idFrom)
  for (const row of rows) things.add(row)
  const notes = [
    ...(idFrom !== null && idFrom === address ? [`${key} is the last part of ${address}`] : []),
    ...(columns.ignored.length > 0 ? [`ignored: ${columns.ignored.join(', ')}`] : []),
  ]
  return { records: things.records, errors: [...errors, ...things.errors], notes }
}

/** Collects things; an id that comes again is an error, the first one stays. */
class Things {
  readonly records: Record<string, unknown>[] = []
  readonly errors: ImportError[] = []
  readonly #rows = new Map<string, number>()
  readonly #stream: Stream
  readonly #columns: ThingColumns
  readonly #wishes: ThingWishes
  readonly #idFrom: string | null

  constructor(stream: Stream, columns: ThingColumns, wishes: ThingWishes, idFrom: string | null) {
    this.#stream = stream
    this.#columns = columns
    this.#wishes = wishes
    this.#idFrom = idFrom
  }

  add(row: Row): void {
    const [key = ''] = this.#stream.once.key
    const record: Record<string, unknown> = {}
    const wrong: string[] = []
    const place = this.#placeOf(row)
    if (place === undefined)
      wrong.push(`${this.#columns.point ?? ''}: is no WKT point such as POINT (-114.07 51.05)`)
    for (const [name, field] of Object.entries(this.#stream.fields)) {
      const found = wireValue(field, this.#raw(name, row, key, place ?? null))
      if (found === null) {
        if (field.required === true) wrong.push(`${name}: is missing`)
      } else if ('wrong' in found) wrong.push(`${name}: ${found.wrong}`)
      else record[name] = found.value
    }
    const id = String(record[key])
    const first = this.#rows.get(id)
    if (wrong.length === 0 && first !== undefined)
      wrong.push(`${key} "${id}" came in row ${first} already; each may come once`)
    if (wrong.length > 0) {
      this.errors.push({ row: row.number, message: wrong.join('; ') })
      return
    }
    this.#rows.set(id, row.number)
    this.records.push(record)
  }

  #raw(field: string, row: Row, key: string, place: readonly number[] | null): unknown {
    if (field === key) return this.#idFrom === null ? row.id : idOf(row.valueOf(this.#idFrom))
    if (field === 'longitude' && place !== null) return place[0]
    if (field === 'latitude' && place !== null) return place[1]
    const column = this.#columns.byField.get(field)
    const own = column === undefined ? null : row.valueOf(column)
    const isThere = own !== null && own !== undefined && own !== ''
    return isThere || !Object.hasOwn(this.#wishes.values, field) ? own : this.#wishes.values[field]
  }

  /** Undefined: there is a text that is no point. */
  #placeOf(row: Row): readonly number[] | null | undefined {
    if (row.point !== null || this.#columns.point === null) return row.point
    const text = row.valueOf(this.#columns.point)
    if (typeof text !== 'string' || text.trim() === '') return null
    return wktPoint(text) ?? undefined
  }
}

/** Of an address its last part, without the ending: http://cams/loc86.jpg → loc86. */
function idOf(value: unknown): unknown {
  const url = typeof value === 'string' ? URL.parse(value.trim()) : null
  if (url === null || !/^https?:$/.test(url.protocol)) return value
  const last = url.pathname.split('/').findLast(part => part !== '') ?? ''
  return last.replace(/\.\w{1,5}$/, '')
}

function checkWishes({ fields, name }: Stream, { columns, values }: ThingWishes, found: ThingColumns): void {
  const unknown = [...Object.keys(columns), ...Object.keys(values)].find(
    field => !Object.hasOwn(fields, field),
  )
  if (unknown !== undefined)
    throw new FeedError(`${unknown} is no field of ${name}; there are ${Object.keys(fields).join(', ')}`)
  const [missing] = found.missing
  if (missing !== undefined) throw new FeedError(`has no column "${columns[missing] ?? ''}" for ${missing}`)
}

function ofCsv(text: string): Rows {
  const [names = [], ...records] = csvRecords(text)
  const rows = records.map((cells, i) => ({
    number: i + 2,
    valueOf: (name: string) => cells[names.indexOf(name)],
    id: null,
    point: null,
  }))
  return { names, rows, errors: [] }
}

function ofGeoJson(text: string): Rows {
  const names = new Set<string>()
  const rows: Row[] = []
  const errors: ImportError[] = []
  geoJsonPoints(text).forEach((feature, i) => {
    if ('wrong' in feature) {
      errors.push({ row: i + 1, message: feature.wrong })
      return
    }
    const { id, properties, point } = feature
    for (const name of Object.keys(properties)) names.add(name)
    const valueOf = (name: string) => (Object.hasOwn(properties, name) ? properties[name] : null)
    rows.push({ number: i + 1, valueOf, id, point })
  })
  return { names: [...names], rows, errors }
}
