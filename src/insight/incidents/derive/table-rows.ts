import type { Column } from '../../../core/stream/index.ts'
import { NativeBlock } from '../../../lake/columns/native-block.ts'
import type { TableBlock } from '../../../lake/columns/table-block.ts'
import type { Cell } from '../../../lake/streams/parse-record.ts'
import { writeColumn } from '../../../lake/streams/write-column.ts'

type Kind = Column['kind'] | 'hash'

/** Columns of a table that is made from something else: names and kinds, `?` behind what may be null. */
export type TableColumns = Readonly<Record<string, Kind | `${Kind}?`>>

/** A row of such a table, by column; instants in ms since 1970 UTC, flags as true and false, hashes in hexadecimal. */
export type TableRow<T extends TableColumns> = { readonly [name in keyof T]: Cell | boolean }

const TYPES: Partial<Record<Kind, string>> = { whole: 'Int64', instant: "DateTime64(3, 'UTC')" }

/** Rows of such a table, kept by column: a row of many columns is dear to keep, a million of them are. */
export class TableRows<T extends TableColumns> {
  readonly #columns: T
  readonly #cells: readonly (readonly [name: keyof T & string, cells: Cell[]])[]

  constructor(columns: T) {
    this.#columns = columns
    this.#cells = Object.keys(columns).map(name => [name, []])
  }

  get rows(): number {
    return this.#cells[0]?.[1].length ?? 0
  }

  add(row: TableRow<T>): void {
    for (const [name, cells] of this.#cells) {
      const value = row[name]
      cells.push(typeof value === 'boolean' ? Number(value) : value)
    }
  }

  /** One block of the rows, in their order. */
  block(table: string): TableBlock {
    const block = new NativeBlock(inOrder(this.rows), this.#cells.length)
    for (const [name, cells] of this.#cells) {
      const given = this.#columns[name] ?? 'text'
      const nullable = given.endsWith('?')
      const kind = given.replace('?', '') as Kind
      if (kind === 'hash') block.hashes(name, 16, cells as readonly string[])
      else {
        const plain = TYPES[kind] ?? ''
        writeColumn(block, { name, kind, type: nullable ? `Nullable(${plain})` : plain, nullable }, cells)
      }
    }
    return { table, columns: block.names, rows: block.rows, data: block.finish() }
  }
}

function inOrder(rows: number): Uint32Array {
  const order = new Uint32Array(rows)
  for (let i = 0; i < rows; i++) order[i] = i
  return order
}
