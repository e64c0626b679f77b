import { hash } from 'node:crypto'
import type { Stream } from '../../core/stream/index.ts'
import type { Column } from '../../core/stream/index.ts'
import { NativeBlock } from '../columns/native-block.ts'
import type { TableBlock } from '../columns/table-block.ts'
import { rowOf } from './parse-record.ts'
import type { Cell } from './parse-record.ts'
import { hasTies, keyColumnsOf, tableOf, timeColumnOf } from './tables.ts'
import { writeColumn } from './write-column.ts'

/** A record that broke no rule. */
export interface StreamRow {
  readonly position: number
  readonly cells: readonly Cell[]
  readonly arrivedAtMs: number
  readonly source: string
  /** Which record it is, and what it says: 16 bytes each, as Latin-1 text. */
  readonly once: string
  readonly content: string
  /** Where it stands in the table, ms since 1970 UTC. */
  readonly timeMs: number
}

/** Makes rows of one stream from what was read, and blocks of rows. */
export class RowMaker {
  readonly #stream: Stream
  readonly #columns: readonly Column[]
  readonly #key: readonly number[]
  /** −1: its arrival. */
  readonly #time: number

  constructor(stream: Stream, columns: readonly Column[]) {
    const at = (name: string) => columns.findIndex(column => column.name === name)
    this.#stream = stream
    this.#columns = columns
    this.#key = keyColumnsOf(stream).map(at)
    this.#time = at(timeColumnOf(stream))
  }

  row(cells: readonly Cell[], position: number, arrivedAtMs: number, source: string): StreamRow {
    const { once } = this.#stream
    const timeMs = this.#time < 0 ? arrivedAtMs : (cells[this.#time] as number)
    const content = sum(this.#said(cells))
    const key = this.#key.map(i => cells[i] ?? null)
    const which = once.how === 'every' ? content : sum(this.#told(key, timeMs, content))
    return { position, cells, arrivedAtMs, source, once: which, content, timeMs }
  }

  /** What tells one record from another. */
  #told(key: readonly Cell[], timeMs: number, content: string): unknown[] {
    const { once } = this.#stream
    if (once.how === 'latest' && once.version === 'position') return [...key]
    return hasTies(once) ? [...key, timeMs, content] : [...key, timeMs]
  }

  /** What a record says: a field that is added to the stream later says nothing in what came before. */
  #said(cells: readonly Cell[]): unknown[] {
    const said: unknown[] = []
    for (let i = 0; i < this.#columns.length; i++) {
      const cell = cells[i] ?? null
      if (cell === null || (Array.isArray(cell) && cell.length === 0)) continue
      said.push(this.#columns[i]?.name, cell)
    }
    return said
  }

  /** The key in words, for the table of conflicts. */
  keyText({ cells }: StreamRow): string {
    return this.#key.map(i => String(cells[i] ?? '')).join(' / ')
  }

  /** As lists and the live stream show it. */
  shown({ cells, position, arrivedAtMs, source }: StreamRow): Record<string, unknown> {
    const row = rowOf(this.#columns, cells)
    for (const { name, kind } of this.#columns) {
      if (kind === 'instant' && row[name] !== null) row[name] = new Date(row[name] as number).toISOString()
    }
    return { position, ...row, arrived_at: new Date(arrivedAtMs).toISOString(), source }
  }

  block(rows: readonly StreamRow[]): TableBlock {
    const block = new NativeBlock(Uint32Array.from(rows.keys()), this.#columns.length + 5)
    block.wide(
      'position',
      'UInt64',
      rows.map(row => row.position),
    )
    for (const [i, column] of this.#columns.entries()) {
      writeColumn(
        block,
        column,
        rows.map(row => row.cells[i] ?? null),
      )
    }
    block.wide(
      'arrived_at',
      "DateTime64(3, 'UTC')",
      rows.map(row => row.arrivedAtMs),
    )
    block.strings(
      'source',
      rows.map(row => row.source),
    )
    block.fixedStrings(
      'once_hash',
      16,
      rows.map(row => row.once),
    )
    block.fixedStrings(
      'content_hash',
      16,
      rows.map(row => row.content),
    )
    return { table: tableOf(this.#stream), columns: block.names, rows: block.rows, data: block.finish() }
  }
}

/** 128 bits of SHA-256 over values as JSON. */
function sum(values: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(values), 'buffer').toString('latin1', 0, 16)
}
