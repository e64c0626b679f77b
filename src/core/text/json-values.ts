import { FeedError } from '../feed-error.ts'

/** The largest element that is passed on; the lake's own limit is below it. */
const MAX_ELEMENT_CHARS = 1 << 26
/** What means something outside the strings of an element, and within a string. */
const OUTSIDE = /["{}[\]]/g
const INSIDE = /["\\]/g
const BLANK = /[\s,]*/y

/**
 * Cuts a JSON array that comes in pieces into its elements, each on one line. Only brackets and strings are looked at:
 * what is not valid JSON inside becomes an element as it is, and so does what stands between two, so that every row of
 * the file has its fate in the lake. One array after another is taken too, and objects that follow each other.
 */
export class JsonValueSplitter {
  #rest = ''
  /** How far `#rest` has been looked at, and what is open there. */
  #seen = 0
  #depth = 0
  #inString = false
  #inArray = false;

  /** The elements that are whole with this piece. @throws {FeedError} when one has no end */
  *push(piece: string): Generator<string, void, undefined> {
    this.#rest += piece
    let start = 0
    for (;;) {
      if (this.#depth === 0) start = this.#between(start)
      if (start >= this.#rest.length) break
      const end = this.#depth === 0 && !this.#opens(start) ? this.#wordEnd(start) : this.#elementEnd(start)
      if (end === -1) break
      yield oneLine(this.#rest.slice(start, end))
      start = end
      this.#seen = end
    }
    this.#rest = this.#rest.slice(start)
    this.#seen = Math.max(0, this.#seen - start)
    if (this.#rest.length > MAX_ELEMENT_CHARS) {
      throw new FeedError(`has an element over ${MAX_ELEMENT_CHARS} characters; is it an array of readings?`)
    }
  }

  /** What is left when the file ends: a row that was cut off is one all the same. */
  *end(): Generator<string, void, undefined> {
    const rest = this.#rest.trim()
    this.#rest = ''
    if (rest !== '') yield oneLine(rest)
  }

  /** The start of the next element: blanks, commas and the array's own brackets are passed over. */
  #between(from: number): number {
    let at = from
    for (;;) {
      BLANK.lastIndex = at
      BLANK.exec(this.#rest)
      at = BLANK.lastIndex
      const character = this.#rest[at]
      if (character === '[' && !this.#inArray) this.#inArray = true
      else if (character === ']' && this.#inArray) this.#inArray = false
      else break
      at++
    }
    this.#seen = Math.max(this.#seen, at)
    return at
  }

  #opens(at: number): boolean {
    const character = this.#rest[at]
    return character === '{' || character === '['
  }

  /** Behind a number, a word or a text that is an element itself; −1 when it may go on. */
  #wordEnd(start: number): number {
    const text = this.#rest
    if (text[start] === '"') {
      const close = closingQuote(text, start + 1)
      return close === -1 ? -1 : close + 1
    }
    for (let at = start + 1; at < text.length; at++) {
      if (/[,\]{[\s]/.test(text[at] ?? '')) return at
    }
    return -1
  }

  /** Behind the bracket that closes the element begun at `start`; −1 when it has not come yet. */
  #elementEnd(start: number): number {
    const text = this.#rest
    let at = Math.max(start, this.#seen)
    while (at < text.length) {
      if (this.#inString) {
        const close = closingQuote(text, at)
        if (close === -1) {
          // A backslash at the end belongs to what comes.
          at = text.length - trailingBackslashes(text)
          break
        }
        this.#inString = false
        at = close + 1
        continue
      }
      OUTSIDE.lastIndex = at
      const found = OUTSIDE.exec(text)
      if (found === null) {
        at = text.length
        break
      }
      at = found.index + 1
      if (found[0] === '"') this.#inString = true
      else if (found[0] === '{' || found[0] === '[') this.#depth++
      else if (--this.#depth === 0) return at
    }
    this.#seen = at
    return -1
  }
}

function closingQuote(text: string, from: number): number {
  INSIDE.lastIndex = from
  for (let found = INSIDE.exec(text); found !== null; found = INSIDE.exec(text)) {
    if (found[0] === '"') return found.index
    INSIDE.lastIndex = found.index + 2
  }
  return -1
}

/** 1 when the text ends in a backslash that escapes what comes, else 0. */
function trailingBackslashes(text: string): number {
  return (/\\+$/.exec(text)?.[0].length ?? 0) % 2
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ')
}
