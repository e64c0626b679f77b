import { parquetMetadata } from 'hyparquet'
import type { ColumnMetaData, FileMetaData, SchemaElement } from 'hyparquet'

/** Longer texts are cut: readers need bounds, not values. */
const MAX_TEXT = 32
const DATE_CHARS = 'YYYY-MM-DD'.length
/** Behind a text that was cut, no text that begins like it is greater. */
const GREATEST = '\u{10FFFF}'

export interface FileStatistics {
  readonly numRecords: number
  readonly minValues: Readonly<Record<string, unknown>>
  readonly maxValues: Readonly<Record<string, unknown>>
  readonly nullCount: Readonly<Record<string, number>>
}

/** What a file of Parquet says of its own rows, as Delta keeps it: readers pass over files that can hold nothing they look for. */
export function statisticsOf(parquet: Uint8Array): FileStatistics {
  const bytes = parquet.buffer.slice(parquet.byteOffset, parquet.byteOffset + parquet.byteLength)
  const metadata = parquetMetadata(bytes as ArrayBuffer)
  const elements = new Map(metadata.schema.map(element => [element.name, element]))
  const minValues: Record<string, unknown> = {}
  const maxValues: Record<string, unknown> = {}
  const nullCount: Record<string, number> = {}
  for (const [name, chunks] of chunksOf(metadata)) {
    const unless = elements.get(name)?.repetition_type === 'REQUIRED' ? 0n : undefined
    const nulls = chunks.map(({ statistics }) => statistics?.null_count ?? unless)
    if (nulls.every(count => count !== undefined))
      nullCount[name] = nulls.reduce((sum, count) => sum + Number(count), 0)
    const bounds = boundsOf(chunks)
    if (bounds === null) continue
    minValues[name] = asJson(bounds.min, elements.get(name), false)
    maxValues[name] = asJson(bounds.max, elements.get(name), true)
  }
  return { numRecords: Number(metadata.num_rows), minValues, maxValues, nullCount }
}

/** Of columns that hold one value a row. */
function chunksOf({ row_groups: groups }: FileMetaData): Map<string, ColumnMetaData[]> {
  const chunks = new Map<string, ColumnMetaData[]>()
  for (const { meta_data: chunk } of groups.flatMap(({ columns }) => columns)) {
    const [name, ...deeper] = chunk?.path_in_schema ?? []
    if (chunk === undefined || name === undefined || deeper.length > 0) continue
    chunks.set(name, [...(chunks.get(name) ?? []), chunk])
  }
  return chunks
}

/** Null where any part of the file says none. */
function boundsOf(chunks: readonly ColumnMetaData[]): { min: Bound; max: Bound } | null {
  const filled = chunks.filter(
    ({ statistics, num_values: n }) => statistics?.null_count === undefined || statistics.null_count < n,
  )
  if (filled.length === 0) return null
  const least = filled.map(({ statistics }) => statistics?.min_value)
  const greatest = filled.map(({ statistics }) => statistics?.max_value)
  if (!least.every(isBound) || !greatest.every(isBound)) return null
  return {
    min: least.reduce((a, b) => (isLess(b, a) ? b : a)),
    max: greatest.reduce((a, b) => (isLess(a, b) ? b : a)),
  }
}

type Bound = bigint | number | string | Date

function isBound(value: unknown): value is Bound {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value === 'bigint' || typeof value === 'string' || value instanceof Date
}

/** Texts as their UTF-8 bytes are ordered, which is how Parquet and Delta order them. */
function isLess(a: Bound, b: Bound): boolean {
  return typeof a === 'string' && typeof b === 'string'
    ? Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0
    : a < b
}

function asJson(value: Bound, element: SchemaElement | undefined, isMax: boolean): unknown {
  if (typeof value === 'bigint') return Number(value)
  const { converted_type: kind, scale = 0 } = element ?? {}
  if (value instanceof Date) return value.toISOString().slice(0, kind === 'DATE' ? DATE_CHARS : undefined)
  // What the footer has as a whole number was multiplied, and is no longer exact.
  if (typeof value === 'number') return kind === 'DECIMAL' ? Number(value.toFixed(scale)) : value
  const letters = Array.from(value)
  if (letters.length <= MAX_TEXT) return value
  return `${letters.slice(0, MAX_TEXT).join('')}${isMax ? GREATEST : ''}`
}
