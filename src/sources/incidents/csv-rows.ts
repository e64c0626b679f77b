import { FeedError } from '../../core/feed-error.ts'
import { textOf } from '../../core/text/byte-text.ts'
import { CsvSplitter } from '../../core/text/csv.ts'
import type { SourceValues } from './clean-row.ts'
import { incidentColumns } from './columns.ts'
import type { ColumnWishes, IncidentColumn } from './columns.ts'
import type { OnColumns, RowReader, SourceRow } from './source-row.ts'

/** Rows of a CSV file with a header. */
export class CsvRows implements RowReader {
  readonly #splitter: CsvSplitter
  readonly #wishes: ColumnWishes
  readonly #onColumns: OnColumns
  #cellCount = 0
  #positions: readonly (readonly [column: IncidentColumn, position: number])[] | null = null

  /** @param head begins with the whole header line, which tells what separates cells */
  constructor(head: string, wishes: ColumnWishes, onColumns: OnColumns) {
    const line = head.slice(0, head.search(/[\r\n]|$/))
    this.#splitter = new CsvSplitter([',', ';', '\t'].find(separator => line.includes(separator)))
    this.#wishes = wishes
    this.#onColumns = onColumns
  }

  push(piece: string): Iterable<SourceRow> {
    return this.#rows(this.#splitter.push(piece))
  }

  end(): Iterable<SourceRow> {
    return this.#rows(this.#splitter.end())
  }

  *#rows(records: Iterable<string[]>): Generator<SourceRow, void, undefined> {
    for (const cells of records) {
      if (this.#positions === null) {
        this.#positions = this.#header(cells)
        continue
      }
      const { records: row, text } = this.#splitter
      yield { row, values: this.#values(cells, text, this.#positions), original: () => textOf(text) ?? text }
    }
  }

  #header(cells: readonly string[]): readonly (readonly [IncidentColumn, number])[] {
    const header = cells.map(name => {
      const text = textOf(name)
      if (text === null) throw new FeedError('has a header that is not UTF-8; save it as UTF-8')
      return text.trim()
    })
    const columns = incidentColumns(header, this.#wishes, this.#splitter.text.trimStart().startsWith('"'))
    this.#cellCount = header.length
    this.#onColumns(columns)
    return Object.entries(columns.names).flatMap(([column, name]) =>
      name === null ? [] : [[column as IncidentColumn, header.indexOf(name)] as const],
    )
  }

  #values(
    cells: readonly string[],
    text: string,
    positions: readonly (readonly [IncidentColumn, number])[],
  ): SourceRow['values'] {
    if (cells.length !== this.#cellCount)
      return {
        reason: 'cell_count',
        says: `the row has ${cells.length} cells, the header ${this.#cellCount}; quote cells with separators in them, or load the file again if it was cut off`,
      }
    const whole = textOf(text)
    if (whole === null) return { reason: 'not_utf8', says: 'the row is not UTF-8; save the file as UTF-8' }
    const isAscii = whole === text
    const values: Partial<Record<IncidentColumn, unknown>> = {}
    for (const [column, position] of positions) {
      const cell = cells[position] ?? ''
      values[column] = isAscii ? cell : textOf(cell)
    }
    return values satisfies SourceValues
  }
}
