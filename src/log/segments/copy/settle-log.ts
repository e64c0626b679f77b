import { join } from 'node:path'
import { seal } from '../../../core/disk/sealed-json.ts'
import { without } from '../../../core/ranges.ts'
import { diskFiles, replaceFile } from '../files.ts'
import { inspectSegment } from '../mend.ts'
import { POSITIONS_FILE } from '../names.ts'
import { BLIND_STEP, rangesOf } from '../positions.ts'
import type { Positions } from '../positions.ts'
import { mendSidecar } from '../sidecar/index.ts'
import type { LogAtHand } from './read-log.ts'

/**
 * Makes a log of segments that were put into a folder: no position that may have been given before is given again.
 * @param log as it was when they were copied
 */
export async function settleLog(dir: string, { end, positions, bases }: LogAtHand): Promise<void> {
  const newest = bases.at(-1)
  if (newest !== undefined) {
    const { walk } = inspectSegment({ dir, base: newest, below: Infinity, fault: () => () => null })
    await mendSidecar(dir, diskFiles, newest, walk.frames, 0)
  }
  if (positions !== null)
    await replaceFile(diskFiles, join(dir, POSITIONS_FILE), seal(after(positions, end, bases)))
  await diskFiles.syncFolder(dir)
}

/** What came after the copy may have been answered for and seen elsewhere under its position: those stay unused. */
function after(positions: Positions, end: number, bases: readonly number[]): Positions {
  const next = Math.max(positions.next, end) + BLIND_STEP
  const below = (ranges: Positions['gaps']) =>
    without(rangesOf(ranges) ?? [], [{ from: end, to: Infinity }]).map(({ from, to }) => [from, to] as const)
  return {
    ...positions,
    ...{ clean: true, next, end, segments: bases, boot: null },
    skipped: positions.skipped + next - end,
    gaps: positions.gaps === undefined ? undefined : [...below(positions.gaps), [end, next] as const],
    doubts: positions.doubts === undefined ? undefined : below(positions.doubts),
  }
}
