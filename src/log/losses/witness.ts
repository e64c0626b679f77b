import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { unseal } from '../../core/disk/sealed-json.ts'
import { packedSidecarName, sidecarName } from '../segments/names.ts'
import { packedEnd } from '../segments/sidecar/packed.ts'

/** A frame as a sidecar names it. */
export interface Witnessed {
  readonly position: number
  readonly count: number
  readonly arrivedAtMs: number
}

/** What a sidecar says of the frames of its segment. It is written after the frames are on disk and before they are answered for. */
export interface Witness {
  readonly frames: readonly Witnessed[]
  /** Position after the last record it names for sure. */
  readonly end: number
  /** Is every line what was written? Then nothing was answered for beyond its end, unless the whole machine went down. */
  readonly whole: boolean
}

/** Does no sidecar of that base tell anything, be it of damaged bytes? */
export async function isBlank(dir: string, base: number): Promise<boolean> {
  for (const name of [sidecarName(base), packedSidecarName(base)]) {
    if ((await sizeOf(join(dir, name))) > 0) return false
  }
  return true
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

/**
 * Reads the sidecar of a segment, which is not synced and may be torn: a line counts where it is what was written, follows
 * the one before without a gap, and no frame that is still there contradicts it. Null where there is none.
 *
 * @param there first position and lines of the frames of one run that are still there
 */
export async function readWitness(
  dir: string,
  base: number,
  there: ReadonlyMap<number, number> = new Map(),
): Promise<Witness | null> {
  let text: string
  try {
    text = await readFile(join(dir, sidecarName(base)), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  // What a compaction has packed stands in a file of its own; the plain one begins somewhere there, or goes on from there.
  const packed = (await packedEnd(dir, base)) ?? base
  const lines = text.split('\n')
  const isTorn = lines.pop() !== ''
  const parsed = lines.map(witnessed)
  const frames: Witnessed[] = []
  let before: Witnessed | null = null
  for (const [i, frame] of parsed.entries()) {
    const after = parsed[i + 1] ?? null
    if (frame !== null && fits(frame, before, after, i === 0 ? [base, packed] : null, there))
      frames.push(frame)
    before = frame
  }
  const last = frames.at(-1)
  return {
    frames,
    end: Math.max(packed, last === undefined ? base : endOf(last)),
    whole: !isTorn && lines.length > 0 && frames.length === lines.length,
  }
}

function fits(
  frame: Witnessed,
  before: Witnessed | null,
  after: Witnessed | null,
  starts: readonly [number, number] | null,
  there: ReadonlyMap<number, number>,
): boolean {
  const follows =
    starts === null
      ? before !== null && endOf(before) === frame.position
      : frame.position >= starts[0] && frame.position <= starts[1]
  const isFollowed = after === null || after.position === endOf(frame)
  const count = there.get(frame.position)
  return follows && isFollowed && (count === undefined || count === frame.count)
}

const endOf = ({ position, count }: Witnessed) => position + count

/** A line as it was written; versions before wrote it without a checksum. */
const Line = z.strictObject({
  position: z.int().nonnegative(),
  count: z.int().positive(),
  kind: z.string(),
  source: z.string(),
  arrived_at_ms: z.number(),
  interval_s: z.number().nullable(),
})

function witnessed(line: string): Witnessed | null {
  try {
    const { position, count, arrived_at_ms: arrivedAtMs } = Line.parse(unseal(line).value)
    return { position, count, arrivedAtMs }
  } catch {
    return null
  }
}
