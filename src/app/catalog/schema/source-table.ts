import { FeedError } from '../../../core/feed-error.ts'
import { CsvSplitter } from '../../../core/text/csv.ts'

/** Where the rows stand in what a source gives; what is left out is seen in the bytes. */
export interface TableLayout {
  /** Path of the list in JSON, such as `data.items`. */
  readonly items?: string
  /** Of CSV. */
  readonly separator?: string
}

export type TableRow = Readonly<Record<string, unknown>>

/** Rows as they stand in a file, whatever a reader makes of them. */
export interface SourceTable {
  readonly names: readonly string[]
  readonly rows: readonly TableRow[]
  /** Columns without any value are among the names: JSON leaves them out. */
  readonly hasAllColumns: boolean
}

/** The table in a file of CSV, JSON, lines of JSON or GeoJSON; null where there is none. */
export function sourceTable(body: Buffer, layout: TableLayout = {}): SourceTable | null {
  const text = body.toString('utf8').replace(/^\uFEFF/, '')
  const first = text.trimStart().at(0)
  if (first === undefined || first === '<') return null
  return first === '[' || first === '{' ? jsonTable(text, layout) : csvTable(text, layout)
}

function csvTable(text: string, { separator }: TableLayout): SourceTable | null {
  const head = text.slice(0, text.search(/[\r\n]|$/))
  const splitter = new CsvSplitter(separator ?? [',', ';', '\t'].find(one => head.includes(one)))
  try {
    const [header, ...cells] = [...splitter.push(text), ...splitter.end()]
    const names = (header ?? []).map(name => name.trim())
    const rows = cells.map(row => Object.fromEntries(names.map((name, i) => [name, row[i]])))
    return { names: names.filter(isPublished), rows, hasAllColumns: true }
  } catch (error) {
    // The reader says what is wrong with it.
    if (error instanceof FeedError) return null
    throw error
  }
}

function jsonTable(text: string, { items }: TableLayout): SourceTable | null {
  const whole = parsed(text) ?? linesOf(text)
  const found = items === undefined ? whole : at(whole, items)
  const list = Array.isArray(found) ? found : featuresOf(found)
  const rows = list.filter(isObject).map(rowOf)
  if (rows.length === 0) return null
  const names = new Set(rows.flatMap(row => Object.keys(row).filter(isPublished)))
  return { names: [...names], rows, hasAllColumns: false }
}

function linesOf(text: string): unknown[] {
  return text.split('\n').map(parsed)
}

function featuresOf(value: unknown): readonly unknown[] {
  if (!isObject(value)) return []
  const { features } = value
  return Array.isArray(features) ? features : [value]
}

/** A feature is its properties, with its geometry as one of them. */
function rowOf(value: TableRow): TableRow {
  if (value['type'] !== 'Feature') return value
  const { properties, geometry } = value
  return { ...(isObject(properties) ? properties : {}), geometry }
}

function at(tree: unknown, path: string): unknown {
  if (isObject(tree) && Object.hasOwn(tree, path)) return tree[path]
  return path
    .split('.')
    .reduce<unknown>(
      (node, key) => (isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined),
      tree,
    )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isObject(value: unknown): value is TableRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A portal's own columns, such as `:updated_at`, are no part of what was published. */
function isPublished(name: string): boolean {
  return name !== '' && !name.startsWith(':')
}
