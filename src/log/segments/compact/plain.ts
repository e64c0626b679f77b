import { open, readdir } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { DataFolderError } from '../../../core/errors.ts'
import type { Frame } from '../../../core/log.ts'
import { cutRuns } from '../read/disk-reader.ts'
import { diskFiles, replaceFile } from '../files.ts'
import type { SegmentFile } from '../files.ts'
import { isNumberedKind } from '../frame/header.ts'
import type { FrameAt } from '../frame/header.ts'
import { runsOfHeader } from '../frame/runs.ts'
import { inspectSegment } from '../mend.ts'
import { packedSidecarName, POSITIONS_FILE, segmentBases, segmentName, sidecarName } from '../names.ts'
import { APPEND_LEVEL, compress, encodePack, unpack } from '../write/pack.ts'
import { readPositions } from '../positions.ts'
import { sidecarLines } from '../sidecar/lines.ts'
import { unlinkIfThere } from '../sidecar/index.ts'
import { checksumFault } from '../read/frame-walk.ts'

/** What happened to a closed log that is written for programs of format 1. */
export interface Plain {
  readonly segments: number
  readonly records: number
  /** Segments that had to be rewritten; the others were plain already. */
  readonly rewritten: number
}

/** How lines of a kind stood in format 1, where that program would refuse them as they are; one for one. */
export type OldLines = ReadonlyMap<string, (lines: Buffer) => Buffer>

/** How many records lie in frames of which an old program would take the bytes for damage, and destroy them. */
export async function foreignRecords(dir: string): Promise<number> {
  let records = 0
  for (const { frames } of await wholeSegments(dir)) {
    for (const frame of frames) {
      if (frame.foreign || (frame.form === 'one' && !isNumberedKind(frame.kind))) records += frame.count
    }
  }
  return records
}

/** The lines of this kind that were appended last; null when the log has none. @throws {DataFolderError} when a segment is damaged */
export async function lastLines(dir: string, kind: string): Promise<Buffer | null> {
  for (const { base, frames } of (await wholeSegments(dir)).toReversed()) {
    const source = await open(join(dir, segmentName(base)), 'r')
    try {
      for (const frame of frames.toReversed()) {
        const header = await readAt(source, frame.offset, frame.headerBytes)
        if (runsOfHeader(frame, header)?.some(run => run.kind === kind) !== true) continue
        const bytes = await readAt(source, frame.offset, frame.headerBytes + frame.packedBytes)
        const last = (await runsIn(frame, bytes)).findLast(run => run.kind === kind)
        if (last !== undefined) return last.lines
      }
    } finally {
      await source.close()
    }
  }
  return null
}

/**
 * Writes a closed log as programs of format 1 do: a frame for each run of lines, sidecars in full, positions without
 * what those don't know. Every file is replaced in one step, and all of it can be read by this program too: what a kill
 * left is taken up by the next call.
 *
 * @throws {DataFolderError} when a segment is damaged; nothing of it is changed then
 */
export async function writePlain(
  dir: string,
  old: OldLines,
  onSegment: (done: number, of: number) => void,
): Promise<Plain> {
  const segments = await wholeSegments(dir)
  let records = 0
  let rewritten = 0
  for (const [i, { base, frames }] of segments.entries()) {
    onSegment(i, segments.length)
    if (await writeSegment(dir, base, frames, old)) rewritten++
    records += frames.reduce((sum, { count }) => sum + count, 0)
  }
  const positions = await readPositions(dir)
  if (positions !== null) {
    const { clean, next, end, skipped, segments: bases } = positions
    const plain = { clean, next, end, skipped, segments: bases }
    await replaceFile(diskFiles, join(dir, POSITIONS_FILE), `${JSON.stringify(plain)}\n`)
  }
  await diskFiles.syncFolder(dir)
  return { segments: segments.length, records, rewritten }
}

async function wholeSegments(dir: string): Promise<{ base: number; frames: readonly FrameAt[] }[]> {
  const bases = segmentBases(await readdir(dir))
  return bases.map((base, i) => {
    const below = bases[i + 1] ?? Infinity
    const { isWhole, walk } = inspectSegment({ dir, base, below, fault: checksumFault })
    if (isWhole) return { base, frames: walk.frames }
    throw new DataFolderError(
      `The segment ${join(dir, segmentName(base))} is damaged. Start this program once, which sets aside what is damaged, run \`arterial verify\`, and try again. Nothing was changed.`,
    )
  })
}

/** @returns whether it had to be rewritten */
async function writeSegment(
  dir: string,
  base: number,
  frames: readonly FrameAt[],
  old: OldLines,
): Promise<boolean> {
  const path = join(dir, segmentName(base))
  const draft = `${path}.tmp`
  const source = await open(path, 'r')
  let told = ''
  try {
    const target = await diskFiles.open(draft)
    try {
      await target.truncate(0)
      let at = 0
      for (const frame of frames) {
        const bytes = await readAt(source, frame.offset, frame.headerBytes + frame.packedBytes)
        told += sidecarLines(frame.position, runsOfHeader(frame, bytes.subarray(0, frame.headerBytes)) ?? [])
        at = await (mustChange(frame, old)
          ? writeRuns(target, at, frame, bytes, old)
          : copy(target, at, bytes))
      }
      await target.datasync()
    } finally {
      await target.close()
    }
    const isRewritten = frames.some(frame => mustChange(frame, old))
    if (isRewritten) await diskFiles.rename(draft, path)
    await replaceFile(diskFiles, join(dir, sidecarName(base)), told)
    await unlinkIfThere(join(dir, packedSidecarName(base)))
    return isRewritten
  } finally {
    await source.close()
    await unlinkIfThere(draft)
  }
}

/** Where lines came from is told by sections too, which an old program would take for damage; it does not read brokers. */
function mustChange({ form, kind, origins }: FrameAt, old: OldLines): boolean {
  return form === 'runs' || origins.length > 0 || (form === 'one' && old.has(kind))
}

async function readAt(source: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  await source.read(bytes, 0, length, at)
  return bytes
}

/** @returns where the next frame goes */
async function copy(target: SegmentFile, at: number, bytes: Buffer): Promise<number> {
  await target.write(bytes, at)
  return at + bytes.length
}

/** A frame for each run. @returns where the next frame goes */
async function writeRuns(
  target: SegmentFile,
  at: number,
  frame: FrameAt,
  bytes: Buffer,
  old: OldLines,
): Promise<number> {
  let end = at
  for (const run of await runsIn(frame, bytes)) {
    const { kind, source, intervalS, arrivedAtMs, count } = run
    const lines = old.get(kind)?.(run.lines) ?? run.lines
    const packed = await compress(lines, APPEND_LEVEL)
    const head = { kind, source, intervalS }
    const { bytes: parts } = encodePack({ head, arrivedAtMs, count, lines, packed }, run.position)
    const whole = Buffer.concat(parts)
    await target.write(whole, end)
    end += whole.length
  }
  return end
}

async function runsIn(frame: FrameAt, bytes: Buffer): Promise<readonly Frame[]> {
  const runs = runsOfHeader(frame, bytes.subarray(0, frame.headerBytes))
  const lines = await unpack(bytes.subarray(frame.headerBytes), frame.rawBytes)
  const cut = runs === null ? null : cutRuns(lines, frame.position, runs)
  if (cut !== null) return cut
  throw new DataFolderError(`The frame of the log at position ${frame.position} can't be read.`)
}
