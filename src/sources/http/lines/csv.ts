import { BodyBrokenError } from '../ingest-error.ts'
import { parseHeader } from './csv-header.ts'
import type { CsvColumns, CsvHeader } from './csv-header.ts'
import { parseCells, textToJson } from './csv-row.ts'
import { LineFramer } from './framer.ts'
import type { FramerOptions } from './framer.ts'
import type { Piece, Splitter } from './splitter.ts'

/**
 * A record with a quoted cell over several lines may have so many of them. A stray quote opens such a cell too: then the
 * line it stands in is the bad one, and those after it are read again on their own.
 */
const MAX_RECORD_LINES = 8
const MAX_RECORD_CHARACTERS = 64 * 1024

/**
 * Makes a JSON line of each record of a CSV body with a header. A record with too few or too many cells, or with stray
 * quotes, becomes `{"csv_row":"…"}`, which no rule takes for a record: it goes to quarantine with its bytes.
 */
export class CsvSplitter implements Splitter {
  readonly #framer: LineFramer
  readonly #options: FramerOptions
  readonly #header: CsvHeader
  #columns: CsvColumns | null = null
  /** Lines of a record whose quoted cell is not closed yet. */
  #open: string[] = []
  #out: string[] = []
  #outBytes = 0
  #isLong = false
  #isRefused = false

  /** @param header reads the first line: what its columns mean */
  constructor(options: FramerOptions, header: CsvHeader = parseHeader) {
    this.#framer = new LineFramer(options)
    this.#options = options
    this.#header = header
  }

  get heldBytes(): number {
    return this.#framer.heldBytes + this.#outBytes
  }

  *push(chunk: Buffer): Generator<Piece> {
    yield* this.#convert(this.#framer.push(chunk))
  }

  *end(): Generator<Piece> {
    yield* this.#convert(this.#framer.end())
    while (this.#open.length > 0) this.#giveUpOpen()
    yield* this.#batch()
  }

  *abort(): Generator<Piece> {
    if (this.#isRefused) return
    yield* this.#convert(this.#framer.abort())
    this.#open = []
    yield* this.#batch()
  }

  *#convert(pieces: Iterable<Piece>): Generator<Piece> {
    for (const piece of pieces) {
      if (piece.kind === 'long') {
        if (!this.#isLong) {
          this.#isRefused = this.#columns === null
          if (this.#isRefused) throw new BodyBrokenError('the CSV header is longer than a line may be')
          while (this.#open.length > 0) this.#giveUpOpen()
          yield* this.#batch()
        }
        this.#isLong = !piece.last
        yield piece
        continue
      }
      const text = piece.lines.toString('latin1')
      for (let start = 0; start < text.length;) {
        const lf = text.indexOf('\n', start)
        this.#line(text.slice(start, text[lf - 1] === '\r' ? lf - 1 : lf))
        start = lf + 1
        // JSON names its fields in every row, so it may be far longer than the rows.
        if (this.#outBytes >= this.#options.batchBytes) yield* this.#batch()
      }
      yield* this.#batch()
    }
  }

  #line(line: string): void {
    if (this.#columns === null) {
      // Until it is read: after a bad header the next line is not one either.
      this.#isRefused = true
      this.#columns = this.#header(line)
      this.#isRefused = false
      return
    }
    this.#open.push(line)
    const text = this.#open.length === 1 ? line : this.#open.join('\n')
    const cells = text.length > MAX_RECORD_CHARACTERS ? 'malformed' : parseCells(text)
    if (cells === 'open' && this.#open.length < MAX_RECORD_LINES && text.length < MAX_RECORD_CHARACTERS)
      return
    if (typeof cells !== 'string' && cells.length === this.#columns.count) {
      this.#give(this.#columns.toJson(cells))
      this.#open = []
    } else this.#giveUpOpen()
  }

  /** The first of the open lines is no record; those after it are looked at again. */
  #giveUpOpen(): void {
    const [bad, ...rest] = this.#open
    this.#open = []
    if (bad !== undefined) this.#give(`{"csv_row":${textToJson(bad)}}`)
    for (const line of rest) this.#line(line)
  }

  #give(json: string): void {
    this.#out.push(json)
    this.#outBytes += json.length + 1
  }

  *#batch(): Generator<Piece> {
    const out = this.#out
    this.#out = []
    this.#outBytes = 0
    let from = 0
    for (const [i, line] of out.entries()) {
      if (line.length <= this.#options.maxLineBytes) continue
      // JSON can be longer than the record it was made of.
      if (i > from) yield batchOf(out.slice(from, i))
      yield { kind: 'long', bytes: Buffer.from(line, 'latin1'), last: true }
      from = i + 1
    }
    if (out.length > from) yield batchOf(out.slice(from))
  }
}

function batchOf(lines: readonly string[]): Piece {
  return { kind: 'lines', lines: Buffer.from(`${lines.join('\n')}\n`, 'latin1'), count: lines.length }
}
