import { FeedError } from '../../core/feed-error.ts'
import { textOf } from '../../core/text/byte-text.ts'
import { JsonValueSplitter } from '../../core/text/json-values.ts'
import { incidentColumns } from './columns.ts'
import type { ColumnWishes, IncidentColumns } from './columns.ts'
import { pickedBy } from './source-row.ts'
import type { OnColumns, RowReader, SourceRow } from './source-row.ts'

type JsonObject = Readonly<Record<string, unknown>>

interface Element {
  /** Null where it is none. */
  readonly object: JsonObject | null
  readonly isUtf8: boolean
  /** As it stands in the source. */
  readonly original: () => string
}

/** SODA leaves null fields out of its objects: which columns there are shows in so many of them together. */
const LOOKED_AT = 1000

const NO_OBJECT = {
  reason: 'json_syntax',
  says: 'the element is no JSON object; load the file again if it was cut off',
} as const
const NOT_UTF8 = { reason: 'not_utf8', says: 'the element is not UTF-8; save the file as UTF-8' } as const

/** Finds the columns in the first elements, then turns elements into rows. */
class Elements {
  readonly #wishes: ColumnWishes
  readonly #onColumns: OnColumns
  #held: Element[] = []
  #columns: IncidentColumns | null = null
  #row = 0

  constructor(wishes: ColumnWishes, onColumns: OnColumns) {
    this.#wishes = wishes
    this.#onColumns = onColumns
  }

  *push(element: Element): Generator<SourceRow, void, undefined> {
    if (this.#columns !== null) {
      yield this.#rowOf(element, this.#columns)
      return
    }
    this.#held.push(element)
    if (this.#held.length >= LOOKED_AT) yield* this.end()
  }

  *end(): Generator<SourceRow, void, undefined> {
    const held = this.#held
    this.#held = []
    if (held.length === 0) return
    const names = new Set(held.flatMap(({ object }) => Object.keys(object ?? {})))
    refuseError(held)
    const columns = incidentColumns([...names], this.#wishes)
    this.#columns = columns
    this.#onColumns(columns)
    for (const element of held) yield this.#rowOf(element, columns)
  }

  #rowOf({ object, isUtf8, original }: Element, columns: IncidentColumns): SourceRow {
    this.#row++
    const values = object !== null ? pickedBy(columns, name => object[name]) : isUtf8 ? NO_OBJECT : NOT_UTF8
    return { row: this.#row, values, original }
  }
}

/** The elements of a JSON array, or of objects that follow each other. */
export class JsonRows implements RowReader {
  readonly #splitter = new JsonValueSplitter()
  readonly #elements: Elements

  constructor(wishes: ColumnWishes, onColumns: OnColumns) {
    this.#elements = new Elements(wishes, onColumns)
  }

  *push(piece: string): Generator<SourceRow, void, undefined> {
    for (const text of this.#splitter.push(piece)) yield* this.#elements.push(elementOf(text))
  }

  *end(): Generator<SourceRow, void, undefined> {
    for (const text of this.#splitter.end()) yield* this.#elements.push(elementOf(text))
    yield* this.#elements.end()
  }
}

/** The features of a GeoJSON FeatureCollection. It is held whole: `features` may stand anywhere in it. */
export class FeatureRows implements RowReader {
  readonly #pieces: string[] = []
  readonly #elements: Elements

  constructor(wishes: ColumnWishes, onColumns: OnColumns) {
    this.#elements = new Elements(wishes, onColumns)
  }

  push(piece: string): Iterable<SourceRow> {
    this.#pieces.push(piece)
    return []
  }

  *end(): Generator<SourceRow, void, undefined> {
    const text = textOf(this.#pieces.join(''))
    if (text === null) throw new FeedError('is not UTF-8; save it as UTF-8')
    let tree: unknown
    try {
      tree = JSON.parse(text)
    } catch (cause) {
      throw new FeedError(`is no whole JSON (${String(cause)}); load it again if it was cut off`, { cause })
    }
    const features = (tree as { features?: unknown }).features
    if (!Array.isArray(features)) throw new FeedError('is no GeoJSON FeatureCollection: it has no features')
    for (const feature of features as unknown[])
      yield* this.#elements.push({
        object: objectOf(feature),
        isUtf8: true,
        original: () => JSON.stringify(feature),
      })
    yield* this.#elements.end()
  }
}

function elementOf(bytes: string): Element {
  const text = textOf(bytes)
  const common = { isUtf8: text !== null, original: () => text ?? bytes }
  try {
    return { object: text === null ? null : objectOf(JSON.parse(text)), ...common }
  } catch {
    // The row goes to quarantine with its text.
    return { object: null, ...common }
  }
}

/** A feature is its properties, with its geometry as one of them. */
function objectOf(value: unknown): JsonObject | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const object = value as JsonObject
  if (object['type'] !== 'Feature') return object
  return { ...(object['properties'] as JsonObject | null), geometry: object['geometry'] }
}

/** Socrata answers with an object of its own when something is wrong, sometimes with status 200. */
function refuseError(held: readonly Element[]): void {
  const [first] = held
  if (first?.object?.['error'] !== true) return
  const says = first.object['message']
  throw new FeedError(
    `is an error of the source, no export: ${(typeof says === 'string' ? says : first.original()).slice(0, 200)}`,
  )
}
