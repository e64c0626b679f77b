import type { Piece, Splitter } from './splitter.ts'

export interface FramerOptions {
  /** Longer lines are given in pieces. */
  readonly maxLineBytes: number
  /** Lines are handed on when there are so many bytes of them, or so many lines. */
  readonly batchBytes: number
  readonly batchLines: number
}

const LF = 10
const CR = 13

/** Cuts a body at LF. Drops empty lines and such of one CR; every other byte stays as it is. Copies each byte once. */
export class LineFramer implements Splitter {
  readonly #options: FramerOptions
  /** Whole lines not handed on yet. */
  #parts: Buffer[] = []
  #bytes = 0
  #count = 0
  /** The beginning of a line whose end has not come. */
  #open: Buffer[] = []
  #openBytes = 0
  /** The open line is over the limit, and its beginning was handed on. */
  #isLong = false

  constructor(options: FramerOptions) {
    this.#options = options
  }

  get heldBytes(): number {
    return this.#bytes + this.#openBytes
  }

  *push(chunk: Buffer): Generator<Piece> {
    const { batchBytes, batchLines, maxLineBytes } = this.#options
    // chunk[run…start) are whole lines to be kept; the line that begins at `start` is looked at.
    let run = 0
    let start = 0
    for (let lf = chunk.indexOf(LF); lf >= 0; lf = chunk.indexOf(LF, start)) {
      const length = this.#openBytes + lf - start
      if (this.#isLong || length > maxLineBytes) {
        this.#keep(chunk, run, start)
        yield* this.#longPiece(chunk.subarray(start, lf), true)
        run = lf + 1
      } else if (
        length === 0 ||
        (length === 1 && (this.#open[0] ?? chunk)[this.#open.length > 0 ? 0 : start] === CR)
      ) {
        this.#keep(chunk, run, start)
        this.#open = []
        this.#openBytes = 0
        run = lf + 1
      } else {
        if (this.#openBytes > 0) this.#closeOpen()
        this.#count++
      }
      start = lf + 1
      if (this.#bytes + start - run >= batchBytes || this.#count >= batchLines) {
        this.#keep(chunk, run, start)
        run = start
        yield* this.#batch()
      }
    }
    this.#keep(chunk, run, start)
    if (start === chunk.length) return
    const rest = chunk.subarray(start)
    if (this.#isLong || this.#openBytes + rest.length > maxLineBytes) yield* this.#longPiece(rest, false)
    else {
      this.#open.push(rest)
      this.#openBytes += rest.length
    }
  }

  *end(): Generator<Piece> {
    if (this.#isLong || this.#openBytes > 0) yield* this.push(Buffer.from([LF]))
    yield* this.#batch()
  }

  *abort(): Generator<Piece> {
    this.#open = []
    this.#openBytes = 0
    this.#isLong = false
    yield* this.#batch()
  }

  /** A batch of what is whole so far, without waiting for more. */
  *#batch(): Generator<Piece> {
    if (this.#count === 0) return
    const [first] = this.#parts
    const lines =
      this.#parts.length === 1 && first !== undefined ? Buffer.from(first) : Buffer.concat(this.#parts)
    const count = this.#count
    this.#parts = []
    this.#bytes = 0
    this.#count = 0
    yield { kind: 'lines', lines, count }
  }

  #keep(chunk: Buffer, from: number, to: number): void {
    if (to <= from) return
    this.#parts.push(chunk.subarray(from, to))
    this.#bytes += to - from
  }

  /** The open line ends in this chunk: its beginning goes before the chunk's. */
  #closeOpen(): void {
    this.#parts.push(...this.#open)
    this.#bytes += this.#openBytes
    this.#open = []
    this.#openBytes = 0
  }

  *#longPiece(bytes: Buffer, last: boolean): Generator<Piece> {
    yield* this.#batch()
    for (const part of this.#open) yield { kind: 'long', bytes: part, last: false }
    this.#open = []
    this.#openBytes = 0
    this.#isLong = !last
    yield { kind: 'long', bytes, last }
  }
}
