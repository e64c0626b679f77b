import { closeSync, fstatSync, openSync } from 'node:fs'
import { mkdir, open, rename, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { FrameIndex, Segment } from './catalog.ts'
import type { SegmentFiles } from './files.ts'
import { frameEnd } from './frame/header.ts'
import type { FrameAt } from './frame/header.ts'
import { Groups } from './compact/groups.ts'
import { DAMAGED_FOLDER, damagedName, segmentName } from './names.ts'
import type { LogProblem } from './problem.ts'
import { mendSidecar, removeSidecar, unlinkIfThere } from './sidecar/index.ts'
import { UnknownCount } from './unknown.ts'
import { walkSegment } from './walk.ts'
import type { Hole, Walk } from './walk.ts'

export interface MendOptions {
  readonly dir: string
  readonly files: SegmentFiles
  readonly onProblem: (problem: LogProblem) => void
  readonly base: number
  /** First position of the next segment. */
  readonly below: number
  /** Records below it were acknowledged, as far as is known; a torn end above it is what any crash leaves. */
  readonly acknowledged: number
  readonly fault: (fd: number) => (frame: FrameAt) => string | null
}

/** Frames that follow each other without a gap, in the file and in position. */
interface Run {
  readonly start: number
  readonly frames: FrameAt[]
}

/**
 * Makes a segment whole: sets bytes that are no frame aside, and splits the file around each gap, so that a line's
 * position is always its file's base plus its row. Safe to repeat after a crash in between.
 *
 * @returns the segments that are there now, with their frames' places; none if no frame was whole
 */
export async function mendSegment(options: MendOptions): Promise<Segment[]> {
  const { dir, files, base } = options
  const path = join(dir, segmentName(base))
  const { walk, size } = walkFile(path, options)
  for (const hole of walk.holes) await setAside(path, hole, walk, size, options)

  const runs = runsOf(walk.frames)
  const first = runs[0]
  const stays = first?.start === 0 && first.frames[0]?.position === base
  for (const run of runs.slice(stays ? 1 : 0).toReversed()) await copyRun(dir, path, run)
  if (stays) {
    const end = runEnd(first)
    if (end < size) await truncate(path, end)
  } else if (first?.frames[0]?.position !== base) {
    await removeSidecar(dir, base)
    await unlinkIfThere(path)
  }
  const segments: Segment[] = []
  for (const run of runs) {
    const plain = await mendSidecar(dir, files, run.frames[0]?.position ?? base, run.frames, run.start)
    segments.push(segmentOf(run, plain))
  }
  if (runs.length !== 1 || !stays) await files.syncFolder(dir)
  return segments
}

function walkFile(path: string, { base, below, fault }: MendOptions): { walk: Walk; size: number } {
  const fd = openSync(path, 'r')
  try {
    const { size } = fstatSync(fd)
    return { walk: walkSegment(fd, size, { base, below, fault: fault(fd) }), size }
  } finally {
    closeSync(fd)
  }
}

async function setAside(
  path: string,
  hole: Hole,
  walk: Walk,
  size: number,
  options: MendOptions,
): Promise<void> {
  const { dir, base, onProblem, acknowledged } = options
  const before = walk.frames.findLast(frame => frame.offset < hole.offset)
  const after = walk.frames.find(frame => frame.offset >= hole.end)
  const from = before === undefined ? base : before.position + before.count
  const bytes = hole.end - hole.offset
  if (hole.end === size && from >= acknowledged) {
    const message = `log segment ${segmentName(base)}: the last ${bytes} bytes are an unfinished write; cut off`
    onProblem({ kind: 'cut', message, from, to: null, setAside: null })
    return
  }
  const name = `${DAMAGED_FOLDER}/${damagedName(base, hole.offset)}`
  await mkdir(join(dir, DAMAGED_FOLDER), { recursive: true })
  await copyBytes(path, hole.offset, hole.end, join(dir, name))
  const where = `log segment ${segmentName(base)}: ${bytes} bytes at ${hole.offset} are damaged (${hole.reason})`
  const to = after?.position ?? null
  const records = to === null ? `from ${from} on` : `${from} to ${to - 1}`
  onProblem({
    kind: 'damaged',
    message: `${where}; set aside in log/${name}. Records ${records} can't be read any more`,
    from,
    to,
    setAside: name,
  })
}

async function copyRun(dir: string, path: string, run: Run): Promise<void> {
  const base = run.frames[0]?.position ?? 0
  const target = join(dir, segmentName(base))
  await copyBytes(path, run.start, runEnd(run), `${target}.tmp`)
  await rename(`${target}.tmp`, target)
}

const COPY_BYTES = 4 * 1024 * 1024

async function copyBytes(from: string, start: number, end: number, to: string): Promise<void> {
  const source = await open(from, 'r')
  try {
    const target = await open(to, 'w')
    try {
      const window = Buffer.allocUnsafe(Math.min(COPY_BYTES, end - start))
      for (let at = start; at < end;) {
        const { bytesRead } = await source.read(window, 0, Math.min(window.length, end - at), at)
        if (bytesRead === 0) break
        await target.writeFile(window.subarray(0, bytesRead))
        at += bytesRead
      }
      await target.sync()
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

function runsOf(frames: readonly FrameAt[]): Run[] {
  const runs: Run[] = []
  let last: FrameAt | undefined
  for (const frame of frames) {
    const follows =
      last !== undefined && frameEnd(last) === frame.offset && last.position + last.count === frame.position
    if (follows) runs.at(-1)?.frames.push(frame)
    else runs.push({ start: frame.offset, frames: [frame] })
    last = frame
  }
  return runs
}

function runEnd({ start, frames }: Run): number {
  const last = frames.at(-1)
  return last === undefined ? start : frameEnd(last)
}

/** The segment that a run of frames is, or will be once it is a file of its own. @param plainRuns what its plain sidecar tells */
function segmentOf(run: Run, plainRuns: number): Segment {
  const groups = new Groups()
  const unknown = new UnknownCount()
  const index: FrameIndex = { positions: [], offsets: [] }
  let newestArrivalMs = -Infinity
  for (const frame of run.frames) {
    index.positions.push(frame.position)
    index.offsets.push(frame.offset - run.start)
    newestArrivalMs = Math.max(newestArrivalMs, frame.arrivedAtMs)
    groups.add(frame)
    unknown.add(frame)
  }
  const last = run.frames.at(-1)
  return {
    base: run.frames[0]?.position ?? 0,
    end: last === undefined ? 0 : last.position + last.count,
    bytes: runEnd(run) - run.start,
    firstArrivalMs: run.frames[0]?.arrivedAtMs ?? 0,
    newestArrivalMs,
    index,
    groups,
    plainRuns,
    unknown,
  }
}
