import type { LogWriter } from '../../core/log.ts'
import type { Positions } from '../../core/positions.ts'
import { Appends } from './appends.ts'
import { withoutBom } from './bom.ts'
import {
  BodyEmptyError,
  BodyFault,
  BodyNotDurableError,
  BodyTooLargeError,
  IngestError,
} from './ingest-error.ts'
import { CsvSplitter, JsonSplitter, LineFramer } from './lines/index.ts'
import type { FramerOptions, Piece, Splitter } from './lines/index.ts'
import { bodyEncoding, bodyFormat } from './media.ts'
import type { BodyEncoding, BodyFormat } from './media.ts'
import type { OversizeFile, OversizeStore } from './oversize.ts'
import { unpackBody } from './unpack.ts'

export interface IngestRequest {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly source: string
  readonly intervalS: number | null
}

export interface IngestDeps {
  readonly log: LogWriter
  readonly oversize: OversizeStore
  /** ms since 1970; each batch of lines arrives when it is handed to the log. */
  readonly now: () => number
  readonly maxLineBytes: number
  /** Of the unpacked body. */
  readonly maxBodyBytes: number
}

export interface Ingested {
  /** Durable lines, valid or not. */
  readonly accepted: number
  /** Opaque: of the last line. */
  readonly position: string
  /** Of all its lines in the log: what became of them can be asked for. */
  readonly positions: Positions
}

/** Lines handed to the log at once. */
const BATCH_BYTES = 1024 * 1024

/**
 * Takes a request's body into the log, a line for each reading, and resolves once all are durable. The body is streamed:
 * about ten batches and one line of `maxLineBytes` are in memory. A line that is no reading is taken all the same.
 *
 * @throws {IngestError} with the HTTP status and how many lines are durable nevertheless
 */
export async function ingestBody(
  body: AsyncIterable<Uint8Array>,
  request: IngestRequest,
  deps: IngestDeps,
): Promise<Ingested> {
  const { source, intervalS } = request
  const appends = new Appends({ log: deps.log, now: deps.now, source, intervalS })
  try {
    const format = bodyFormat(request.contentType)
    const encoding = bodyEncoding(request.contentEncoding)
    await takeBody(body, format, encoding, appends, deps)
    await appends.settle()
    if (appends.durable === 0) throw new BodyEmptyError()
    return { accepted: appends.durable, position: appends.position, positions: appends.positions }
  } catch (error) {
    // Whatever it was: lines on their way are counted before the answer.
    const failure: unknown = await appends.settle().then(
      () => error,
      (notDurable: unknown) => (error instanceof BodyFault ? notDurable : error),
    )
    throw failure instanceof BodyFault ? new IngestError(failure, appends.durable) : failure
  }
}

async function takeBody(
  body: AsyncIterable<Uint8Array>,
  format: BodyFormat,
  encoding: BodyEncoding,
  appends: Appends,
  { maxLineBytes, maxBodyBytes, oversize }: IngestDeps,
): Promise<void> {
  const splitter = splitterFor(format, { maxLineBytes, batchBytes: BATCH_BYTES })
  const sink = new Sink(appends, oversize)
  let bytes = 0
  try {
    for await (const chunk of withoutBom(unpackBody(body, encoding))) {
      bytes += chunk.length
      if (bytes > maxBodyBytes) {
        throw new BodyTooLargeError(
          `the body has more than ${maxBodyBytes} bytes (limits.maxBodyBytes); send it in parts`,
        )
      }
      for (const piece of splitter.push(chunk)) await sink.take(piece)
    }
    for (const piece of splitter.end()) await sink.take(piece)
  } catch (error) {
    await sink.discard()
    if (error instanceof BodyFault && !(error instanceof BodyNotDurableError)) {
      for (const piece of splitter.abort()) await sink.take(piece)
    }
    throw error
  }
}

function splitterFor(format: BodyFormat, options: FramerOptions): Splitter {
  if (format === 'json') return new JsonSplitter(options)
  return format === 'csv' ? new CsvSplitter(options) : new LineFramer(options)
}

/** Takes the pieces of a body in their order. */
class Sink {
  readonly #appends: Appends
  readonly #oversize: OversizeStore
  #file: OversizeFile | null = null

  constructor(appends: Appends, oversize: OversizeStore) {
    this.#appends = appends
    this.#oversize = oversize
  }

  async take(piece: Piece): Promise<void> {
    if (piece.kind === 'lines') await this.#appends.add('reading', piece.lines, piece.count)
    else await this.#takeLong(piece.bytes, piece.last)
  }

  /** Removes a long line whose end did not come. */
  async discard(): Promise<void> {
    const file = this.#file
    this.#file = null
    try {
      await file?.discard()
    } catch (error) {
      this.#appends.fail(error)
    }
  }

  async #takeLong(bytes: Buffer, last: boolean): Promise<void> {
    try {
      this.#file ??= await this.#oversize.begin()
      await this.#file.write(bytes)
      if (!last) return
      const stored = await this.#file.finish()
      this.#file = null
      const record = `${JSON.stringify({ ...stored, reason: 'line_too_long' })}\n`
      await this.#appends.add('oversize', Buffer.from(record), 1)
    } catch (error) {
      if (!(error instanceof BodyFault)) this.#appends.fail(error)
      await this.#appends.settle()
    }
  }
}
