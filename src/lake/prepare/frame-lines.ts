import type { Frame } from '../../core/log.ts'
import type { FramedReject } from './framed-reject.ts'

interface Reject {
  readonly position: number
  readonly reasons: readonly string[]
  readonly line: Uint8Array
}

/** A refused line with what its frame says of it. */
export function framed(reject: Reject, frame: Frame): FramedReject {
  return {
    ...reject,
    stream: frame.kind === 'oversize' ? streamOfLong(reject.line) : 'readings',
    arrivedAtMs: frame.arrivedAtMs,
    source: frame.source,
    oversize: frame.kind === 'oversize',
  }
}

/** Lines longer than the door reads, each in a file of its own: what stands in the log instead of them. */
export function tooLongLines(frame: Frame): FramedReject[] {
  return linesOf(frame.lines).map((line, i) =>
    framed({ position: frame.position + i, reasons: ['line_too_long'], line }, frame),
  )
}

/** Whose line is in the file. */
function streamOfLong(line: Uint8Array): string {
  const { stream } = JSON.parse(Buffer.from(line).toString('utf8')) as { stream?: string }
  return stream ?? 'readings'
}

/** Finds the line at a position, as a reject; positions are asked for in order, so that each frame is cut once. */
export function oldLines(frames: readonly Frame[]): (position: number) => FramedReject {
  let at = 0
  let lines: Buffer[] | null = null
  return position => {
    for (let frame = frames[at]; frame !== undefined; frame = frames[++at], lines = null) {
      if (position >= frame.position + frame.count) continue
      lines ??= linesOf(frame.lines)
      const line = lines[position - frame.position]
      if (line !== undefined) return framed({ position, reasons: ['too_old'], line }, frame)
    }
    throw new Error(`no line at position ${position}`)
  }
}

function linesOf(lines: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let start = 0; start < lines.length;) {
    const end = lines.indexOf(10, start)
    found.push(lines.subarray(start, end))
    start = end + 1
  }
  return found
}
