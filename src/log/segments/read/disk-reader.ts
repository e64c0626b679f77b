import { closeSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Frame } from '../../../core/log.ts'
import { findFrame } from '../catalog.ts'
import type { FrameIndex, Segment } from '../catalog.ts'
import { decodeHeader, frameEnd, isNumberedKind } from '../frame/header.ts'
import type { FrameAt } from '../frame/header.ts'
import { runsOfHeader } from '../frame/runs.ts'
import type { Run } from '../frame/runs.ts'
import { segmentName } from '../names.ts'
import { unpack } from '../write/pack.ts'
import { walkSegment } from './frame-walk.ts'

/** The runs of lines of a frame, or where the bytes that should be one are. */
export type Found =
  | { readonly frames: readonly Frame[] }
  | { readonly damagedAt: number; readonly reason: string }

export interface Limits {
  readonly maxBytes: number
  readonly maxRecords: number
}

const LF = 10
/** Compressed bytes read at once. */
const READ_BYTES = 4 * 1024 * 1024

/**
 * Reads the frames of one segment from the one that holds `position` on, decompressed on the thread pool, as long as
 * they stay within the limits; always at least one.
 */
export function readFrames(
  dir: string,
  segment: Segment,
  index: FrameIndex,
  position: number,
  { maxBytes, maxRecords }: Limits,
): Promise<Found[]> {
  return withFile(dir, segment, async file => {
    const found: Promise<Found>[] = []
    let bytes = 0
    let records = 0
    const first = findFrame(index, segment.end, position)
    for await (const { offset, header, bytes: raw } of framesFrom(
      file,
      segment,
      index,
      first,
      maxBytes / 4,
    )) {
      if (header === null) {
        found.push(Promise.resolve({ damagedAt: offset, reason: 'header damaged' }))
        break
      }
      bytes += header.rawBytes
      records += header.count
      if (found.length > 0 && (bytes > maxBytes || records > maxRecords)) break
      found.push(decode(header, offset, raw))
    }
    return Promise.all(found)
  })
}

/** The first frame of a segment whose bytes are not those that were written; null if all are whole. */
export function firstFault(dir: string, segment: Segment, index: FrameIndex): Promise<string | null> {
  return withFile(dir, segment, async file => {
    for await (const { header, bytes } of framesFrom(file, segment, index, 0, READ_BYTES)) {
      if (header === null) return 'header damaged'
      if (crc32(bytes.subarray(header.headerBytes)) !== header.checksum) return 'checksum differs'
    }
    return null
  })
}

/** Finds a segment's frames again; null where the file is not what it was. */
export function indexSegment(dir: string, segment: Segment): FrameIndex | null {
  const fd = openSync(join(dir, segmentName(segment.base)), 'r')
  try {
    const index: FrameIndex = { positions: [], offsets: [] }
    const { base, bytes, end } = segment
    const { frames, holes } = walkSegment(fd, bytes, { base, below: end, fault: () => null })
    let next = base
    for (const { position, count, offset } of frames) {
      if (position !== next) return null
      next = position + count
      index.positions.push(position)
      index.offsets.push(offset)
    }
    return holes.length > 0 || next !== end ? null : index
  } finally {
    closeSync(fd)
  }
}

/** The frame from `position` on. */
export function cutFront(frame: Frame, position: number): Frame {
  const skip = position - frame.position
  if (skip <= 0) return frame
  let at = 0
  for (let i = 0; i < skip; i++) at = frame.lines.indexOf(10, at) + 1
  return { ...frame, position, count: frame.count - skip, lines: frame.lines.subarray(at) }
}

export interface RawFrame {
  readonly offset: number
  /** Null where it is damaged or not the one expected there. */
  readonly header: FrameAt | null
  /** The whole frame, header and all. */
  readonly bytes: Buffer
}

/** Many small frames are read at once, a large one alone. */
export async function* framesFrom(
  file: FileHandle,
  segment: Pick<Segment, 'bytes'>,
  { positions, offsets }: FrameIndex,
  first: number,
  readBytes: number,
): AsyncGenerator<RawFrame> {
  const endOf = (i: number) => offsets[i + 1] ?? segment.bytes
  for (let i = first; i < positions.length;) {
    const start = offsets[i] ?? 0
    let last = i
    while (last + 1 < positions.length && endOf(last + 1) - start <= Math.min(readBytes, READ_BYTES)) last++
    const bytes = await readExactly(file, start, endOf(last) - start)
    for (; i <= last; i++) {
      const offset = offsets[i] ?? 0
      const frame = bytes.subarray(offset - start, endOf(i) - start)
      const header = decodeHeader(frame, 0, 0)
      const isExpected =
        header !== null && header.position === positions[i] && frameEnd(header) === frame.length
      yield { offset, header: isExpected ? header : null, bytes: frame }
    }
  }
}

async function withFile<T>(
  dir: string,
  segment: Segment,
  read: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await open(join(dir, segmentName(segment.base)), 'r')
  try {
    return await read(file)
  } finally {
    await file.close()
  }
}

/** Shorter than asked where the file ends. */
async function readExactly(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  let got = 0
  while (got < length) {
    const { bytesRead } = await file.read(bytes, got, length - got, offset + got)
    if (bytesRead === 0) break
    got += bytesRead
  }
  return bytes.subarray(0, got)
}

/** @param bytes the whole frame */
async function decode(header: FrameAt, damagedAt: number, bytes: Buffer): Promise<Found> {
  const packed = bytes.subarray(header.headerBytes)
  if (crc32(packed) !== header.checksum) return { damagedAt, reason: 'checksum differs' }
  const runs = runsOfHeader(header, bytes.subarray(0, header.headerBytes))
  const isUnknown = runs === null || (header.form !== 'runs' && !isNumberedKind(header.kind))
  try {
    const lines = await unpack(packed, header.rawBytes)
    const frames = cutRuns(lines, header.position, runs ?? [unread(header)])
    if (frames !== null) return { frames }
    return isUnknown
      ? { frames: [unread(header)] }
      : { damagedAt, reason: `it has not ${header.count} lines` }
  } catch (error) {
    if (isUnknown) return { frames: [unread(header)] }
    return { damagedAt, reason: error instanceof Error ? error.message : String(error) }
  }
}

/** What only a newer program can read is handed on all the same: whose it is, and where. */
function unread({ kind: name, source, arrivedAtMs, intervalS, position, count }: FrameAt): Frame {
  const kind = name === '' ? 'unknown runs' : name
  return { kind, source, arrivedAtMs, intervalS, position, count, lines: Buffer.alloc(0) }
}

/** The lines of each run, in place; null where there are not as many. */
export function cutRuns(lines: Buffer, position: number, runs: readonly Run[]): Frame[] | null {
  const frames: Frame[] = []
  let start = 0
  let at = position
  for (const { kind, source, arrivedAtMs, intervalS, count } of runs) {
    let end = start
    for (let i = 0; i < count; i++) {
      end = lines.indexOf(LF, end) + 1
      if (end === 0) return null
    }
    const part = lines.subarray(start, end)
    frames.push({ kind, source, arrivedAtMs, intervalS, position: at, count, lines: part })
    start = end
    at += count
  }
  return start === lines.length ? frames : null
}
