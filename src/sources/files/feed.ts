import { stat } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { FeedError } from '../../core/feed-error.ts'
import type { LineChunk } from './formats/line-chunk.ts'
import type { FeedMapping } from './mapping.ts'
import { parseFeedMapping } from './mapping.ts'
import { readCsv } from './formats/read-csv.ts'
import { readNdjson } from './formats/read-ndjson.ts'
import { countParquetRows, readParquet } from './formats/read-parquet.ts'

export interface FeedBatch {
  /** NDJSON wire records, each ended by LF. */
  readonly lines: Buffer
  readonly count: number
  /** Times of the first and last record that have one, ms since 1970; NaN when none has. */
  readonly firstMs: number
  readonly lastMs: number
  /** Hand it to `batches` to go on after this batch. Opaque. */
  readonly resume: string
  /** Share of the file with this batch, 0–1. */
  readonly done: number
  /** Records of this batch's part of the file that had to be moved to be in order of time. */
  readonly reordered: number
}

export interface BatchOptions {
  /** From a batch of the same file; null or undefined: from its beginning. */
  readonly resume?: string | null
  readonly maxRows?: number
  readonly maxBytes?: number
  /** Longest span of measured time in a batch, ms. */
  readonly maxSpanMs?: number
}

/** A file of readings, opened. */
export interface Feed {
  /** `replay:<name>`, the source of its records in the log. */
  readonly source: string
  /** Interval of its readings, s; null when the mapping names none. */
  readonly intervalS: number | null
  /** Known in advance for Parquet only. */
  readonly rows: number | null
  /** Path of the register file beside it; null when the mapping names none. */
  readonly sensors: string | null
  batches(options?: BatchOptions): AsyncGenerator<FeedBatch, void, undefined>
}

const FORMATS: Readonly<Record<string, FeedMapping['format']>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'ndjson',
  '.csv': 'csv',
  '.parquet': 'parquet',
}
const MAX_ROWS = 20_000
const MAX_BYTES = 8 << 20

/**
 * Opens a file of readings. Without a mapping its columns are named and measured as on the wire.
 *
 * Records come in order of time wherever the file is ordered within 32,768 rows: such a
 * part is sorted when it has to be. Beyond that the order of the file is kept.
 *
 * @throws {FeedError} when the file is not there or of unknown kind
 */
export async function openFeed(path: string, mapping?: FeedMapping): Promise<Feed> {
  const { size } = await stat(path).catch((cause: unknown) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new FeedError(`${path} can't be read (${reason})`, { cause })
  })
  const used = mapping ?? parseFeedMapping(`name: ${nameOf(path)}`, path)
  const format = used.format ?? FORMATS[extname(path).toLowerCase()]
  if (format === undefined && /\.(gz|zst|zip|bz2|xz)$/i.test(path))
    throw new FeedError(`${path} is packed; unpack it first`)
  if (format === undefined) {
    throw new FeedError(
      `${path}: the kind of file is unknown; allowed endings: ${Object.keys(FORMATS).join(', ')}, or format in the feed mapping`,
    )
  }
  return {
    source: `replay:${used.name}`,
    intervalS: used.interval_s ?? null,
    rows: format === 'parquet' ? await named(path, countParquetRows(path)) : null,
    sensors: used.sensors === undefined ? null : resolve(dirname(path), used.sensors),
    batches: options => batchesOf(path, format, used, size, options),
  }
}

async function* batchesOf(
  path: string,
  format: NonNullable<FeedMapping['format']>,
  mapping: FeedMapping,
  size: number,
  options: BatchOptions = {},
): AsyncGenerator<FeedBatch, void, undefined> {
  const read = { ndjson: readNdjson, csv: readCsv, parquet: readParquet }[format]
  const fromRow = rowOfToken(options.resume ?? null, size)
  try {
    for await (const chunk of read(path, mapping, fromRow)) yield* cut(chunk, fromRow, size, options)
  } catch (error) {
    if (error instanceof FeedError) throw new FeedError(`${path} ${error.message}`, { cause: error })
    throw error
  }
}

function* cut(
  chunk: LineChunk,
  fromRow: number,
  size: number,
  { maxRows = MAX_ROWS, maxBytes = MAX_BYTES, maxSpanMs = Infinity }: BatchOptions,
): Generator<FeedBatch, void, undefined> {
  const { order, atMs, reordered } = inOrder(chunk)
  const total = chunk.lines.length
  let start = Math.max(0, fromRow - chunk.startRow)
  while (start < total) {
    let end = start
    let chars = 0
    const firstMs = atMs[start] ?? NaN
    while (end < total && end - start < maxRows) {
      const next = chunk.lines[order[end] ?? 0] ?? ''
      const late = (atMs[end] ?? NaN) - firstMs >= maxSpanMs
      if (end > start && (late || chars + next.length > maxBytes)) break
      chars += next.length + 1
      end++
    }
    const lines = Array.from(order.subarray(start, end), i => chunk.lines[i] ?? '')
    yield {
      lines: Buffer.from(lines.join('\n') + '\n', chunk.encoding),
      count: end - start,
      firstMs,
      lastMs: atMs[end - 1] ?? NaN,
      resume: `${size}:${chunk.startRow + end}`,
      // Within a chunk the share is spread over its rows; for a text file that is close enough.
      done: total === 0 ? 1 : chunk.done * ((chunk.startRow + end) / (chunk.startRow + total)),
      reordered: start === Math.max(0, fromRow - chunk.startRow) ? reordered : 0,
    }
    start = end
  }
}

/** The chunk's lines by time. A line without a time keeps its place after the one before it. */
function inOrder({ atMs }: LineChunk): { order: Uint32Array; atMs: Float64Array; reordered: number } {
  const times = Float64Array.from(atMs)
  let ordered = true
  let before = times.find(ms => !Number.isNaN(ms)) ?? NaN
  for (let i = 0; i < times.length; i++) {
    if (Number.isNaN(times[i])) times[i] = before
    if ((times[i] ?? NaN) < before) ordered = false
    before = times[i] ?? NaN
  }
  const order = Uint32Array.from({ length: times.length }, (_, i) => i)
  if (ordered) return { order, atMs: times, reordered: 0 }
  order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
  const reordered = order.reduce((count, from, to) => count + (from === to ? 0 : 1), 0)
  return { order, atMs: Float64Array.from(order, i => times[i] ?? NaN), reordered }
}

/** A token of a file that has become shorter is of another file: begin again, readings count once anyway. */
function rowOfToken(token: string | null, size: number): number {
  const [, then = '', row = ''] = /^(\d+):(\d+)$/.exec(token ?? '') ?? []
  return then !== '' && Number(then) <= size ? Number(row) : 0
}

async function named<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof FeedError) throw new FeedError(`${path} ${error.message}`, { cause: error })
    throw error
  }
}

function nameOf(path: string): string {
  const name = basename(path, extname(path))
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
  return JSON.stringify(name.slice(0, 64) || 'file')
}
