import { open, readdir } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { frameEnd } from '../frame/header.ts'
import { segmentBases, segmentName } from '../names.ts'
import { readPositions } from '../positions.ts'
import type { Positions } from '../positions.ts'
import { checksumFault, walkSegment } from '../read/frame-walk.ts'

/** One segment to be copied: whole frames only, also while the log writes on. */
export interface SegmentAtHand {
  readonly base: number
  /** Its file's name. */
  readonly name: string
  readonly handle: FileHandle
  /** So much of the file are whole frames and what is between them. */
  readonly bytes: number
}

/** What must be known of a log beside its segments to open a copy of them. */
export interface LogAtHand {
  /** Position after its last record. */
  readonly end: number
  /** Null where the log has lost it: a copy is then opened as a log that has. */
  readonly positions: Positions | null
  /** Bases of the segments that were handed over. */
  readonly bases: readonly number[]
}

/** A segment was dropped or cut while the log was copied: the copy must be begun anew. */
export class LogMovedError extends Error {}

/**
 * Hands over every segment of a log, whoever writes to it meanwhile. What was acknowledged before the call is in it; no frame is cut.
 * @throws {LogMovedError} when retention dropped a segment meanwhile
 */
export async function readLog(
  dir: string,
  take: (segment: SegmentAtHand) => Promise<void>,
): Promise<LogAtHand> {
  const bases = segmentBases(await readdir(dir))
  const positions = await readPositions(dir)
  const taken: number[] = []
  let end = positions?.floor ?? 0
  for (const [i, base] of bases.entries()) {
    const name = segmentName(base)
    const handle = await open(join(dir, name), 'r').catch((cause: unknown) => {
      throw (cause as NodeJS.ErrnoException).code === 'ENOENT' ? new LogMovedError(name, { cause }) : cause
    })
    try {
      const { size } = await handle.stat()
      const whole = wholeFrames(handle, size, base, bases[i + 1] ?? Infinity)
      if (whole.bytes === 0) continue
      end = Math.max(end, whole.end)
      await take({ base, name, handle, bytes: whole.bytes })
      taken.push(base)
    } finally {
      await handle.close()
    }
  }
  return { end, positions, bases: taken }
}

/** Up to where a segment is whole: of the newest one the frame that is being written is left out, of others nothing. */
function wholeFrames({ fd }: FileHandle, size: number, base: number, below: number) {
  const isNewest = below === Infinity
  const walk = walkSegment(fd, size, { base, below, fault: isNewest ? checksumFault(fd) : () => null })
  const last = walk.frames.at(-1)
  const end = last === undefined ? base : last.position + last.count
  if (!isNewest) return { bytes: size, end }
  return { bytes: last === undefined ? 0 : frameEnd(last), end }
}
