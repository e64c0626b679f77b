import { crc32 } from 'node:zlib'
import type { RecordKind } from '../../core/log.ts'

/**
 * A frame on disk: a zstd *skippable frame* that holds the header below, then one ordinary zstd frame of the lines.
 * Any zstd tool therefore reads a segment as plain NDJSON. Little endian throughout:
 *
 *      0 u32  magic            20 f64  interval, s (NaN: none)   48 u32  CRC-32 of the zstd frame
 *      4 u32  header length−8  28 u64  position of first line    52 …    source, UTF-8
 *      8 u8   version          36 u32  lines                     …  u32  CRC-32 of all bytes before it
 *      9 u8   kind             40 u32  bytes of the lines
 *     10 u16  source length    44 u32  bytes of the zstd frame
 *     12 f64  arrival, ms since 1970
 */
export interface FrameHeader {
  readonly kind: RecordKind
  readonly source: string
  readonly arrivedAtMs: number
  readonly intervalS: number | null
  readonly position: number
  readonly count: number
  readonly rawBytes: number
  readonly packedBytes: number
  readonly checksum: number
}

/** The header's place in its file; the zstd frame follows at `offset + headerBytes`. */
export interface FrameAt extends FrameHeader {
  readonly offset: number
  readonly headerBytes: number
}

const MAGIC = 0x184d2a50
const VERSION = 1
const FIXED_BYTES = 52
const CHECKSUM_BYTES = 4
const KINDS = ['reading', 'sensor', 'oversize', 'rules'] as const satisfies readonly RecordKind[]

/** 128 printable characters of at most four bytes each. */
const MAX_SOURCE_BYTES = 512
export const MAX_HEADER_BYTES = FIXED_BYTES + MAX_SOURCE_BYTES + CHECKSUM_BYTES
/** What every frame begins with; a reader that lost its way searches for it. */
export const MAGIC_BYTES: Buffer = Buffer.from([0x50, 0x2a, 0x4d, 0x18])

export function encodeHeader(header: FrameHeader): Buffer {
  const sourceBytes = Buffer.byteLength(header.source)
  const bytes = Buffer.alloc(FIXED_BYTES + sourceBytes + CHECKSUM_BYTES)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.writeUInt8(VERSION, 8)
  bytes.writeUInt8(KINDS.indexOf(header.kind), 9)
  bytes.writeUInt16LE(sourceBytes, 10)
  bytes.writeDoubleLE(header.arrivedAtMs, 12)
  bytes.writeDoubleLE(header.intervalS ?? NaN, 20)
  bytes.writeBigUInt64LE(BigInt(header.position), 28)
  bytes.writeUInt32LE(header.count, 36)
  bytes.writeUInt32LE(header.rawBytes, 40)
  bytes.writeUInt32LE(header.packedBytes, 44)
  bytes.writeUInt32LE(header.checksum, 48)
  bytes.write(header.source, FIXED_BYTES)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -CHECKSUM_BYTES)), bytes.length - CHECKSUM_BYTES)
  return bytes
}

/**
 * The header that begins at `at`, whose place in the file is `offset`; null when there is none or it is damaged or
 * does not lie wholly in `bytes`.
 */
export function decodeHeader(bytes: Buffer, at: number, offset: number): FrameAt | null {
  if (at + FIXED_BYTES + CHECKSUM_BYTES > bytes.length || bytes.readUInt32LE(at) !== MAGIC) return null
  const sourceBytes = bytes.readUInt16LE(at + 10)
  const headerBytes = FIXED_BYTES + sourceBytes + CHECKSUM_BYTES
  if (sourceBytes > MAX_SOURCE_BYTES || bytes.readUInt32LE(at + 4) !== headerBytes - 8) return null
  if (at + headerBytes > bytes.length) return null
  const sumAt = at + headerBytes - CHECKSUM_BYTES
  if (crc32(bytes.subarray(at, sumAt)) !== bytes.readUInt32LE(sumAt)) return null
  const kind = KINDS[bytes.readUInt8(at + 9)]
  if (kind === undefined || bytes.readUInt8(at + 8) !== VERSION) return null
  const intervalS = bytes.readDoubleLE(at + 20)
  return {
    kind,
    source: bytes.toString('utf8', at + FIXED_BYTES, sumAt),
    arrivedAtMs: bytes.readDoubleLE(at + 12),
    intervalS: Number.isNaN(intervalS) ? null : intervalS,
    position: Number(bytes.readBigUInt64LE(at + 28)),
    count: bytes.readUInt32LE(at + 36),
    rawBytes: bytes.readUInt32LE(at + 40),
    packedBytes: bytes.readUInt32LE(at + 44),
    checksum: bytes.readUInt32LE(at + 48),
    offset,
    headerBytes,
  }
}

/** First byte after the frame. */
export function frameEnd(frame: FrameAt): number {
  return frame.offset + frame.headerBytes + frame.packedBytes
}
