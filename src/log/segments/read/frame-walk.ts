import { readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { MAGIC_BYTES, MAX_HEADER_BYTES, decodeHeader, frameEnd, headerLength } from '../frame/header.ts'
import type { FrameAt } from '../frame/header.ts'

/** Bytes of a segment that are no frame. */
export interface Hole {
  readonly offset: number
  readonly end: number
  readonly reason: string
  /** Its frame, where the header at least is whole. */
  readonly frame: FrameAt | null
}

export interface Walk {
  /** Whole frames in the order of the file; positions only grow. */
  readonly frames: readonly FrameAt[]
  readonly holes: readonly Hole[]
  /** Where the file should end: less than its size where frames of the next segment's positions were left over. */
  readonly end: number
}

export interface WalkOptions {
  /** Lowest position a frame may have: the segment's base. */
  readonly base: number
  /** First position of the next segment: frames from there on are leftovers of a failed write or an unfinished split. */
  readonly below: number
  /** Why a frame whose header is whole is damaged nevertheless; null if it is not. */
  readonly fault: (frame: FrameAt) => string | null
}

const SMALL_WINDOW = 4096
const LARGE_WINDOW = MAX_HEADER_BYTES
/** A header is longer only where its frame was compacted. */
const USUAL_HEADER_BYTES = 568
const SEARCH_WINDOW = 1024 * 1024

/** Follows the headers of a segment of `size` bytes from frame to frame; after damage it searches the next whole header. */
export function walkSegment(fd: number, size: number, { base, below, fault }: WalkOptions): Walk {
  const headers = headerReader(fd, size)
  const frames: FrameAt[] = []
  const holes: Hole[] = []
  let offset = 0
  let lowest = base
  while (offset < size) {
    const frame = headers(offset)
    const whole = frame !== null && frame.position >= lowest && frameEnd(frame) <= size ? frame : null
    if (whole !== null && whole.position >= below) return { frames, holes, end: offset }
    const reason = whole === null ? 'no whole frame' : fault(whole)
    if (whole !== null && reason === null) {
      frames.push(whole)
      lowest = whole.position + whole.count
      offset = frameEnd(whole)
      continue
    }
    // A damaged payload does not make its header doubtful: the next frame begins where it says.
    const next = whole === null ? searchFrame(fd, offset + 1, size, lowest) : frameEnd(whole)
    if (whole !== null) lowest = whole.position + whole.count
    holes.push({ offset, end: next, reason: reason ?? 'no whole frame', frame: whole })
    offset = next
  }
  return { frames, holes, end: size }
}

/** Says that a frame's zstd bytes are not those that were written, null if they are. */
export function checksumFault(fd: number): (frame: FrameAt) => string | null {
  return frame => {
    const packed = Buffer.allocUnsafe(frame.packedBytes)
    const got = readSync(fd, packed, 0, packed.length, frame.offset + frame.headerBytes)
    return got === packed.length && crc32(packed) === frame.checksum ? null : 'checksum differs'
  }
}

/** Reads headers through a window that is large where frames are small. */
function headerReader(fd: number, size: number): (offset: number) => FrameAt | null {
  const window = Buffer.allocUnsafe(LARGE_WINDOW)
  let start = 0
  let end = 0
  const fill = (from: number, wanted: number) => {
    start = from
    end = from + readSync(fd, window, 0, Math.min(wanted, size - from), from)
  }
  const bytes = () => window.subarray(0, end - start)
  return offset => {
    if (offset < start || offset + USUAL_HEADER_BYTES > end) {
      fill(offset, offset - start < LARGE_WINDOW && offset >= start ? LARGE_WINDOW : SMALL_WINDOW)
    }
    const length = headerLength(bytes(), offset - start)
    if (length !== null && offset + length > end) fill(offset, length)
    return decodeHeader(bytes(), offset - start, offset)
  }
}

/** Offset of the next whole frame at or after `from` whose position is not below `lowest`; `size` if there is none. */
function searchFrame(fd: number, from: number, size: number, lowest: number): number {
  const window = Buffer.allocUnsafe(SEARCH_WINDOW + MAX_HEADER_BYTES)
  for (let start = from; start < size; start += SEARCH_WINDOW) {
    const got = readSync(fd, window, 0, Math.min(window.length, size - start), start)
    const bytes = window.subarray(0, got)
    for (let at = bytes.indexOf(MAGIC_BYTES); at >= 0 && at < SEARCH_WINDOW;) {
      const frame = decodeHeader(bytes, at, start + at)
      if (frame !== null && frame.position >= lowest && frameEnd(frame) <= size) return frame.offset
      at = bytes.indexOf(MAGIC_BYTES, at + 1)
    }
  }
  return size
}
