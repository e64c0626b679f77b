import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { compressionsAlgorithms } from '@platformatic/kafka'

/** A batch that can't be unpacked: it is damaged, or would take more memory than any may. */
export class UnpackError extends Error {}

/** What a batch may be unpacked. Producers send at most some MiB of records at a time; more is a mistake, or meant to harm. */
const MAX_UNPACKED = 64 * 1024 * 1024
/** Of xerial's frames around snappy: its magic and two versions. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const XERIAL_HEAD = 16
/** Of an LZ4 frame, after its magic: section 3 of its format. */
const LZ4_BLOCK_MAX: Readonly<Record<number, number>> = { 4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22 }

type Unpack = (packed: Buffer) => Buffer

/** Makes the client unpack no batch that says, or turns out, to be too large. */
export function boundUnpacking(): void {
  const { gzip, snappy, lz4, zstd } = compressionsAlgorithms
  const [bySnappy, byLz4] = [snappy.decompressSync, lz4.decompressSync]
  bound(gzip, packed => gunzipSync(packed, { maxOutputLength: MAX_UNPACKED }))
  bound(zstd, packed => zstdDecompressSync(packed, { maxOutputLength: MAX_UNPACKED }))
  bound(snappy, packed => bySnappy(within(packed, snappyLength(packed))))
  bound(lz4, packed => byLz4(within(packed, lz4Length(packed))))
}

function bound(algorithm: { readonly decompressSync: unknown }, unpack: Unpack): void {
  const bounded: Unpack = packed => {
    try {
      return unpack(packed)
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      const why = code === 'ERR_BUFFER_TOO_LARGE' ? TOO_LARGE : message
      throw new UnpackError(why, { cause })
    }
  }
  Object.assign(algorithm, { decompressSync: bounded })
}

const TOO_LARGE = `it unpacks to more than ${MAX_UNPACKED / 1024 / 1024} MiB`

function within(packed: Buffer, length: number): Buffer {
  if (length > MAX_UNPACKED) throw new Error(TOO_LARGE)
  return packed
}

/** What snappy says it unpacks to; in xerial's frames the sum of them. */
export function snappyLength(packed: Buffer): number {
  if (!packed.subarray(0, XERIAL.length).equals(XERIAL)) return saidBySnappy(packed)
  let sum = 0
  for (let at = XERIAL_HEAD; at + 4 <= packed.length; at += 4 + packed.readUInt32BE(at))
    sum += saidBySnappy(packed.subarray(at + 4))
  return sum
}

function saidBySnappy(packed: Buffer): number {
  let length = 0
  for (let i = 0; i < 5; i++) {
    const byte = packed[i] ?? 0
    length += (byte & 0x7f) * 128 ** i
    if (byte < 0x80) break
  }
  return length
}

/** What an LZ4 frame unpacks to at most: as many full blocks as it has. */
export function lz4Length(packed: Buffer): number {
  const flags = packed[4] ?? 0
  const blockMax = LZ4_BLOCK_MAX[((packed[5] ?? 0) >> 4) & 7] ?? Infinity
  const [hasBlockSums, hasSize, hasDictionary] = [flags & 0x10, flags & 0x08, flags & 0x01]
  let at = 7 + (hasSize === 0 ? 0 : 8) + (hasDictionary === 0 ? 0 : 4)
  let blocks = 0
  while (at + 4 <= packed.length) {
    const size = packed.readUInt32LE(at) & 0x7fffffff
    if (size === 0) break
    at += 4 + size + (hasBlockSums === 0 ? 0 : 4)
    blocks++
  }
  return blocks * blockMax
}
