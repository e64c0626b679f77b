import { stat } from 'node:fs/promises'
import { CsvSplitter } from '../../../core/text/csv.ts'
import { FeedError } from '../../../core/feed-error.ts'
import { bytesOf, textOf } from '../../../core/text/byte-text.ts'
import { fileBytes } from './file-bytes.ts'
import { planOfMapping, planOfNames, positionsOf } from '../fields.ts'
import type { LineChunk } from './line-chunk.ts'
import { ChunkBuilder } from './line-chunk.ts'
import type { FeedMapping } from '../mapping.ts'
import type { WireLine } from './wire-line.ts'
import { lineRenderer } from './wire-line.ts'

/** Rows of a CSV file with a header, from the chunk that holds `fromRow` on. A row that is not UTF-8 is passed on as it is. */
export async function* readCsv(
  path: string,
  mapping: FeedMapping,
  fromRow: number,
): AsyncGenerator<LineChunk, void, undefined> {
  const { size } = await stat(path)
  const splitter = new CsvSplitter(mapping.separator)
  let render = null as ((row: CsvRow) => WireLine) | null
  let readBytes = 0
  const chunks = new ChunkBuilder<CsvRow>(fromRow, (rows, startRow) => {
    const lines = rows.map(row => render?.(row) ?? { text: '', atMs: NaN })
    return {
      startRow,
      lines: lines.map(line => line.text),
      atMs: Float64Array.from(lines, line => line.atMs),
      encoding: 'latin1',
      done: size === 0 ? 1 : Math.min(1, readBytes / size),
    }
  })
  function* take(records: Iterable<string[]>): Generator<LineChunk, void, undefined> {
    for (const cells of records) {
      if (render === null) render = rowRenderer(cells, mapping)
      else yield* chunks.add({ cells, text: splitter.text }, splitter.text.length + 1)
    }
  }

  for await (const piece of fileBytes(path, bytes => (readBytes += bytes))) yield* take(splitter.push(piece))
  yield* take(splitter.end())
  yield* chunks.flush()
  if (render === null) throw new FeedError('is empty; a CSV feed begins with a header line')
}

interface CsvRow {
  readonly cells: readonly string[]
  /** As it stands in the file. */
  readonly text: string
}

function rowRenderer(header: readonly string[], mapping: FeedMapping): (row: CsvRow) => WireLine {
  const names = header.map(name => {
    const text = textOf(name)
    if (text === null) throw new FeedError('has a header that is not UTF-8; save it as UTF-8')
    return text.trim()
  })
  const plan = planOfMapping(mapping) ?? planOfNames(names, mapping)
  const positions = positionsOf(plan, names)
  const render = lineRenderer(plan, 'value')
  const values: unknown[] = positions.map(() => null)
  const asItIs = ({ text }: CsvRow) => ({ text: text.replace(/[\r\n]+/g, ' '), atMs: NaN })
  return row => {
    for (const [i, position] of positions.entries()) {
      const cell = row.cells[position]
      const text = cell === undefined ? undefined : textOf(cell)
      // The lake keeps it with the reason.
      if (text === null) return asItIs(row)
      values[i] = text ?? null
    }
    const { text, atMs, found } = render(values)
    return found ? { text: bytesOf(text), atMs } : asItIs(row)
  }
}
