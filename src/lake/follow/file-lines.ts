import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { z } from 'zod'
import { DeltaError } from '../delta/index.ts'
import type { DeltaStore } from '../delta/index.ts'

/** A line of another log as it was received. */
export interface PublishedLine {
  readonly position: number
  readonly kind: string
  readonly source: string
  readonly arrivedAtMs: number
  readonly intervalS: number | null
  readonly line: Buffer
}

/** As many as a file has that was published; one that was put together of several is in order. */
const AT_ONCE = 250_000

const number = z.union([z.bigint(), z.number()]).transform(Number)
const Row = z.object({
  position: number,
  kind: z.string(),
  source: z.string(),
  arrived_at: z.date().transform(date => date.getTime()),
  interval_s: number.nullish(),
  line: z.string(),
  line_base64: z.string().nullish(),
})
const COLUMNS = Object.keys(Row.shape)

/**
 * The lines of a file in the order of their positions.
 * @throws {DeltaError} when it is gone, or no such file
 */
export async function* linesOfFile(store: DeltaStore, key: string): AsyncGenerator<PublishedLine> {
  const bytes = await store.get(key)
  if (bytes === null) throw new DeltaError(key, 'it is gone, though the table has it')
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const metadata = parquetMetadata(file)
  const rows = Number(metadata.num_rows)
  let last = -1
  for (let rowStart = 0; rowStart < rows; rowStart += AT_ONCE) {
    const rowEnd = Math.min(rows, rowStart + AT_ONCE)
    const columns = COLUMNS
    const found = await parquetReadObjects({ ...{ file, metadata, compressors, columns }, rowStart, rowEnd })
    const lines = found.map(row => lineOf(key, row)).sort((a, b) => a.position - b.position)
    if (lines.some(({ position }, i) => position <= (lines[i - 1]?.position ?? last)))
      throw new DeltaError(key, 'its lines are in no order, or one is there twice')
    last = lines.at(-1)?.position ?? last
    yield* lines
  }
}

function lineOf(key: string, row: unknown): PublishedLine {
  const parsed = Row.safeParse(row)
  if (!parsed.success) throw new DeltaError(key, `it has rows that are no lines: ${parsed.error.message}`)
  const { position, kind, source, arrived_at: arrivedAtMs, interval_s, line, line_base64 } = parsed.data
  const bytes = line_base64 === null || line_base64 === undefined ? null : Buffer.from(line_base64, 'base64')
  return {
    position,
    kind,
    source,
    arrivedAtMs,
    intervalS: interval_s ?? null,
    line: bytes ?? Buffer.from(line),
  }
}
