import { readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seal } from '../../../core/disk/sealed-json.ts'
import { replaceFile } from '../files.ts'
import type { SegmentFiles } from '../files.ts'
import type { FrameAt } from '../frame/header.ts'
import { packedSidecarName, segmentName, sidecarName } from '../names.ts'
import { sidecarLine } from './lines.ts'
import { checkPacked, linesOfFrames, packedEnd, writePacked } from './packed.ts'

/*
 * What SQL joins a segment's lines with: for each run of lines its first position, number, kind, source and arrival.
 * The frames at the segment's beginning may be told by a packed file, those after it by a plain one that grows; both
 * are derived from the segment, and both are there as long as it is, because SQL looks for names once.
 */

/** Position after the last record the sidecar names; null where it is missing or names none. */
export async function sidecarEnd(dir: string, base: number): Promise<number | null> {
  const packed = await packedEnd(dir, base)
  const lines = (await readIfThere(join(dir, sidecarName(base)))).split('\n')
  for (const line of lines.toReversed()) {
    const end = lineEnd(line)
    if (end !== null) return Math.max(end, packed ?? end)
  }
  return packed
}

/**
 * Rewrites the sidecar of a segment whose lines are not those of its frames.
 * @param shift where the first frame's offset is counted from
 * @returns how many runs the plain file tells
 */
export async function mendSidecar(
  dir: string,
  files: SegmentFiles,
  base: number,
  frames: readonly FrameAt[],
  shift: number,
): Promise<number> {
  let told = await checkPacked(dir, base, frames)
  if (frames.some((frame, i) => i >= told && frame.form === 'runs')) {
    await writePacked(dir, files, base, frames, shift)
    told = frames.length
  } else if (told === 0) await writeFile(join(dir, packedSidecarName(base)), '')
  const rest = frames.slice(told)
  const lines =
    rest.length > 0 ? rest.map(sidecarLine).join('') : await lastLine(dir, base, frames.slice(-1), shift)
  await replaceIfOther(files, join(dir, sidecarName(base)), lines)
  return rest.length
}

/** Even where the packed file tells all, the plain one keeps its last line: one that is empty must have lost something. */
async function lastLine(
  dir: string,
  base: number,
  frames: readonly FrameAt[],
  shift: number,
): Promise<string> {
  let last = ''
  for await (const lines of linesOfFrames(join(dir, segmentName(base)), frames, shift)) {
    last = lines.slice(lines.lastIndexOf('\n', lines.length - 2) + 1)
  }
  return last === '' ? '' : seal(JSON.parse(last) as object)
}

/** Takes from the plain file the runs below a position, which the packed one tells; the last line stays. */
export async function trimPlain(
  dir: string,
  files: SegmentFiles,
  base: number,
  below: number,
): Promise<void> {
  const path = join(dir, sidecarName(base))
  const text = await readIfThere(path)
  const all = text.split('\n').filter(line => line !== '')
  const lines = all.filter((line, i) => i === all.length - 1 || (lineEnd(line) ?? Infinity) > below)
  const draft = `${path}.tmp`
  const file = await files.open(draft)
  try {
    await file.truncate(0)
    await file.write(Buffer.from(lines.map(line => `${line}\n`).join('')), 0)
  } finally {
    await file.close()
  }
  await files.rename(draft, path)
}

export async function removeSidecar(dir: string, base: number): Promise<void> {
  await unlinkIfThere(join(dir, sidecarName(base)))
  await unlinkIfThere(join(dir, packedSidecarName(base)))
}

export async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

async function replaceIfOther(files: SegmentFiles, path: string, text: string): Promise<void> {
  let present: string | null
  try {
    present = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    present = null
  }
  if (present !== text) await replaceFile(files, path, text)
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** A sidecar is not synced: after a crash its last lines may be torn or garbage. */
function lineEnd(line: string): number | null {
  try {
    const { position, count } = JSON.parse(line) as { position?: unknown; count?: unknown }
    return Number.isSafeInteger(position) && Number.isSafeInteger(count)
      ? (position as number) + (count as number)
      : null
  } catch {
    return null
  }
}
