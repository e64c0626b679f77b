import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Range } from '../../../src/core/ranges.ts'
import { readWitness } from '../../../src/log/losses/witness.ts'
import { decodeHeader, frameEnd } from '../../../src/log/segments/frame/header.ts'
import { openLog } from '../../../src/log/segments/index.ts'

/** Records of the log that nobody delivered. */
const OTHERS = ['sensor', 'rules']

/** A frame as it lies in its file. */
interface Place extends Range {
  readonly file: string
  readonly offset: number
  readonly bytes: Buffer
}

/** What the log holds while nothing runs: what the harness measures losses by. */
export interface Ground {
  /** Lines of readings and streams by position. */
  readonly lines: ReadonlyMap<number, { readonly kind: string; readonly line: Buffer }>
  readonly places: readonly Place[]
  /** Records from here on may have been written without being answered for. */
  readonly answeredUpto: number
}

/** Reads a stopped log, from a copy, so that nothing of it is touched. */
export async function groundOf(logDir: string): Promise<Ground> {
  const places: Place[] = []
  const names = (await readdir(logDir)).filter(name => name.endsWith('.ndjson.zst')).sort()
  for (const file of names) {
    const content = await readFile(join(logDir, file))
    for (let at = 0; at < content.length;) {
      const frame = decodeHeader(content, at, at)
      if (frame === null || frameEnd(frame) > content.length) break
      const range = { from: frame.position, to: frame.position + frame.count }
      places.push({ ...range, file, offset: at, bytes: content.subarray(at, frameEnd(frame)) })
      at = frameEnd(frame)
    }
  }
  const newest = Number(names.at(-1)?.slice(0, 20) ?? 0)
  const witness = await readWitness(logDir, newest)
  const end = places.at(-1)?.to ?? 0
  return {
    lines: await linesOf(logDir),
    places,
    answeredUpto: witness === null || witness.frames.length === 0 ? end : Math.min(end, witness.end),
  }
}

/** The records whose frames are no longer in their files byte for byte. */
export async function destroyedIn(logDir: string, { places }: Ground): Promise<Range[]> {
  const files = new Map<string, Buffer>()
  for (const { file } of places) {
    if (!files.has(file)) files.set(file, await readFile(join(logDir, file)).catch(() => Buffer.alloc(0)))
  }
  return places.filter(
    ({ file, offset, bytes }) =>
      files
        .get(file)
        ?.subarray(offset, offset + bytes.length)
        .equals(bytes) !== true,
  )
}

async function linesOf(logDir: string): Promise<Map<number, { kind: string; line: Buffer }>> {
  const copy = await mkdtemp(join(tmpdir(), 'arterial-ground-'))
  try {
    await cp(logDir, join(copy, 'segments'), { recursive: true })
    const log = await openLog(join(copy, 'segments'), { onProblem: () => undefined })
    const lines = new Map<number, { kind: string; line: Buffer }>()
    for (let at = 0; ;) {
      const frames = await log.read(at, 32 * 1024 * 1024, 1_000_000)
      const last = frames.at(-1)
      if (last === undefined) break
      for (const { kind, position, lines: bytes } of frames) {
        if (OTHERS.includes(kind)) continue
        let start = 0
        for (let i = position; start < bytes.length; i++) {
          const end = bytes.indexOf(10, start)
          lines.set(i, { kind, line: Buffer.from(bytes.subarray(start, end)) })
          start = end + 1
        }
      }
      at = last.position + last.count
    }
    await log.close()
    return lines
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}
