import { Readable } from 'node:stream'
import { csvRows, jsonDocument, jsonLines, rawRows, type Cut, type RowBounds } from './rows.ts'

export type SqlFormat = 'json' | 'ndjson' | 'csv'

/** The engine's own bytes in one of its formats. They are never cut: with more rows than the limit the statement fails. */
export interface RawFormat {
  /** The engine's name of it, e.g. `Native`. */
  readonly engine: string
  readonly contentType: string
  /** How the engine writes values. */
  readonly settings: Readonly<Record<string, string | number>>
}
export type AnswerFormat = SqlFormat | RawFormat

/** Rows on their way to the caller. */
export interface SqlAnswer {
  readonly contentType: string
  /** Read it or destroy it. It breaks off with an error where the engine's answer does. */
  readonly body: Readable
  /** Whether there were more rows than the limit; null while that is not known, as the answer is still coming. */
  readonly truncated: () => boolean | null
}

export interface AnswerBounds extends RowBounds {
  readonly maxBytes: number
}

/**
 * Memory for answers that are held back: one that is whole before its first byte goes out can still fail with a reason, and
 * tells in its header whether it is cut. What finds no room is passed on as it comes.
 */
export class HeldBytes {
  #free: number

  constructor(bytes: number) {
    this.#free = bytes
  }

  /** @returns whether there was room */
  take(bytes: number): boolean {
    if (bytes > this.#free) return false
    this.#free -= bytes
    return true
  }

  give(bytes: number): void {
    this.#free += bytes
  }
}

const formats = {
  json: {
    engine: 'JSONCompactEachRowWithNamesAndTypes',
    contentType: 'application/json; charset=utf-8',
    rows: jsonDocument,
  },
  ndjson: { engine: 'JSONEachRow', contentType: 'application/x-ndjson; charset=utf-8', rows: jsonLines },
  csv: { engine: 'CSVWithNames', contentType: 'text/csv; charset=utf-8; header=present', rows: csvRows },
} as const

/** The format in which the engine is asked for the rows. */
export const engineFormat = (format: AnswerFormat): string => shapeOf(format).engine

const shapeOf = (format: AnswerFormat) =>
  typeof format === 'string' ? formats[format] : { ...format, rows: rawRows }

/** How the engine writes values, in all the formats. */
export const formatSettings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 0,
  output_format_json_quote_decimals: 0,
  output_format_json_validate_utf8: 1,
  // One dialect with the lists: nothing for null, "" for an empty text.
  format_csv_null_representation: '',
  output_format_csv_serialize_tuple_into_separate_columns: 0,
} as const

/**
 * Takes the engine's rows, cut at the limit, and passes them on no faster than the caller takes them. Resolves when the first
 * bytes can go out: when all are there, or when there is no more room for them.
 */
export async function answerOf(
  rows: Readable,
  format: AnswerFormat,
  bounds: AnswerBounds,
  memory: HeldBytes,
): Promise<SqlAnswer> {
  const cut: Cut = { truncated: false }
  const pieces = bounded(shapeOf(format).rows(rows, bounds, cut), bounds)
  const held = new Held(memory)
  let ended: boolean
  try {
    ended = await held.fill(pieces)
  } catch (error) {
    held.close()
    rows.destroy()
    throw error
  }
  const body = Readable.from(
    following(held, pieces, () => (ended = true)),
    { objectMode: false },
  )
  // Also when nobody has read a byte of it.
  body.once('close', () => {
    held.close()
    rows.destroy()
  })
  return {
    contentType: shapeOf(format).contentType,
    body,
    truncated: () => (ended ? cut.truncated : null),
  }
}

/** What of one answer is held back. */
class Held {
  readonly #memory: HeldBytes
  readonly #pieces: Buffer[] = []
  #bytes = 0

  constructor(memory: HeldBytes) {
    this.#memory = memory
  }

  /** @returns whether the answer is at its end; else there is no more room */
  async fill(pieces: AsyncGenerator<Buffer>): Promise<boolean> {
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
      this.#pieces.push(next.value)
      if (!this.#memory.take(next.value.length)) return false
      this.#bytes += next.value.length
    }
    return true
  }

  *drain(): Generator<Buffer> {
    for (let piece = this.#pieces.shift(); piece !== undefined; piece = this.#pieces.shift()) {
      yield piece
      this.#give(Math.min(piece.length, this.#bytes))
    }
  }

  close(): void {
    this.#pieces.length = 0
    this.#give(this.#bytes)
  }

  #give(bytes: number): void {
    this.#bytes -= bytes
    this.#memory.give(bytes)
  }
}

async function* following(
  held: Held,
  pieces: AsyncGenerator<Buffer>,
  end: () => void,
): AsyncGenerator<Buffer> {
  yield* held.drain()
  yield* pieces
  end()
}

async function* bounded(pieces: AsyncGenerator<Buffer>, bounds: AnswerBounds): AsyncGenerator<Buffer> {
  let total = 0
  for await (const piece of pieces) {
    total += piece.length
    if (total > bounds.maxBytes) throw bounds.tooLarge()
    if (piece.length > 0) yield piece
  }
}
