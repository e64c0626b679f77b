import { Readable } from 'node:stream'
import { csvRows, jsonDocument, jsonLines, type Cut, type RowBounds } from './rows.ts'

export type SqlFormat = 'json' | 'ndjson' | 'csv'

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

/** So much is held back before the first byte goes out: a smaller answer can still fail with a reason, and tells in its header whether it is cut. */
const heldBackBytes = 2 * 2 ** 20

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
export const engineFormat = (format: SqlFormat): string => formats[format].engine

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
 * Passes the engine's rows on as they come, no faster than the caller takes them, cut at the limit. Resolves when the first
 * bytes can go out.
 */
export async function answerOf(rows: Readable, format: SqlFormat, bounds: AnswerBounds): Promise<SqlAnswer> {
  const cut: Cut = { truncated: false }
  const pieces = bounded(formats[format].rows(rows, bounds, cut), bounds)
  const held: Buffer[] = []
  let size = 0
  let ended = false
  try {
    while (size < heldBackBytes) {
      const next = await pieces.next()
      ended = next.done === true
      if (next.done === true) break
      held.push(next.value)
      size += next.value.length
    }
  } catch (error) {
    rows.destroy()
    throw error
  }
  const body = Readable.from(
    following(held, pieces, () => (ended = true)),
    { objectMode: false },
  )
  return {
    contentType: formats[format].contentType,
    body,
    truncated: () => (ended ? cut.truncated : null),
  }
}

async function* following(
  held: Buffer[],
  pieces: AsyncGenerator<Buffer>,
  end: () => void,
): AsyncGenerator<Buffer> {
  for (let piece = held.shift(); piece !== undefined; piece = held.shift()) yield piece
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
