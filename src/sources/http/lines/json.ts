import { BodyBrokenError } from '../ingest-error.ts'
import { LineFramer } from './framer.ts'
import type { FramerOptions } from './framer.ts'
import type { Piece, Splitter } from './splitter.ts'

const LF = 10
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const BACKSLASH = 92
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/** Bytes that mean something in a string, and in an element outside its strings. */
const IN_STRING = tableOf(LF, QUOTE, BACKSLASH)
const IN_ELEMENT = tableOf(LF, QUOTE, OPEN_BRACE, OPEN_BRACKET, CLOSE_BRACE, CLOSE_BRACKET)

/** Where in the body the next byte is; from `inside` to `word` it is in an element. */
const AT = {
  start: 0,
  /** After `[`: an element or `]`. */
  first: 1,
  /** After a comma: an element. */
  element: 2,
  /** In an object or array that is an element, outside its strings. */
  inside: 3,
  string: 4,
  /** After a backslash in a string. */
  escape: 5,
  /** In a number or word that is an element itself. */
  word: 6,
  /** After an element: a comma or `]`. */
  after: 7,
  end: 8,
} as const
type At = (typeof AT)[keyof typeof AT]

/**
 * Makes a line of each element of a JSON array, or of a single object. Only brackets, strings and commas are looked at:
 * an element that is not valid JSON inside becomes a line as it is. Line feeds in it become spaces; no other byte changes.
 */
export class JsonSplitter implements Splitter {
  readonly #framer: LineFramer
  #at: At = AT.start
  #depth = 0
  #isArray = false
  #offset = 0

  constructor(options: FramerOptions) {
    this.#framer = new LineFramer(options)
  }

  get heldBytes(): number {
    return this.#framer.heldBytes
  }

  *push(chunk: Buffer): Generator<Piece> {
    // An element's end gives one byte more than it takes, the comma after it one less.
    const out = Buffer.allocUnsafe(chunk.length + 1)
    const { length, fault } = this.#copy(chunk, out)
    yield* this.#framer.push(out.subarray(0, length))
    if (fault !== null) throw fault
  }

  *end(): Generator<Piece> {
    const isWhole = this.#at === AT.end || this.#at === AT.start
    yield* isWhole ? this.#framer.end() : this.#framer.abort()
    if (!isWhole)
      throw new BodyBrokenError(`the JSON ${this.#isArray ? 'array' : 'object'} is not closed; send it whole`)
  }

  abort(): Iterable<Piece> {
    return this.#framer.abort()
  }

  /** Copies the elements, each ended by LF, in runs: most bytes are only looked up in a table. */
  #copy(chunk: Buffer, out: Buffer): { length: number; fault: BodyBrokenError | null } {
    let at: At = this.#at
    let depth = this.#depth
    let length = 0
    let fault: BodyBrokenError | null = null
    /** Where the bytes begin that belong to an element and are not copied yet. */
    let run = 0
    const copyTo = (end: number) => {
      length += chunk.copy(out, length, run, end)
    }
    for (let i = 0; i < chunk.length; i++) {
      if (at === AT.string) while (i < chunk.length && IN_STRING[chunk[i]!] === 0) i++
      else if (at === AT.inside) while (i < chunk.length && IN_ELEMENT[chunk[i]!] === 0) i++
      if (i === chunk.length) break
      const byte = chunk[i]!
      if (byte === LF && at >= AT.inside && at <= AT.escape) {
        copyTo(i)
        out[length++] = SPACE
        run = i + 1
        if (at === AT.escape) at = AT.string
      } else if (at === AT.escape) at = AT.string
      else if (at === AT.string) {
        if (byte === BACKSLASH) at = AT.escape
        else if (depth > 0) at = AT.inside
        else {
          copyTo(i + 1)
          out[length++] = LF
          at = AT.after
        }
      } else if (at === AT.inside) {
        if (byte === QUOTE) at = AT.string
        else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
        else if (--depth === 0) {
          copyTo(i + 1)
          out[length++] = LF
          at = this.#isArray ? AT.after : AT.end
        }
      } else if (at !== AT.word || byte === COMMA || byte === CLOSE_BRACKET || isBlank(byte)) {
        if (at === AT.word) {
          copyTo(i)
          out[length++] = LF
          at = AT.after
        }
        if (isBlank(byte)) continue
        const next = this.#between(at, byte)
        if (next === null) {
          fault = this.#fault(at, byte, this.#offset + i)
          break
        }
        at = next
        run = i
        if (at === AT.inside) depth = 1
      }
    }
    if (fault === null && at >= AT.inside && at <= AT.word) copyTo(chunk.length)
    this.#at = at
    this.#depth = depth
    this.#offset += chunk.length
    return { length, fault }
  }

  /** Where a byte between elements leads; null where it may not stand. */
  #between(at: At, byte: number): At | null {
    if (at === AT.start) {
      this.#isArray = byte === OPEN_BRACKET
      if (byte === OPEN_BRACKET) return AT.first
      return byte === OPEN_BRACE ? AT.inside : null
    }
    if (at === AT.end) return null
    if (at === AT.after) {
      if (byte === COMMA) return AT.element
      return byte === CLOSE_BRACKET ? AT.end : null
    }
    if (byte === CLOSE_BRACKET) return at === AT.first ? AT.end : null
    if (byte === COMMA || byte === CLOSE_BRACE) return null
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) return AT.inside
    return byte === QUOTE ? AT.string : AT.word
  }

  #fault(at: At, byte: number, offset: number): BodyBrokenError {
    const found = byte > SPACE && byte < 127 ? `"${String.fromCharCode(byte)}"` : `byte ${byte}`
    const where = `${found} at byte ${offset} of the JSON body`
    if (at === AT.start)
      return new BodyBrokenError(`${where}, where an object or an array of objects should begin`)
    if (at === AT.after) return new BodyBrokenError(`${where}, where a comma or the array's end should be`)
    if (at !== AT.end) return new BodyBrokenError(`${where}, where an element should be`)
    return new BodyBrokenError(
      `${where}, after its end; send one object a line as application/x-ndjson, or one array`,
    )
  }
}

function tableOf(...bytes: number[]): Uint8Array {
  const table = new Uint8Array(256)
  for (const byte of bytes) table[byte] = 1
  return table
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === LF || byte === 13 || byte === 9
}
