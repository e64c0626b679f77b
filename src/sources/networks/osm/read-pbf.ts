import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { PbfReader } from 'pbf'
import { FeedError } from '../../../core/feed-error.ts'
import { blockReader } from './pbf-block.ts'
import type { Refuse } from './pbf-block.ts'
import type { OsmSink } from './sink.ts'

const unpack = promisify(inflate)

/** The format's own bounds: 64 KiB of a blob's header, 32 MiB of a blob, packed or not. */
const MOST_HEADER_BYTES = 2 ** 16
const MOST_BLOB_BYTES = 2 ** 25
/** What a file may require of its reader. */
const FEATURES = new Set(['OsmSchema-V0.6', 'DenseNodes'])

/**
 * Hands on what stands in an `.osm.pbf` (OSM PBF 1.5.0: blobs raw or zlib), one blob in memory at a time.
 * @throws {FeedError} naming the blob by number, when it is cut off, broken, over the format's bounds or packed otherwise
 */
export async function readOsmPbf(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  sink: OsmSink,
): Promise<void> {
  const pieces = new Pieces(bytes)
  const read = blockReader(sink)
  for (let number = 1; ; number++) {
    const refuse = (why: string, cause?: unknown): never => {
      throw new FeedError(`${file}, blob ${number}: ${why}`, { cause })
    }
    const whole = async (length: number): Promise<Buffer> =>
      (await pieces.take(length)) ?? refuse('the file ends within it; get it again.')
    const length = await pieces.take(4)
    if (length === null) {
      if (pieces.left > 0 || number === 1) refuse('the file ends within it; get it again.')
      return
    }
    const headerBytes = length.readUInt32BE()
    if (headerBytes > MOST_HEADER_BYTES)
      refuse(
        `its header would have ${headerBytes} bytes, more than the format’s 65,536: this is no .osm.pbf, or a broken one.`,
      )
    try {
      const { type, size } = headerOf(await whole(headerBytes))
      if (size > MOST_BLOB_BYTES) refuse(`it would have ${size} bytes, more than the format’s 32 MiB.`)
      const data = await contentOf(await whole(size), refuse)
      if (number === 1 && type !== 'OSMHeader') refuse(`it is of type "${type}" where OSMHeader is expected.`)
      if (type === 'OSMHeader') checkFeatures(data, refuse)
      else if (type === 'OSMData') read(data, refuse)
    } catch (cause) {
      if (cause instanceof FeedError) throw cause
      refuse(
        `it cannot be read (${cause instanceof Error ? cause.message : String(cause)}); get the file again.`,
        cause,
      )
    }
  }
}

function headerOf(bytes: Uint8Array): { readonly type: string; readonly size: number } {
  return new PbfReader(bytes).readFields(
    (tag, result, pbf) => {
      if (tag === 1) result.type = pbf.readString()
      else if (tag === 3) result.size = pbf.readVarint()
    },
    { type: '', size: -1 },
  )
}

interface Blob {
  raw: Uint8Array | null
  size: number
  zlib: Uint8Array | null
  other: number
}

async function contentOf(bytes: Uint8Array, refuse: Refuse): Promise<Uint8Array> {
  const none: Blob = { raw: null, size: -1, zlib: null, other: 0 }
  const { raw, size, zlib, other } = new PbfReader(bytes).readFields((tag, result, pbf) => {
    if (tag === 1) result.raw = pbf.readBytes()
    else if (tag === 2) result.size = pbf.readVarint()
    else if (tag === 3) result.zlib = pbf.readBytes()
    else result.other = tag
  }, none)
  if (raw !== null) return raw
  if (zlib === null)
    return refuse(
      `it is packed otherwise than by zlib (field ${other}); write the file anew: osmium cat in.osm.pbf -o out.osm.pbf`,
    )
  if (size < 0 || size > MOST_BLOB_BYTES)
    refuse(`unpacked it would have ${size} bytes, more than the format’s 32 MiB.`)
  // It is never unpacked further than it says.
  const data = await unpack(zlib, { maxOutputLength: Math.max(1, size) }).catch((error: unknown) =>
    refuse(`it does not unpack to the ${size} bytes that it names; get the file again.`, error),
  )
  return data.length === size
    ? data
    : refuse(`it unpacks to ${data.length} bytes and names ${size}; get the file again.`)
}

function checkFeatures(data: Uint8Array, refuse: Refuse): void {
  const required = new PbfReader(data).readFields((tag, result: string[], pbf) => {
    if (tag === 4) result.push(pbf.readString())
  }, [])
  const unknown = required.filter(feature => !FEATURES.has(feature))
  if (unknown.length > 0)
    refuse(
      `the file requires ${unknown.join(', ')}, which is not read; take an extract of the present map without history.`,
    )
}

/** Bytes that come in pieces of any size, as many as are asked for. */
class Pieces {
  readonly #from: AsyncIterator<Uint8Array>
  #held: Uint8Array[] = []
  #bytes = 0

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#from = bytes[Symbol.asyncIterator]()
  }

  /** Bytes that came and were not taken. */
  get left(): number {
    return this.#bytes
  }

  /** Null where the file has not so many. */
  async take(length: number): Promise<Buffer | null> {
    while (this.#bytes < length) {
      const next = await this.#from.next()
      if (next.done === true) return null
      this.#held.push(next.value)
      this.#bytes += next.value.length
    }
    const whole = Buffer.concat(this.#held)
    this.#held = [whole.subarray(length)]
    this.#bytes -= length
    return whole.subarray(0, length)
  }
}
