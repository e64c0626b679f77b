/** Rows of a file as wire lines. Where chunks begin and end depends on the file alone, so that a row number finds its place again. */
export interface LineChunk {
  /** Row number in the file, from 0, of the first line; header and empty lines don't count. */
  readonly startRow: number
  /** Without line ends. */
  readonly lines: readonly string[]
  /** Time of each line, ms since 1970; NaN where it has none. */
  readonly atMs: Float64Array
  /** latin1 keeps the bytes of a line that is passed on as it is. */
  readonly encoding: 'utf8' | 'latin1'
  /** Share of the file that is read with this chunk, 0–1. */
  readonly done: number
}

/** Bounds of a chunk: memory and, for unordered files, how far a row can be moved. */
export const MAX_CHUNK_ROWS = 32_768
const MAX_CHUNK_CHARS = 1 << 24

/** Collects rows until a chunk is full. Rows before `fromRow` are counted, but a chunk without any later one is dropped. */
export class ChunkBuilder<Row> {
  readonly #fromRow: number
  readonly #build: (rows: readonly Row[], startRow: number) => LineChunk
  #rows: Row[] = []
  #chars = 0
  #startRow = 0

  constructor(fromRow: number, build: (rows: readonly Row[], startRow: number) => LineChunk) {
    this.#fromRow = fromRow
    this.#build = build
  }

  *add(row: Row, chars: number): Generator<LineChunk, void, undefined> {
    this.#rows.push(row)
    this.#chars += chars
    if (this.#rows.length >= MAX_CHUNK_ROWS || this.#chars >= MAX_CHUNK_CHARS) yield* this.flush()
  }

  *flush(): Generator<LineChunk, void, undefined> {
    const rows = this.#rows
    const startRow = this.#startRow
    this.#rows = []
    this.#chars = 0
    this.#startRow += rows.length
    if (rows.length > 0 && this.#startRow > this.#fromRow) yield this.#build(rows, startRow)
  }
}
