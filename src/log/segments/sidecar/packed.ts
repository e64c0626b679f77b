import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, crc32, zstdCompress } from 'node:zlib'
import type { SegmentFiles } from '../files.ts'
import type { FrameAt } from '../frame/header.ts'
import { runsOfHeader } from '../frame/runs.ts'
import { packedSidecarName, segmentName } from '../names.ts'
import { sidecarLines } from './lines.ts'

/*
 * The packed sidecar: lines as in the plain one, zstd-compressed, behind a zstd skippable frame that tells which of the
 * segment's frames they are of. Little endian:
 *
 *      0 u32 magic      8 u32 version (1)   16 u64 position after the last frame   28 u32 CRC-32 of all bytes after this head
 *      4 u32 24         12 u32 frames       24 u32 CRC-32 of those frames' header CRCs
 */
const MAGIC = 0x184d2a51
const HEAD_BYTES = 32
const VERSION = 1
/** Lines that are compressed together. */
const CHUNK_BYTES = 512 * 1024
const PARAMS = { [constants.ZSTD_c_compressionLevel]: 6 }

interface Head {
  readonly frames: number
  readonly end: number
  readonly headersChecksum: number
  readonly checksum: number
}

/** How many frames, from the first on, the packed sidecar tells; 0 where it is missing or not of these frames. */
export async function checkPacked(dir: string, base: number, frames: readonly FrameAt[]): Promise<number> {
  const bytes = await readPacked(dir, base)
  const head = decodeHead(bytes)
  if (head === null || head.frames > frames.length) return 0
  const isOfThem = headersChecksum(frames.slice(0, head.frames)) === head.headersChecksum
  return isOfThem && crc32(bytes.subarray(HEAD_BYTES)) === head.checksum ? head.frames : 0
}

/** Position after the last record it tells; null where it is missing, empty or damaged. */
export async function packedEnd(dir: string, base: number): Promise<number | null> {
  return decodeHead(await readPacked(dir, base))?.end ?? null
}

/** Writes the packed sidecar of these frames of a segment, in place of the one there is. */
export async function writePacked(
  dir: string,
  files: SegmentFiles,
  base: number,
  frames: readonly FrameAt[],
  shift: number,
): Promise<void> {
  const path = join(dir, packedSidecarName(base))
  await writePackedDraft(`${path}.tmp`, files, frames, shift, join(dir, segmentName(base)))
  await files.rename(`${path}.tmp`, path)
}

/** The same under another name, of a segment that has another name still. */
export async function writePackedDraft(
  draft: string,
  files: SegmentFiles,
  frames: readonly FrameAt[],
  shift: number,
  from: string,
): Promise<void> {
  const file = await files.open(draft)
  try {
    await file.truncate(0)
    let at = HEAD_BYTES
    let checksum = 0
    for await (const lines of linesOfFrames(from, frames, shift)) {
      const packed = await compress(lines)
      await file.write(packed, at)
      checksum = crc32(packed, checksum)
      at += packed.length
    }
    const last = frames.at(-1)
    const end = last === undefined ? 0 : last.position + last.count
    const head = { frames: frames.length, end, headersChecksum: headersChecksum(frames), checksum }
    await file.write(encodeHead(head), 0)
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** The lines of the frames, some at a time: the runs stand in the headers. */
export async function* linesOfFrames(
  path: string,
  frames: readonly FrameAt[],
  shift: number,
): AsyncGenerator<string> {
  const file = await open(path, 'r')
  try {
    let lines = ''
    for (const frame of frames) {
      const header = Buffer.allocUnsafe(frame.form === 'runs' ? frame.headerBytes : 0)
      await file.read(header, 0, header.length, frame.offset - shift)
      const { kind, source, arrivedAtMs, intervalS, count } = frame
      const runs = runsOfHeader(frame, header) ?? [{ kind, source, arrivedAtMs, intervalS, count }]
      lines += sidecarLines(frame.position, runs)
      if (lines.length < CHUNK_BYTES) continue
      yield lines
      lines = ''
    }
    if (lines !== '') yield lines
  } finally {
    await file.close()
  }
}

function encodeHead({ frames, end, headersChecksum: headers, checksum }: Head): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(HEAD_BYTES - 8, 4)
  bytes.writeUInt32LE(VERSION, 8)
  bytes.writeUInt32LE(frames, 12)
  bytes.writeBigUInt64LE(BigInt(end), 16)
  bytes.writeUInt32LE(headers, 24)
  bytes.writeUInt32LE(checksum, 28)
  return bytes
}

function decodeHead(bytes: Buffer): Head | null {
  if (bytes.length < HEAD_BYTES || bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(8) !== VERSION)
    return null
  return {
    frames: bytes.readUInt32LE(12),
    end: Number(bytes.readBigUInt64LE(16)),
    headersChecksum: bytes.readUInt32LE(24),
    checksum: bytes.readUInt32LE(28),
  }
}

function headersChecksum(frames: readonly FrameAt[]): number {
  const sums = Buffer.alloc(4 * frames.length)
  for (const [i, { headerChecksum }] of frames.entries()) sums.writeUInt32LE(headerChecksum, 4 * i)
  return crc32(sums)
}

async function readPacked(dir: string, base: number): Promise<Buffer> {
  try {
    return await readFile(join(dir, packedSidecarName(base)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

function compress(lines: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    zstdCompress(lines, { params: PARAMS }, (error, packed) =>
      error === null ? resolve(packed) : reject(error),
    )
  })
}
