/** What a body is cut into: batches of whole lines, and lines too long to be held, in pieces. */
export type Piece =
  | {
      readonly kind: 'lines'
      /** Whole lines, each ended by LF, none empty. */
      readonly lines: Buffer
      readonly count: number
    }
  | {
      readonly kind: 'long'
      readonly bytes: Buffer
      /** Does the line end here? */
      readonly last: boolean
    }

/** Cuts a body that comes in chunks. How it is chunked makes no difference to the lines. */
export interface Splitter {
  /** What is held of the body, byte. */
  readonly heldBytes: number
  /** Pieces that are complete with this chunk; may throw after them, when the body can't be understood any further. */
  push(chunk: Buffer): Iterable<Piece>
  /** The rest of a body that ended; throws after it where the body is not whole. */
  end(): Iterable<Piece>
  /** Whole lines of a body that failed; the last line, which may be torn, is dropped. */
  abort(): Iterable<Piece>
}
