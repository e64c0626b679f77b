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

/** One block of rows, in their order. */
export function tableBlock<T extends TableColumns>(
  table: string,
  columns: T,
  rows: readonly TableRow<T>[],
): TableBlock {
  const names = Object.keys(columns)
  const block = new NativeBlock(Uint32Array.from(rows.keys()), names.length)
  for (const name of names) {
    const given = columns[name] ?? 'text'
    const nullable = given.endsWith('?')
    const kind = given.replace('?', '') as Kind
    const cells = rows.map(row => row[name] ?? null)
    if (kind === 'hash') block.fixedStrings(name, 16, cells.map(bytesOf))
    else {
      const plain = TYPES[kind] ?? ''
      const type = nullable ? `Nullable(${plain})` : plain
      writeColumn(block, { name, kind, type, nullable }, cells.map(cellOf))
    }
  }
  return { table, columns: block.names, rows: block.rows, data: block.finish() }
}

function cellOf(value: Cell | boolean): Cell {
  return typeof value === 'boolean' ? Number(value) : value
}

function bytesOf(hexadecimal: Cell | boolean): string {
  return Buffer.from(String(hexadecimal), 'hex').toString('latin1')
}
