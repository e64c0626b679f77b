import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterEach } from 'vitest'
import type { Append, Frame, LogReader } from '../../../src/core/log.ts'
import { openLog } from '../../../src/log/segments/index.ts'
import type { LogProblem, SegmentLog, SegmentLogOptions } from '../../../src/log/segments/index.ts'

const folders: string[] = []

afterEach(removeFolders)

/** Sooner than the end of the test, for one that makes hundreds. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** A folder that is removed after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'arterial-log-'))
  folders.push(path)
  return path
}

export interface Opened {
  readonly log: SegmentLog
  readonly problems: LogProblem[]
}

export async function opened(dir: string, options: Partial<SegmentLogOptions> = {}): Promise<Opened> {
  const problems: LogProblem[] = []
  const log = await openLog(dir, { onProblem: problem => problems.push(problem), ...options })
  return { log, problems }
}

export function batch(lines: readonly string[], overrides: Partial<Append> = {}): Append {
  return {
    kind: 'reading',
    source: 'http',
    arrivedAtMs: 1_760_000_000_000,
    intervalS: null,
    lines: Buffer.from(lines.map(line => `${line}\n`).join('')),
    count: lines.length,
    ...overrides,
  }
}

/** Lines that don't compress away, each naming its number. */
export function numbered(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i
    return JSON.stringify({ n, noise: (n * 2_654_435_761) % 4_294_967_296, more: Math.sin(n) })
  })
}

/** Everything a reader gets from `from` on, in small bites. */
export async function readAll(log: LogReader, from = 0, maxBytes = 100_000): Promise<Frame[]> {
  const frames: Frame[] = []
  for (let at = from; ;) {
    const bite = await log.read(at, maxBytes, 1_000_000)
    const last = bite.at(-1)
    if (last === undefined) return frames
    frames.push(...bite)
    at = last.position + last.count
  }
}

/** Lines by position. */
export function linesOf(frames: readonly Frame[]): Map<number, string> {
  const lines = new Map<number, string>()
  for (const { position, lines: bytes } of frames) {
    for (const [i, line] of bytes.toString().split('\n').slice(0, -1).entries()) lines.set(position + i, line)
  }
  return lines
}

export interface SidecarLine {
  readonly position: number
  readonly count: number
  readonly kind: string
  readonly source: string
  readonly arrived_at_ms: number
  readonly interval_s: number | null
}

/** What SQL is told of a segment's runs, each once. */
export function sidecarOf(dir: string, base: number): SidecarLine[] {
  const path = join(dir, String(base).padStart(20, '0'))
  const packed = existsSync(`${path}.frames.zst`) ? readFileSync(`${path}.frames.zst`) : Buffer.alloc(0)
  // Node ends at the first zstd frame, and the one that tells what the file is of comes first.
  const told = packed.length > 0 ? zstdDecompressSync(packed.subarray(32)).toString() : ''
  const text = told + readFileSync(`${path}.frames.ndjson`, 'utf8')
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map(line => ({ ...(JSON.parse(line) as SidecarLine), sum: undefined }))
  return [...new Map(lines.map(line => [line.position, line])).values()].sort(
    (a, b) => a.position - b.position,
  )
}
