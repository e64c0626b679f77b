import { CsvSplitter } from '../../core/text/csv.ts'
import type { Column } from './columns.ts'
import { columnsOf, isSystemColumn } from './columns.ts'
import type { SodaAnswer } from './ask.ts'
import type { SodaFormat } from './dataset.ts'
import { SocrataError } from './socrata-error.ts'

/** What is told of a page beside its bytes, which go on as they are. */
export interface Page {
  /** `:id` of each row, in the order of the page. */
  readonly ids: readonly string[]
  /** Newest `:updated_at`, as the portal wrote it; null where no row has one. */
  readonly newest: string | null
  readonly columns: readonly Column[]
  /** Whether columns without any value are among them. */
  readonly hasAllColumns: boolean
}

type Row = Readonly<Record<string, unknown>>

/**
 * Looks into a page.
 * @throws {SocrataError} (retryable) for what is cut off or no page
 */
export function readPage({ body, headers }: SodaAnswer, format: SodaFormat, shown: string): Page {
  const { names, rows } = format === 'json' ? jsonRows(body, shown) : csvRows(body, shown)
  const ids = rows.map((row, i) => {
    const id = row[':id']
    if (typeof id === 'string' && id !== '') return id
    throw new SocrataError(
      `${shown}: row ${i + 1} of a page has no :id; the portal left its system columns out`,
    )
  })
  let newest: string | null = null
  for (const row of rows) {
    const at = row[':updated_at']
    if (typeof at === 'string' && (newest === null || Date.parse(at) > Date.parse(newest))) newest = at
  }
  const told = columnsOf(headers)
  const seen = names.filter(name => !isSystemColumn(name)).map(name => ({ name, type: null }))
  return {
    ids,
    newest,
    columns: told ?? seen,
    hasAllColumns: told !== null || (format === 'csv' && names.length > 0),
  }
}

interface Rows {
  readonly names: readonly string[]
  readonly rows: readonly Row[]
}

function jsonRows(body: Buffer, shown: string): Rows {
  const value = parseJson(body, shown)
  if (!Array.isArray(value))
    throw new SocrataError(`${shown}: the answer is JSON, but no list of rows`, { retryable: true })
  const rows = value as readonly unknown[]
  const wrong = rows.findIndex(row => typeof row !== 'object' || row === null || Array.isArray(row))
  if (wrong !== -1)
    throw new SocrataError(`${shown}: row ${wrong + 1} of the answer is no object`, { retryable: true })
  const names = new Set(rows.flatMap(row => Object.keys(row as Row)))
  return { names: [...names], rows: rows as readonly Row[] }
}

export function parseJson(body: Buffer, shown: string): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new SocrataError(`${shown}: the answer is JSON that is cut off or broken (${body.length} bytes)`, {
      retryable: true,
      cause,
    })
  }
}

function csvRows(body: Buffer, shown: string): Rows {
  const splitter = new CsvSplitter()
  const [names, ...cells] = [...splitter.push(body.toString('utf8')), ...splitter.end()]
  if (names === undefined)
    throw new SocrataError(`${shown}: the answer is empty; CSV begins with a header line`, {
      retryable: true,
    })
  const wrong = cells.findIndex(row => row.length !== names.length)
  // A line end is written after each row: without one the last was cut, perhaps within a cell.
  if (wrong !== -1 || body.at(-1) !== 0x0a)
    throw new SocrataError(
      `${shown}: the answer is CSV that is cut off or broken (row ${wrong === -1 ? cells.length : wrong + 1})`,
      { retryable: true },
    )
  const at = names.map((name, i) => [name, i] as const)
  return { names, rows: cells.map(row => Object.fromEntries(at.map(([name, i]) => [name, row[i]]))) }
}
