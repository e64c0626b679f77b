import type { Frame } from '../../../core/log.ts'
import type { PublishedLine } from './lines-of-file.ts'

/** A frame has so many bytes of lines at most, but for one long line. */
const FRAME_BYTES = 4 * 2 ** 20
const LF = Buffer.from('\n')

/** Lines in order of position as frames of the log: those that follow each other, of one kind, source and arrival. */
export function framesOf(lines: readonly PublishedLine[]): Frame[] {
  const frames: Frame[] = []
  let start = 0
  let bytes = 0
  for (const [i, line] of lines.entries()) {
    bytes += line.line.length + 1
    const next = lines[i + 1]
    if (next !== undefined && isAlike(line, next) && bytes + next.line.length < FRAME_BYTES) continue
    frames.push(frameOf(lines.slice(start, i + 1), line))
    start = i + 1
    bytes = 0
  }
  return frames
}

function isAlike(a: PublishedLine, b: PublishedLine): boolean {
  return (
    b.position === a.position + 1 &&
    a.arrivedAtMs === b.arrivedAtMs &&
    a.source === b.source &&
    a.kind === b.kind &&
    a.intervalS === b.intervalS
  )
}

function frameOf(lines: readonly PublishedLine[], last: PublishedLine): Frame {
  const { kind, source, arrivedAtMs, intervalS, position } = last
  return {
    ...{ kind, source, arrivedAtMs, intervalS, count: lines.length },
    position: position - lines.length + 1,
    lines: Buffer.concat(lines.flatMap(({ line }) => [line, LF])),
  }
}
