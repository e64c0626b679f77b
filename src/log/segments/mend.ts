import { closeSync, fstatSync, openSync } from 'node:fs'
import { mkdir, open, rename, truncate } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Site } from '../losses/found.ts'
import type { FrameIndex, Segment } from './catalog.ts'
import type { SegmentFiles } from './files.ts'
import { frameEnd } from './frame/header.ts'
import type { FrameAt } from './frame/header.ts'
import { Groups } from './compact/groups.ts'
import { DAMAGED_FOLDER, damagedName, segmentName } from './names.ts'
import { LastOrigins } from './frame/last-origins.ts'
import type { LogProblem } from './problem.ts'
import { mendSidecar, removeSidecar, unlinkIfThere } from './sidecar/index.ts'
import { NamedCount } from './named-streams.ts'
import { walkSegment } from './read/frame-walk.ts'
import type { Hole, Walk } from './read/frame-walk.ts'

export interface InspectOptions {
  readonly dir: string
  readonly base: number
  /** First position of the next segment. */
  readonly below: number
  readonly fault: (fd: number) => (frame: FrameAt) => string | null
}

export interface MendOptions {
  readonly files: SegmentFiles
  readonly onProblem: (problem: LogProblem) => void
  /** Records below it were acknowledged, as far as is known; a torn end above it is what any crash leaves. */
  readonly acknowledged: number
}

/** Frames that follow each other without a gap, in the file and in position. */
interface Run {
  readonly start: number
  readonly frames: FrameAt[]
}

/** What is in a segment's file, before anything is changed. */
export interface Inspection {
  readonly dir: string
  readonly base: number
  readonly below: number
  readonly size: number
  readonly walk: Walk
  readonly runs: readonly Run[]
  /** Is it as it was written? */
  readonly isWhole: boolean
}

export function inspectSegment({ dir, base, below, fault }: InspectOptions): Inspection {
  const fd = openSync(join(dir, segmentName(base)), 'r')
  try {
    const { size } = fstatSync(fd)
    const walk = walkSegment(fd, size, { base, below, fault: fault(fd) })
    const runs = runsOf(walk.frames)
    const [first] = runs
    const isWhole =
      runs.length === 1 &&
      walk.holes.length === 0 &&
      first?.start === 0 &&
      first.frames[0]?.position === base &&
      runEnd(first) === size
    return { dir, base, below, size, walk, runs, isWhole }
  } finally {
    closeSync(fd)
  }
}

/** Lists the places of the file at which records are missing. The last one is the file's end, where that may be none. */
export function sitesIn({ dir, base, below, size, walk, runs }: Inspection): Site[] {
  const sites: Site[] = []
  const site = (from: number, to: number, offset: number, end: number): Site => {
    const hole = walk.holes.find(one => one.offset >= offset && one.offset < end)
    const words =
      hole === undefined
        ? `${offset === size ? 'ends before them' : 'lacks them'}, at byte ${offset}`
        : `has ${end - offset} damaged bytes at byte ${offset} (${hole.reason})`
    const setAside =
      hole === undefined ? null : fileIn(dir, `${DAMAGED_FOLDER}/${damagedName(base, hole.offset)}`)
    return { from, to, file: fileIn(dir, segmentName(base)), offset, bytes: end - offset, setAside, words }
  }
  let from = base
  let offset = 0
  for (const run of runs) {
    const position = run.frames[0]?.position ?? from
    if (position > from) sites.push(site(from, position, offset, run.start))
    from = segmentOf(run, 0).end
    offset = runEnd(run)
  }
  sites.push(site(from, below, offset, Math.max(offset, size)))
  return sites
}

/** A file of the log's folder, as the data folder knows it. */
export function fileIn(dir: string, name: string): string {
  return `${basename(dir)}/${name}`
}

/** Which segments there will be once this file is mended: one for each stretch of whole frames. */
export function segmentsIn({ runs }: Inspection): Segment[] {
  return runs.map(run => segmentOf(run, 0))
}

/**
 * Makes a segment readable from end to end and deletes nothing: bytes that are no frame go to `damaged/`, and the file is split
 * around each gap, so that a line's position is always its file's base plus its row. A crash in between is made good by the
 * next call. Records that are gone must have been written down as lost before.
 *
 * @returns the segments that are there now, with their frames' places; none if no frame was whole
 */
export async function mendSegment(inspection: Inspection, options: MendOptions): Promise<Segment[]> {
  const { dir, base, walk, size, runs } = inspection
  const path = join(dir, segmentName(base))
  for (const hole of walk.holes) await setAside(path, hole, inspection, options)

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
    const base = run.frames[0]?.position ?? inspection.base
    const plain = await mendSidecar(dir, options.files, base, run.frames, run.start)
    segments.push(segmentOf(run, plain))
  }
  if (runs.length !== 1 || !stays) await options.files.syncFolder(dir)
  return segments
}

async function setAside(
  path: string,
  hole: Hole,
  { dir, base, walk, size }: Inspection,
  { onProblem, acknowledged }: MendOptions,
): Promise<void> {
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
  const records = missing(from, to ?? Math.max(from, acknowledged))
  onProblem({
    kind: 'damaged',
    message: `${where}; set aside in ${fileIn(dir, name)}. ${records}`,
    from,
    to,
    setAside: name,
  })
}

function missing(from: number, to: number): string {
  return from === to ? 'No record is missing there' : `Records ${from} to ${to - 1} can't be read any more`
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
  const named = new NamedCount()
  const origins = new LastOrigins()
  const index: FrameIndex = { positions: [], offsets: [] }
  let newestArrivalMs = -Infinity
  for (const frame of run.frames) {
    index.positions.push(frame.position)
    index.offsets.push(frame.offset - run.start)
    newestArrivalMs = Math.max(newestArrivalMs, frame.arrivedAtMs)
    groups.add(frame)
    named.add(frame)
    origins.add(frame.origins)
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
    named,
    origins,
  }
}
