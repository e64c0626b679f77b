import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet'
import type { AsyncBuffer, ColumnData, FileMetaData, SchemaElement } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { FeedError } from '../../../core/feed-error.ts'
import { planOfMapping, planOfNames, positionsOf } from '../fields.ts'
import type { LineChunk } from './line-chunk.ts'
import { MAX_CHUNK_ROWS } from './line-chunk.ts'
import type { FeedMapping } from '../mapping.ts'
import type { TimeKind } from '../../../core/time/index.ts'
import { lineRenderer } from './wire-line.ts'
import { DAY_MS } from '../../../core/time/spans.ts'

/** A row group is decoded whole; beyond this its columns would fill the memory. */
const MAX_GROUP_ROWS = 8_000_000

/** Numbers instead of dates: wall clock or instant, the schema says which. */
const parsers = {
  timestampFromMilliseconds: (ms: bigint) => Number(ms),
  timestampFromMicroseconds: (micros: bigint) => Number(micros / 1000n),
  timestampFromNanoseconds: (nanos: bigint) => Number(nanos / 1_000_000n),
  dateFromDays: (days: number) => days * DAY_MS,
}

/** Rows of a Parquet file, from the chunk that holds `fromRow` on; a row group at a time, only the columns that are used. */
export async function* readParquet(
  path: string,
  mapping: FeedMapping,
  fromRow: number,
): AsyncGenerator<LineChunk, void, undefined> {
  const { file, metadata } = await open(path)
  const columns = parquetSchema(metadata).children.map(child => child.element)
  const names = columns.map(element => element.name)
  const plan = planOfMapping(mapping) ?? planOfNames(names, mapping)
  const sources = positionsOf(plan, names).map(position => columns[position])
  const timeField = plan.fields.findIndex(field => field.kind === 'time')
  const render = lineRenderer(plan, timeKindOf(sources[timeField]))
  const used = sources.map(source => source?.name ?? '')
  const total = Number(metadata.num_rows)

  let groupStart = 0
  for (const { num_rows } of metadata.row_groups) {
    const groupEnd = groupStart + Number(num_rows)
    if (groupEnd - groupStart > MAX_GROUP_ROWS) {
      throw new FeedError(
        `has a row group of ${groupEnd - groupStart} rows, more than ${MAX_GROUP_ROWS}; write it again with smaller row groups`,
      )
    }
    if (groupEnd > fromRow) {
      const values = await readGroup(file, metadata, groupStart, groupEnd, sources)
      for (let start = groupStart; start < groupEnd; start += MAX_CHUNK_ROWS) {
        const end = Math.min(groupEnd, start + MAX_CHUNK_ROWS)
        if (end > fromRow) yield chunkOf(values, start, end, groupStart, total, render, used)
      }
    }
    groupStart = groupEnd
  }
}

/** Rows of a Parquet file. @throws {FeedError} when it is none */
export async function countParquetRows(path: string): Promise<number> {
  const { metadata } = await open(path)
  return Number(metadata.num_rows)
}

async function open(path: string): Promise<{ file: AsyncBuffer; metadata: FileMetaData }> {
  try {
    const file = await asyncBufferFromFile(path)
    return { file, metadata: await parquetMetadataAsync(file) }
  } catch (cause) {
    throw new FeedError(
      `is no Parquet file that can be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
}

type Values = readonly (ArrayLike<unknown> | null)[]

function chunkOf(
  values: Values,
  start: number,
  end: number,
  groupStart: number,
  total: number,
  render: ReturnType<typeof lineRenderer>,
  names: readonly string[],
): LineChunk {
  const lines = new Array<string>(end - start)
  const atMs = new Float64Array(end - start)
  const row: unknown[] = values.map(() => null)
  for (let i = start; i < end; i++) {
    for (let c = 0; c < values.length; c++) row[c] = values[c]?.[i - groupStart] ?? null
    const line = render(row)
    lines[i - start] = line.found ? line.text : asItIs(names, row)
    atMs[i - start] = line.atMs
  }
  return { startRow: start, lines, atMs, encoding: 'utf8', done: end / total }
}

/** The row as JSON under the file's own names, for the lake to keep. */
function asItIs(names: readonly string[], row: readonly unknown[]): string {
  return JSON.stringify(
    Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])),
    (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value),
  )
}

/** One array per source column, as long as the group. */
async function readGroup(
  file: AsyncBuffer,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
  sources: readonly (SchemaElement | undefined)[],
): Promise<Values> {
  const runs = new Map<string, ColumnData[]>()
  const wanted = sources.flatMap(source => (source === undefined ? [] : [source.name]))
  try {
    await parquetRead({
      file,
      metadata,
      compressors,
      parsers,
      rowStart,
      rowEnd,
      columns: [...new Set(wanted)],
      onChunk: run => runs.set(run.columnName, [...(runs.get(run.columnName) ?? []), run]),
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new FeedError(`rows ${rowStart} to ${rowEnd} can't be read: ${reason}`, { cause })
  }
  return sources.map(source =>
    source === undefined ? null : joined(runs.get(source.name) ?? [], rowStart, rowEnd, source),
  )
}

function joined(
  runs: readonly ColumnData[],
  rowStart: number,
  rowEnd: number,
  source: SchemaElement,
): ArrayLike<unknown> {
  const only = runs[0]
  const narrow = source.type === 'FLOAT'
  if (runs.length === 1 && only?.rowStart === rowStart && !narrow) return only.columnData
  const whole = new Array<unknown>(rowEnd - rowStart).fill(null)
  for (const run of runs) {
    for (let i = Math.max(run.rowStart, rowStart); i < Math.min(run.rowEnd, rowEnd); i++) {
      const value: unknown = run.columnData[i - run.rowStart]
      // 32-bit floats carry seven digits; the rest is noise of the wider type.
      whole[i - rowStart] = narrow && typeof value === 'number' ? Number(value.toPrecision(7)) : value
    }
  }
  return whole
}

function timeKindOf(element: SchemaElement | undefined): TimeKind {
  if (element === undefined) return 'value'
  const logical = element.logical_type
  if (logical?.type === 'TIMESTAMP') return logical.isAdjustedToUTC ? 'instant' : 'wallclock'
  if (logical?.type === 'DATE' || element.converted_type === 'DATE') return 'wallclock'
  const old = element.converted_type === 'TIMESTAMP_MILLIS' || element.converted_type === 'TIMESTAMP_MICROS'
  return old || element.type === 'INT96' ? 'instant' : 'value'
}
