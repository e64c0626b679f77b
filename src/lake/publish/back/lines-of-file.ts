import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import type { AsyncBuffer, FileMetaData, RowGroup } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { Range } from '../../../core/ranges.ts'

/** A line as bronze has it. */
export interface PublishedLine {
  readonly position: number
  /** ms since 1970 UTC. */
  readonly arrivedAtMs: number
  readonly source: string
  readonly kind: string
  readonly intervalS: number | null
  /** As it was received, without its LF. */
  readonly line: Buffer
}

/** What is asked of the store of a file. */
export interface FileStore {
  get(key: string): Promise<Buffer | null>
  range(key: string, start: number, length: number): Promise<Buffer | null>
}

const COLUMNS = ['position', 'arrived_at', 'source', 'kind', 'interval_s', 'line', 'line_base64'] as const
/** A file up to this is got as a whole: one request in place of several. */
const SMALL_BYTES = 16 * 1024 * 1024

/** Texts stay bytes: a line is to come back as it was, and decoding would lose a mark at its beginning. */
const parsers = {
  stringFromBytes: (bytes: Uint8Array) => bytes,
  timestampFromMicroseconds: (micros: bigint) => Number(micros / 1000n),
  timestampFromNanoseconds: (nanos: bigint) => Number(nanos / 1_000_000n),
  timestampFromMilliseconds: (ms: bigint) => Number(ms),
}

/** One file of published bronze, read a row group at a time. */
export class LinesFile {
  readonly #buffer: AsyncBuffer
  readonly #metadata: FileMetaData

  private constructor(buffer: AsyncBuffer, metadata: FileMetaData) {
    this.#buffer = buffer
    this.#metadata = metadata
  }

  /** @throws {Error} when it is gone, or no Parquet file with the columns of bronze */
  static async open(store: FileStore, key: string, bytes: number): Promise<LinesFile> {
    const buffer =
      bytes <= SMALL_BYTES ? inMemory(await there(store.get(key), key)) : inStore(store, key, bytes)
    const metadata = await parquetMetadataAsync(buffer)
    const names = new Set(metadata.schema.map(({ name }) => name))
    const missing = COLUMNS.filter(name => name !== 'line_base64' && !names.has(name))
    if (missing.length > 0)
      throw new Error(`${key} has no column ${missing.join(', ')}: it is no file of bronze`)
    return new LinesFile(buffer, metadata)
  }

  get rows(): number {
    return Number(this.#metadata.num_rows)
  }

  /** The lowest and the highest position in it; null where it does not tell. */
  get bounds(): { readonly least: number; readonly most: number } | null {
    const all = this.#metadata.row_groups.map(boundsOf)
    const [least, most] = [Math.min(...all.map(([one]) => one)), Math.max(...all.map(([, one]) => one))]
    return Number.isFinite(least) && Number.isFinite(most) ? { least, most } : null
  }

  /** Bytes in memory of the row groups that may have lines of a range. */
  bytesOf(range: Range): number {
    return this.#groups(range).reduce((sum, { group }) => sum + Number(group.total_byte_size), 0)
  }

  /** Its lines with positions of a range, in no order. */
  async linesOf(range: Range): Promise<PublishedLine[]> {
    const found: PublishedLine[] = []
    for (const { rowStart, rowEnd } of this.#groups(range)) {
      const rows = await parquetReadObjects({
        ...{
          file: this.#buffer,
          metadata: this.#metadata,
          compressors,
          parsers,
          utf8: false,
          rowStart,
          rowEnd,
        },
        columns: COLUMNS.filter(name => this.#metadata.schema.some(element => element.name === name)),
      })
      for (const row of rows) {
        const position = Number(row['position'])
        if (position >= range.from && position < range.to) found.push(lineOf(position, row))
      }
    }
    return found
  }

  #groups({ from, to }: Range): { group: RowGroup; rowStart: number; rowEnd: number }[] {
    let rowEnd = 0
    return this.#metadata.row_groups.flatMap(group => {
      const rowStart = rowEnd
      rowEnd += Number(group.num_rows)
      const [least, most] = boundsOf(group)
      return most < from || least >= to ? [] : [{ group, rowStart, rowEnd }]
    })
  }
}

/** The lowest and the highest position of a row group, as far as the file tells. */
function boundsOf({ columns }: RowGroup): readonly [least: number, most: number] {
  const statistics = columns.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === 'position')
    ?.meta_data?.statistics
  const { min_value: least, max_value: most } = statistics ?? {}
  return typeof least === 'bigint' && typeof most === 'bigint'
    ? [Number(least), Number(most)]
    : [-Infinity, Infinity]
}

function lineOf(position: number, row: Readonly<Record<string, unknown>>): PublishedLine {
  const { arrived_at: arrivedAtMs, source, kind, interval_s: interval, line, line_base64: base64 } = row
  return {
    ...{ position, arrivedAtMs: Number(arrivedAtMs), source: textOf(source), kind: textOf(kind) },
    intervalS: interval == null ? null : Number(interval),
    line: base64 == null ? bytesOf(line) : Buffer.from(textOf(base64), 'base64'),
  }
}

function bytesOf(value: unknown): Buffer {
  const { buffer, byteOffset, byteLength } = value as Uint8Array<ArrayBuffer>
  return Buffer.from(buffer, byteOffset, byteLength)
}

function textOf(value: unknown): string {
  return bytesOf(value).toString()
}

async function there(found: Promise<Buffer | null>, key: string): Promise<Buffer> {
  const bytes = await found
  if (bytes === null) throw new Error(`${key} is gone: 'arterial tables verify bronze/lines' tells more`)
  return bytes
}

function inMemory(bytes: Buffer): AsyncBuffer {
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  return { byteLength: whole.byteLength, slice: (start, end) => whole.slice(start, end) }
}

function inStore(store: FileStore, key: string, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    slice: async (start, end = byteLength) => {
      const bytes = await there(store.range(key, start, end - start), key)
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
    },
  }
}
