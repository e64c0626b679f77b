import { FeedError } from '../feed-error.ts'

/** A quoted field that runs over more text than this has lost its closing quote. */
const MAX_RECORD_CHARS = 1 << 20

/**
 * Splits text into CSV records (RFC 4180: quoted fields may hold separators, line ends and doubled quotes). Feed it
 * text in pieces of any size. Lines without any text are left out; a byte order mark is dropped.
 */
export class CsvSplitter {
  readonly #separator: string
  #rest = ''
  #started = false
  /** Records so far, the header included. */
  records = 0
  /** The record that was given last, as it stands in the file. */
  text = ''

  constructor(separator = ',') {
    this.#separator = separator
  }

  /** The records that are whole with this piece. @throws {FeedError} when a quote is never closed */
  *push(piece: string): Generator<string[], void, undefined> {
    let text = this.#rest + piece
    if (!this.#started && text !== '') {
      if (text.startsWith('\uFEFF')) text = text.slice(1)
      this.#started = true
    }
    const ends = new RecordEnds(text, this.#separator)
    let start = 0
    for (let end = ends.after(start); end !== -1; end = ends.after(start)) {
      const record = this.#split(text.slice(start, end))
      if (record !== null) yield record
      start = end + 1
    }
    this.#rest = text.slice(start)
    if (this.#rest.length > MAX_RECORD_CHARS) {
      throw new FeedError(
        `record ${this.records + 1}: no end within ${MAX_RECORD_CHARS} characters; a quote (") is probably not closed`,
      )
    }
  }

  /** The last record, when the text does not end with a line end. */
  *end(): Generator<string[], void, undefined> {
    const record = this.#split(this.#rest)
    this.#rest = ''
    if (record !== null) yield record
  }

  #split(text: string): string[] | null {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text
    if (line.trim() === '') return null
    this.records++
    this.text = line
    return line.includes('"') ? splitQuoted(line, this.#separator) : line.split(this.#separator)
  }
}

/** Finds the line feeds that end records in a text: those outside a quoted field. */
class RecordEnds {
  readonly #text: string
  readonly #separator: string
  /** The next quote, so that a text with few of them is searched once. */
  #quote: number

  constructor(text: string, separator: string) {
    this.#text = text
    this.#separator = separator
    this.#quote = text.indexOf('"')
  }

  /** End of the record that starts here; −1 when the text ends before it. */
  after(start: number): number {
    let from = start
    for (;;) {
      const end = this.#text.indexOf('\n', from)
      if (end === -1) return -1
      if (this.#quote !== -1 && this.#quote < from) this.#quote = this.#text.indexOf('"', from)
      if (this.#quote === -1 || this.#quote > end) return end
      // Only at the start of a cell does a quote open; elsewhere it is a character like others.
      const opens = this.#quote === start || this.#text[this.#quote - 1] === this.#separator
      if (opens) {
        const close = closingQuote(this.#text, this.#quote)
        if (close === -1) return -1
        from = close + 1
      } else {
        from = this.#quote + 1
      }
    }
  }
}

/** The quote that closes the one at `open`; doubled quotes stand for themselves. */
function closingQuote(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2)
  return close
}

function splitQuoted(line: string, separator: string): string[] {
  const cells: string[] = []
  let at = 0
  for (;;) {
    let cell = ''
    if (line[at] === '"') {
      const close = closingQuote(line, at)
      const end = close === -1 ? line.length : close
      cell = line.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
    }
    // What stands between a closing quote and the separator belongs to the cell, as spreadsheets read it.
    const next = line.indexOf(separator, at)
    cells.push(cell + line.slice(at, next === -1 ? line.length : next))
    if (next === -1) return cells
    at = next + 1
  }
}
