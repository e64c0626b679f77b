import { stat } from 'node:fs/promises'
import { FeedError } from './feed-error.ts'
import { bytesOf, fileBytes, textOf } from './file-bytes.ts'
import { planOfMapping } from './fields.ts'
import type { FieldPlan } from './fields.ts'
import type { LineChunk } from './line-chunk.ts'
import { ChunkBuilder } from './line-chunk.ts'
import type { FeedMapping } from './mapping.ts'
import { stampReader } from './timestamp.ts'
import type { WireLine } from './wire-line.ts'
import { lineRenderer } from './wire-line.ts'

/** The largest line that is passed on; the lake's own limit is below it. */
const MAX_LINE_CHARS = 1 << 26
const TIMESTAMP = /"timestamp"\s*:\s*"([^"\\]{1,64})"/

/**
 * Lines of an NDJSON file, from the chunk that holds `fromRow` on. Without a mapping of columns each line is passed on
 * byte for byte; with one, a line that is no UTF-8 or no JSON object is, so that the lake keeps it with the reason.
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
    const lines = rows.map(render)
    return {
      startRow,
      lines: lines.map(line => line.text),
      atMs: Float64Array.from(lines, line => line.atMs),
      encoding: 'latin1',
      done: size === 0 ? 1 : Math.min(1, readBytes / size),
    }
  })

  let rest = ''
  for await (const piece of fileBytes(path, bytes => (readBytes += bytes))) {
    const lines = piece.split('\n')
    lines[0] = rest + (lines[0] ?? '')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE_CHARS)
      throw new FeedError(`has a line over ${MAX_LINE_CHARS} characters; is it NDJSON?`)
    for (const line of lines) if (line.trim() !== '') yield* chunks.add(line, line.length)
  }
  if (rest.trim() !== '') yield* chunks.add(rest, rest.length)
  yield* chunks.flush()
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
    let record: unknown
    try {
      record = JSON.parse(textOf(line) ?? '')
    } catch {
      return { text: line, atMs: NaN }
    }
    if (typeof record !== 'object' || record === null) return { text: line, atMs: NaN }
    const values = plan.fields.map(({ column }) => (column === null ? null : memberOf(record, column)))
    const { text, atMs } = render(values)
    return { text: bytesOf(text), atMs }
  }
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
