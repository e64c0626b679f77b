import { crc32 } from 'node:zlib'
import type { Origin, RecordKind } from '../../../core/log.ts'
import { encodeOrigins, encodeSections, parseSections, SECTION } from './sections.ts'
import type { Section } from './sections.ts'

/**
 * A frame on disk: a zstd *skippable frame* that holds the header below, then one ordinary zstd frame of the lines.
 * Any zstd tool therefore reads a segment as plain NDJSON. Little endian throughout:
 *
 *      0 u32  magic            20 f64  interval, s (NaN: none)   48 u32  CRC-32 of the zstd frame
 *      4 u32  header length−8  28 u64  position of first line    52 …    source, UTF-8
 *      8 u8   version          36 u32  lines                     …       sections (from version 2 on)
 *      9 u8   kind             40 u32  bytes of the lines        …  u32  CRC-32 of all bytes before it
 *     10 u16  source length    44 u32  bytes of the zstd frame
 *     12 f64  arrival, ms since 1970 (of the newest line)
 *
 * Magic, length, bytes 28 to 51 and the last CRC never change their meaning, in no version, and a zstd frame of so many
 * lines follows: so a program that does not know a frame's version or kind still knows where it ends, which positions it
 * takes, and that it is whole.
 *
 * Kind: 0 to 3 as in `KINDS`; 254 the lines are of several runs, told in a section; 255 the name stands in a section.
 * A section that a program does not know may be passed over in reading; the frame is then never rewritten.
 */
export interface FrameHeader {
  /** A `RecordKind`, or the name of a stream; '' for a frame of several runs. */
  readonly kind: string
  readonly source: string
  readonly arrivedAtMs: number
  readonly intervalS: number | null
  readonly position: number
  readonly count: number
  readonly rawBytes: number
  readonly packedBytes: number
  readonly checksum: number
  /** Where its records came from, by partition of a broker; the last is the newest. */
  readonly origins?: readonly Origin[]
}

/** The header's place in its file; the zstd frame follows at `offset + headerBytes`. */
export interface FrameAt extends FrameHeader {
  readonly offset: number
  readonly headerBytes: number
  /** The header's own CRC-32. */
  readonly headerChecksum: number
  /** `one`: all lines are of one kind, source and arrival; `runs`: a section tells; `unknown`: of a version or a numbered kind that this program does not know. */
  readonly form: 'one' | 'runs' | 'unknown'
  /** Has it parts that this program does not know? Then it is copied byte for byte or not at all. */
  readonly foreign: boolean
  /** Runs of lines alike; 1 unless of the form `runs`. */
  readonly runs: number
  readonly origins: readonly Origin[]
}

const MAGIC = 0x184d2a50
const VERSION = { plain: 1, sections: 2 } as const
const FIXED_BYTES = 52
const CHECKSUM_BYTES = 4
const KINDS = ['reading', 'sensor', 'oversize', 'rules'] as const satisfies readonly RecordKind[]
const KIND_RUNS = 254
const KIND_NAMED = 255

/** 128 printable characters of at most four bytes each. */
const MAX_SOURCE_BYTES = 512
/** No header is longer, in no version; a compacted frame of very short runs has some 50 KiB. */
export const MAX_HEADER_BYTES = 256 * 1024
/** What every frame begins with; a reader that lost its way searches for it. */
export const MAGIC_BYTES: Buffer = Buffer.from([0x50, 0x2a, 0x4d, 0x18])

/** Has the kind a number? The name of a stream stands in its frames in full. */
export function isNumberedKind(kind: string): kind is RecordKind {
  return (KINDS as readonly string[]).includes(kind)
}

/** @param sections what stands after the source; a kind without a number of its own adds its name */
export function encodeHeader(header: FrameHeader, sections: readonly Section[] = []): Buffer {
  const code = kindCode(header.kind)
  const { origins = [] } = header
  const all = [
    ...sections,
    ...(code === KIND_NAMED ? [{ tag: SECTION.name, bytes: Buffer.from(header.kind) }] : []),
    ...(origins.length > 0 ? [encodeOrigins(origins)] : []),
  ]
  const extra = encodeSections(all)
  const sourceBytes = Buffer.byteLength(header.source)
  const bytes = Buffer.alloc(FIXED_BYTES + sourceBytes + extra.length + CHECKSUM_BYTES)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.writeUInt8(all.length === 0 ? VERSION.plain : VERSION.sections, 8)
  bytes.writeUInt8(code, 9)
  bytes.writeUInt16LE(sourceBytes, 10)
  bytes.writeDoubleLE(header.arrivedAtMs, 12)
  bytes.writeDoubleLE(header.intervalS ?? NaN, 20)
  bytes.writeBigUInt64LE(BigInt(header.position), 28)
  bytes.writeUInt32LE(header.count, 36)
  bytes.writeUInt32LE(header.rawBytes, 40)
  bytes.writeUInt32LE(header.packedBytes, 44)
  bytes.writeUInt32LE(header.checksum, 48)
  bytes.write(header.source, FIXED_BYTES)
  extra.copy(bytes, FIXED_BYTES + sourceBytes)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -CHECKSUM_BYTES)), bytes.length - CHECKSUM_BYTES)
  return bytes
}

function kindCode(kind: string): number {
  if (kind === '') return KIND_RUNS
  const code = (KINDS as readonly string[]).indexOf(kind)
  return code < 0 ? KIND_NAMED : code
}

/** Bytes of the header that seems to begin at `at`; null where none does. It may reach beyond `bytes`. */
export function headerLength(bytes: Buffer, at: number): number | null {
  if (at + 8 > bytes.length || bytes.readUInt32LE(at) !== MAGIC) return null
  const length = bytes.readUInt32LE(at + 4) + 8
  return length < FIXED_BYTES + CHECKSUM_BYTES || length > MAX_HEADER_BYTES ? null : length
}

/**
 * The header that begins at `at`, whose place in the file is `offset`; null when there is none or it is damaged or
 * does not lie wholly in `bytes`. A whole one of an unknown kind or version is no damage.
 */
export function decodeHeader(bytes: Buffer, at: number, offset: number): FrameAt | null {
  const headerBytes = headerLength(bytes, at)
  if (headerBytes === null || at + headerBytes > bytes.length) return null
  const sumAt = at + headerBytes - CHECKSUM_BYTES
  const headerChecksum = bytes.readUInt32LE(sumAt)
  if (crc32(bytes.subarray(at, sumAt)) !== headerChecksum) return null
  return {
    ...meaningOf(bytes, at, sumAt),
    position: Number(bytes.readBigUInt64LE(at + 28)),
    count: bytes.readUInt32LE(at + 36),
    rawBytes: bytes.readUInt32LE(at + 40),
    packedBytes: bytes.readUInt32LE(at + 44),
    checksum: bytes.readUInt32LE(at + 48),
    offset,
    headerBytes,
    headerChecksum,
  }
}

type Meaning = Pick<
  FrameAt,
  'kind' | 'source' | 'arrivedAtMs' | 'intervalS' | 'form' | 'foreign' | 'runs' | 'origins'
>

/** What a whole header says beyond its frozen bytes. */
function meaningOf(bytes: Buffer, at: number, end: number): Meaning {
  const version = bytes.readUInt8(at + 8)
  const code = bytes.readUInt8(at + 9)
  const sourceEnd = at + FIXED_BYTES + bytes.readUInt16LE(at + 10)
  const intervalS = bytes.readDoubleLE(at + 20)
  const said = {
    source: bytes.toString('utf8', at + FIXED_BYTES, Math.min(sourceEnd, end)),
    arrivedAtMs: bytes.readDoubleLE(at + 12),
    intervalS: Number.isNaN(intervalS) ? null : intervalS,
    runs: 1,
    origins: [],
  }
  const unknown = (kind: string): Meaning => ({ ...said, kind, form: 'unknown', foreign: true })
  const isOdd = sourceEnd > end || sourceEnd - at - FIXED_BYTES > MAX_SOURCE_BYTES
  if (version > VERSION.sections || version < VERSION.plain || isOdd) {
    return { ...unknown(`version ${version}`), source: '', arrivedAtMs: -Infinity, intervalS: null }
  }
  const sections = parseSections(bytes.subarray(sourceEnd, end))
  if (sections === null) return unknown(`version ${version}`)
  const { foreign, origins } = sections
  if (code === KIND_RUNS && sections.runs > 0)
    return { ...said, kind: '', form: 'runs', foreign, runs: sections.runs, origins }
  const kind = code === KIND_NAMED ? sections.name : KINDS[code]
  if (kind === undefined || kind === null) return unknown(`kind ${code}`)
  return { ...said, kind, form: 'one', foreign, origins }
}

/** The bytes of a header after its source. */
export function sectionBytes(header: Buffer): Buffer {
  return header.subarray(FIXED_BYTES + header.readUInt16LE(10), header.length - CHECKSUM_BYTES)
}

/** First byte after the frame. */
export function frameEnd(frame: FrameAt): number {
  return frame.offset + frame.headerBytes + frame.packedBytes
}
