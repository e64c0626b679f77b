import { readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from './files.ts'
import type { FrameHeader } from './frame.ts'
import { sidecarName } from './names.ts'

/** One line of a sidecar: what SQL joins a segment's lines with. */
export function sidecarLine(frame: FrameHeader): string {
  const { position, count, kind, source, arrivedAtMs, intervalS } = frame
  return `${JSON.stringify({ position, count, kind, source, arrived_at_ms: arrivedAtMs, interval_s: intervalS })}\n`
}

/** Position after the last record the sidecar names; null where it is missing or names none. */
export async function sidecarEnd(dir: string, base: number): Promise<number | null> {
  const lines = (await readSidecar(dir, base)).split('\n')
  for (const line of lines.toReversed()) {
    const end = lineEnd(line)
    if (end !== null) return end
  }
  return null
}

/** Rewrites the sidecar of a segment whose lines are not those of its frames. */
export async function mendSidecar(dir: string, base: number, frames: readonly FrameHeader[]): Promise<void> {
  const lines = frames.map(sidecarLine).join('')
  if ((await readSidecar(dir, base)) !== lines) await replaceFile(join(dir, sidecarName(base)), lines)
}

export async function removeSidecar(dir: string, base: number): Promise<void> {
  await unlinkIfThere(join(dir, sidecarName(base)))
}

export async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

async function readSidecar(dir: string, base: number): Promise<string> {
  try {
    return await readFile(join(dir, sidecarName(base)), 'utf8')
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
