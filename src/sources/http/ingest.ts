import { Readable } from 'node:stream'
import type { LogWriter } from '../../core/log.ts'
import type { Positions } from '../../core/positions.ts'
import type { Stream } from '../../core/stream/index.ts'
import { Appends } from './appends.ts'
import { withoutBom } from './bom.ts'
import { Amounts } from './amounts.ts'
import type { BodyPass } from './fair/index.ts'
import {
  BodyBrokenError,
  BodyEmptyError,
  BodyFault,
  BodyTooLargeError,
  CsvHeaderError,
  IngestError,
  BodyAbortedError,
} from './ingest-error.ts'
import { CsvSplitter, JsonSplitter, LineFramer, streamHeader } from './lines/index.ts'
import type { FramerOptions, Piece, Splitter } from './lines/index.ts'
import { bodyEncoding, bodyFormat } from './media.ts'
import type { BodyEncoding, BodyFormat } from './media.ts'
import type { OversizeFile, OversizeStore } from './oversize.ts'
import { unpackBody } from './unpack.ts'

export interface IngestRequest {
  /** What the lines are records of. @default readings */
  readonly stream?: Stream | undefined
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly source: string
  readonly intervalS: number | null
  /** The body's way through the door, beside other senders' bodies. */
  readonly pass: BodyPass
}

export interface IngestDeps {
  readonly log: LogWriter
  readonly oversize: OversizeStore
  /** ms since 1970; each batch of lines arrives when it is handed to the log. */
  readonly now: () => number
  readonly maxLineBytes: number
  /** Of the unpacked body, and of the lines that it becomes. */
  readonly maxBodyBytes: number
  readonly maxBodyRecords: number
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
 * Takes a request's body into the log, a line for each record, and resolves once all are durable. The body is streamed:
 * about ten batches and one line of `maxLineBytes` are in memory. A line that is none is taken all the same. Limits
 * hold while it streams: what is durable of a body that meets one is always its first records, and repeats do no harm.
 *
 * @throws {IngestError} with the HTTP status and how many lines are durable nevertheless
 */
export async function ingestBody(
  body: AsyncIterable<Uint8Array>,
  request: IngestRequest,
  deps: IngestDeps,
): Promise<Ingested> {
  const { stream, source, intervalS, pass } = request
  const appends = new Appends({ log: deps.log, now: deps.now, source, intervalS, pass })
  try {
    const format = bodyFormat(request.contentType)
    const encoding = bodyEncoding(request.contentEncoding)
    await takeBody(body, { stream, format, encoding, pass, appends }, deps)
    await appends.settle()
    if (appends.durable === 0) throw new BodyEmptyError(stream === undefined ? 'reading' : 'record')
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

interface Taking {
  readonly stream: Stream | undefined
  readonly format: BodyFormat
  readonly encoding: BodyEncoding
  readonly pass: BodyPass
  readonly appends: Appends
}

async function takeBody(
  body: AsyncIterable<Uint8Array>,
  { stream, format, encoding, pass, appends }: Taking,
  deps: IngestDeps,
): Promise<void> {
  const batchLines = pass.batchRecords
  const { maxLineBytes } = deps
  const splitter = splitterFor(format, { maxLineBytes, batchBytes: BATCH_BYTES, batchLines }, stream)
  const amounts = new Amounts(deps)
  const sink = new Sink({ stream: stream?.name, appends, oversize: deps.oversize, amounts, pass })
  try {
    for await (const chunk of withoutBom(unpackBody(heard(body, amounts, pass), encoding))) {
      await pass.turn()
      amounts.unpacked(chunk.length)
      for (const piece of splitter.push(chunk)) await sink.take(piece)
      pass.hold(splitter.heldBytes + (encoding === 'zstd' ? amounts.windowBytes : 0))
    }
    for (const piece of splitter.end()) await sink.take(piece)
  } catch (error) {
    await sink.discard()
    if (WHOLE_LINES_BEFORE.some(kind => error instanceof kind)) {
      for (const piece of splitter.abort()) await sink.take(piece)
    }
    throw error
  }
}

/** Of a body that ends in one of these, the whole lines before are taken: nothing is wrong with them, or with taking more. */
const WHOLE_LINES_BEFORE = [BodyBrokenError, BodyAbortedError, BodyTooLargeError, CsvHeaderError] as const

async function* heard(
  body: AsyncIterable<Uint8Array>,
  amounts: Amounts,
  pass: BodyPass,
): AsyncGenerator<Uint8Array> {
  // An answer can only be sent to a sender whose stream is not destroyed by a reader that stops early.
  const source = body instanceof Readable ? body.iterator({ destroyOnReturn: false }) : body
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    amounts.sent(chunk.length)
    pass.heard()
    yield chunk
  }
}

function splitterFor(format: BodyFormat, options: FramerOptions, stream: Stream | undefined): Splitter {
  if (format === 'json') return new JsonSplitter(options)
  if (format === 'ndjson') return new LineFramer(options)
  return new CsvSplitter(options, stream === undefined ? undefined : streamHeader(stream))
}

interface SinkParts {
  /** Name of the stream that the lines are of; readings are unnamed. */
  readonly stream: string | undefined
  readonly appends: Appends
  readonly oversize: OversizeStore
  readonly amounts: Amounts
  readonly pass: BodyPass
}

/** Takes the pieces of a body in their order. */
class Sink {
  readonly #parts: SinkParts
  #file: OversizeFile | null = null

  constructor(parts: SinkParts) {
    this.#parts = parts
  }

  async take(piece: Piece): Promise<void> {
    const { stream, amounts, appends, pass } = this.#parts
    await pass.turn()
    if (piece.kind === 'long') {
      amounts.lines(piece.bytes.length, piece.last ? 1 : 0)
      await this.#takeLong(piece.bytes, piece.last)
      return
    }
    amounts.lines(piece.lines.length, piece.count)
    await appends.add(stream ?? 'reading', piece.lines, piece.count)
  }

  /** Removes a long line whose end did not come. */
  async discard(): Promise<void> {
    const file = this.#file
    this.#file = null
    try {
      await file?.discard()
    } catch (error) {
      this.#parts.appends.fail(error)
    }
  }

  async #takeLong(bytes: Buffer, last: boolean): Promise<void> {
    const { stream, appends, oversize, pass } = this.#parts
    // A long line goes to the disk as it comes, and to quarantine for sure.
    pass.charge(bytes.length / BYTES_A_REFUSED_LINE)
    await pass.pause()
    try {
      this.#file ??= await oversize.begin()
      await this.#file.write(bytes)
      if (!last) return
      const stored = await this.#file.finish()
      this.#file = null
      const record = `${JSON.stringify({ ...stored, stream, reason: 'line_too_long' })}\n`
      await appends.add('oversize', Buffer.from(record), 1)
    } catch (error) {
      if (error instanceof BodyFault) throw error
      appends.fail(error)
      await appends.settle()
    }
  }
}

/** A long line is as dear as a refused line for each so many bytes, which is what a usual one has. */
const BYTES_A_REFUSED_LINE = 1024
