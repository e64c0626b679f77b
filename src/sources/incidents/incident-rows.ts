import { FeedError } from '../../core/feed-error.ts'
import { cleanRow } from './clean-row.ts'
import type { CleaningRules } from './clean-row.ts'
import type { ColumnWishes, IncidentColumns } from './columns.ts'
import { CsvRows } from './csv-rows.ts'
import type { IncidentRow } from './incident-row.ts'
import { FeatureRows, JsonRows } from './json-rows.ts'
import type { OnColumns, RowReader, SourceRow } from './source-row.ts'

export interface IncidentRowsOptions extends CleaningRules {
  /** Columns whose names no export had so far. */
  readonly columns?: ColumnWishes
  /** Told once, before the first row: the variant, what is missing, and what is not read. */
  readonly onColumns?: (columns: IncidentColumns) => void
}

/** Rows that are given together. */
const SOME = 1_000
/** Enough to see what kind of file it is. */
const HEAD_BYTES = 4096
/** A header line that is longer belongs to something else. */
const MAX_HEAD_BYTES = 1 << 20
const UTF8_BOM = '\u00ef\u00bb\u00bf'

/**
 * The rows of an export of the incident record, each a wire record or rejected with its reason, in the order of the source.
 * Takes CSV (also with semicolons or tabs), JSON arrays and lines as SODA gives them, and GeoJSON; what it is shows in its
 * first bytes. Every row gets exactly one fate.
 * @throws {FeedError} when it is none of these, or has no column for start, text or place
 */
export async function* incidentRows(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: IncidentRowsOptions,
): AsyncGenerator<IncidentRow, void, undefined> {
  for await (const rows of severalIncidentRows(bytes, options)) yield* rows
}

/** The same, many at a time: to wait for each of a million would take longer than to read it. */
export async function* severalIncidentRows(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: IncidentRowsOptions,
): AsyncGenerator<IncidentRow[], void, undefined> {
  let isUtc: IncidentColumns['isUtc'] = { start: false, modified: false }
  const onColumns = (columns: IncidentColumns) => {
    isUtc = columns.isUtc
    options.onColumns?.(columns)
  }
  const fatesOf = (rows: Iterable<SourceRow>) => someAtATime(rows, row => fateOf(row, isUtc, options))
  let reader: RowReader | null = null
  let head = ''
  for await (const piece of bytes) {
    const text = Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('latin1')
    if (reader !== null) {
      yield* fatesOf(reader.push(text))
      continue
    }
    head += text
    if (head.length < HEAD_BYTES || !(/[\r\n]/.test(head) || head.length > MAX_HEAD_BYTES)) continue
    reader = readerOf(head, options.columns ?? {}, onColumns)
    yield* fatesOf(reader.push(withoutBom(head)))
  }
  if (reader === null) {
    reader = readerOf(head, options.columns ?? {}, onColumns)
    yield* fatesOf(reader.push(withoutBom(head)))
  }
  yield* fatesOf(reader.end())
}

/** What comes before a failure is given before it is thrown. */
function* someAtATime<T>(rows: Iterable<SourceRow>, made: (row: SourceRow) => T): Generator<T[]> {
  let some: T[] = []
  try {
    for (const row of rows) {
      some.push(made(row))
      if (some.length < SOME) continue
      yield some
      some = []
    }
  } catch (error) {
    if (some.length > 0) yield some
    throw error
  }
  if (some.length > 0) yield some
}

function fateOf(
  { row, values, original }: SourceRow,
  isUtc: IncidentColumns['isUtc'],
  rules: CleaningRules,
): IncidentRow {
  const cleaned = 'reason' in values ? values : cleanRow(values, isUtc, rules)
  if ('record' in cleaned) return { row, record: cleaned.record }
  return { row, reject: { ...cleaned, original: original() } }
}

function readerOf(head: string, wishes: ColumnWishes, onColumns: OnColumns): RowReader {
  if (/^(?:\u00ff\u00fe|\u00fe\u00ff)/.test(head)) throw new FeedError('is UTF-16; save it as UTF-8')
  const text = withoutBom(head).trimStart()
  if (text === '') throw new FeedError('is empty; an export begins with a header, [ or {')
  if (text.startsWith('<')) {
    const begins = text.slice(0, 60).replaceAll(/\s+/g, ' ')
    throw new FeedError(
      `is HTML or XML (${JSON.stringify(begins)}); ask for CSV, JSON or GeoJSON, and look whether the address is right`,
    )
  }
  if (text.startsWith('[')) return new JsonRows(wishes, onColumns)
  if (!text.startsWith('{')) return new CsvRows(text, wishes, onColumns)
  const isCollection = /"type"\s*:\s*"FeatureCollection"|"features"\s*:\s*\[/.test(text)
  return isCollection ? new FeatureRows(wishes, onColumns) : new JsonRows(wishes, onColumns)
}

function withoutBom(text: string): string {
  return text.startsWith(UTF8_BOM) ? text.slice(UTF8_BOM.length) : text
}
