import { stat } from 'node:fs/promises'
import { quoteBareNumbers } from '../../../core/text/bare-numbers.ts'
import { FeedError } from '../../../core/feed-error.ts'
import { bytesOf, textOf } from '../../../core/text/byte-text.ts'
import { fileBytes } from './file-bytes.ts'
import { planOfMapping } from '../fields.ts'
import type { FieldPlan } from '../fields.ts'
import { JsonValueSplitter } from '../../../core/text/json-values.ts'
import type { LineChunk } from './line-chunk.ts'
import { ChunkBuilder } from './line-chunk.ts'
import type { FeedMapping } from '../mapping.ts'
import { stampReader } from '../../../core/time/index.ts'
import type { WireLine } from './wire-line.ts'
import { lineRenderer } from './wire-line.ts'

/** The largest line that is passed on; the lake's own limit is below it. */
const MAX_LINE_CHARS = 1 << 26
const TIMESTAMP = /"timestamp"\s*:\s*"([^"\\]{1,64})"/

/**
 * Rows of an NDJSON file, from the chunk that holds `fromRow` on; of a JSON array (or of objects written over several
 * lines) its elements are the rows. Without a mapping of columns each row is passed on byte for byte; with one, a row that
 * is no UTF-8 or no JSON object is, and one in which the mapping finds nothing, so that the lake keeps it with the reason.
 */
export async function* readNdjson(
  path: string,
  mapping: FeedMapping,
  fromRow: number,
): AsyncGenerator<LineChunk, void, undefined> {
  const { size } = await stat(path)
  const plan = planOfMapping(mapping)
  const render = plan === null ? asItIs() : mapped(plan)
  let readBytes = 0
  const chunks = new ChunkBuilder<string>(fromRow, (rows, startRow) => {
    if (startRow === 0) refuseWrapped(rows[0] ?? '', plan)
    const lines = rows.map(render)
    return {
      startRow,
      lines: lines.map(line => line.text),
      atMs: Float64Array.from(lines, line => line.atMs),
      encoding: 'latin1',
      done: size === 0 ? 1 : Math.min(1, readBytes / size),
    }
  })

  let splitter: RowSplitter | null = null
  for await (const piece of fileBytes(path, bytes => (readBytes += bytes))) {
    splitter ??= isOneDocument(piece) ? new JsonValueSplitter() : new LineSplitter()
    for (const row of splitter.push(piece)) yield* chunks.add(row, row.length)
  }
  if (splitter !== null) for (const row of splitter.end()) yield* chunks.add(row, row.length)
  yield* chunks.flush()
}

interface RowSplitter {
  push(piece: string): Iterable<string>
  end(): Iterable<string>
}

/** Cuts text in pieces into its lines; those without any text are left out. */
class LineSplitter implements RowSplitter {
  #rest = '';

  *push(piece: string): Generator<string, void, undefined> {
    const lines = piece.split('\n')
    lines[0] = this.#rest + (lines[0] ?? '')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > MAX_LINE_CHARS)
      throw new FeedError(`has a line over ${MAX_LINE_CHARS} characters; is it NDJSON?`)
    for (const line of lines) if (line.trim() !== '') yield line
  }

  *end(): Generator<string, void, undefined> {
    if (this.#rest.trim() !== '') yield this.#rest
    this.#rest = ''
  }
}

/** Whether a file that begins so is a JSON array, or an object written over several lines, and not one record a line. */
function isOneDocument(beginning: string): boolean {
  return /^\s*(?:\[|\{[ \t\r]*\n)/.test(beginning)
}

/** @throws {FeedError} for a document whose readings stand in a list inside of it: as one row, all of them would be lost */
function refuseWrapped(row: string, plan: FieldPlan | null): void {
  const record = objectOf(row)
  if (record === null) return
  const known = plan === null ? ['sensor_id'] : plan.fields.flatMap(({ column }) => column ?? [])
  if (known.some(column => memberOf(record, column) !== undefined)) return
  const list = Object.entries(record).find(([, value]) => Array.isArray(value) && isObject(value[0]))
  if (list === undefined) return
  throw new FeedError(
    `is one JSON object, whose list "${list[0]}" probably holds the readings; write it as an array of them, or one a line`,
  )
}

function asItIs(): (line: string) => WireLine {
  const readStamp = stampReader('iso', undefined, 'value')
  return line => {
    const found = TIMESTAMP.exec(line)?.[1]
    return { text: line, atMs: found === undefined ? NaN : readStamp(found).ms }
  }
}

function mapped(plan: FieldPlan): (line: string) => WireLine {
  const render = lineRenderer(plan, 'value')
  return line => {
    const record = objectOf(line)
    if (record === null) return { text: line, atMs: NaN }
    const values = plan.fields.map(({ column }) => (column === null ? null : memberOf(record, column)))
    const { text, atMs, found } = render(values)
    if (found) return { text: bytesOf(text), atMs }
    // A row that speaks the wire's own names would be read in the wire's units: within an array it is refused, and kept.
    return { text: 'sensor_id' in record ? `[${line.trim()}]` : line, atMs: NaN }
  }
}

/** The object a line is, a bare NaN in it as a text; null when it is none, or not UTF-8. */
function objectOf(line: string): object | null {
  const text = textOf(line)
  if (text === null) return null
  const value = parsed(text) ?? parsed(quoteBareNumbers(text) ?? '')
  return isObject(value) ? value : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A column of this name, or the member at a path of names joined by dots. */
function memberOf(record: object, column: string): unknown {
  const own = record as Record<string, unknown>
  if (column in own) return own[column]
  return column
    .split('.')
    .reduce<unknown>(
      (node, name) =>
        typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[name] : undefined,
      own,
    )
}
