import type { Frame } from '../../core/log.ts'
import { scannedLines } from '../../lake/scan-lines/index.ts'
import type { LineScan } from '../../lake/scan-lines/index.ts'
import { takeMessages } from '../../sources/kafka/index.ts'
import type { TopicReading } from '../../sources/kafka/index.ts'
import { linesIn, messageIn } from './lines-in.ts'
import type { LineIn, MessageIn } from './lines-in.ts'

export interface ScanOptions {
  readonly scan: LineScan
  /** `reading`, or the name of a stream. */
  readonly kind: string
  readonly maxLineBytes: number
  readonly input: AsyncIterable<Buffer>
  /** Resolves when more may be written. */
  readonly write: (text: string) => Promise<void>
}

/** Lines that are judged at once: their rows are in memory meanwhile. */
const AT_ONCE = 2000
/** Base64 takes four bytes for three, and there are the names. */
const MESSAGE_SHARE = 1.5
/** No broker takes messages as large as that. */
const MESSAGE_BYTES = 64 * 1024 * 1024

/** Judges lines as records of one stream, and writes an object for each: `{"line": 1, "row": {…}}` or `{"line": 2, "refused": {…}}`. */
export async function scanLines(
  { scan, kind, maxLineBytes, input, write }: ScanOptions,
  { source, arrivedAtMs }: { readonly source: string; readonly arrivedAtMs: number },
): Promise<void> {
  let position = 0
  for await (const all of linesIn(input, maxLineBytes)) {
    for (let i = 0; i < all.length; i += AT_ONCE) {
      const lines = all.slice(i, i + AT_ONCE)
      const frames = framesOf(lines, { kind, source, arrivedAtMs, intervalS: null }, position)
      const scanned = scannedLines(scan, frames)
      await write(scanned.map(one => `{"line":${one.position + 1},"${one.became}":${one.json}}\n`).join(''))
      position += lines.length
    }
  }
}

/**
 * The same for messages of a topic, each read as the door to the log reads it: one may hold many records, or none.
 * Writes `{"partition": 0, "offset": 12, "record": 0, "row": {…}}`.
 */
export async function scanMessages(
  { scan, maxLineBytes, input, write }: ScanOptions,
  reading: TopicReading,
): Promise<void> {
  let read = 0
  for await (const all of linesIn(input, Math.max(MESSAGE_BYTES, maxLineBytes * MESSAGE_SHARE))) {
    for (let i = 0; i < all.length; i += AT_ONCE) {
      const messages = all.slice(i, i + AT_ONCE).map((line, j) => messageIn(line, read + j + 1))
      read += messages.length
      const { frames, heads } = await framesOfMessages(messages, reading, maxLineBytes)
      const scanned = scannedLines(scan, frames)
      await write(scanned.map(one => `${heads[one.position] ?? '{'}"${one.became}":${one.json}}\n`).join(''))
    }
  }
}

type Head = Pick<Frame, 'kind' | 'source' | 'arrivedAtMs' | 'intervalS'>

/** Runs of lines, and what stands for one that is too long. */
function framesOf(lines: readonly LineIn[], head: Head, position: number): Frame[] {
  const frames: Frame[] = []
  let run: Buffer[] = []
  const end = (upto: number) => {
    const count = run.length / 2
    if (count > 0) frames.push({ ...head, position: upto - count, count, lines: Buffer.concat(run) })
    run = []
  }
  for (const [i, line] of lines.entries()) {
    if (Buffer.isBuffer(line)) run.push(line, LINE_END)
    else {
      end(position + i)
      frames.push({ ...head, kind: 'oversize', position: position + i, count: 1, lines: tooLong(line.bytes) })
    }
  }
  end(position + lines.length)
  return frames
}

const LINE_END = Buffer.from('\n')

/** As the log has it, but for a file that nobody wrote. */
function tooLong(bytes: number, stream?: string): Buffer {
  return Buffer.from(`${JSON.stringify({ file: null, bytes, stream })}\n`)
}

async function framesOfMessages(
  messages: readonly MessageIn[],
  reading: TopicReading,
  maxLineBytes: number,
): Promise<{ readonly frames: Frame[]; readonly heads: string[] }> {
  const frames: Frame[] = []
  const heads: string[] = []
  const stream = reading.kind === 'reading' ? undefined : reading.kind
  for (const { partition, offset, at, value } of messages) {
    const bytes = value === null ? null : Buffer.from(value, 'base64')
    const { appends } = await takeMessages([{ offset, value: bytes }], {
      reading,
      origin: { topic: '', partition, from: offset, next: offset + 1 },
      arrivedAtMs: at,
      maxLineBytes,
      keepLong: (_, message) => Promise.resolve(tooLong(message.length, stream)),
    })
    let record = 0
    for (const { kind, source, lines, count } of appends) {
      const head = { kind, source, arrivedAtMs: at, intervalS: reading.intervalS }
      frames.push({ ...head, position: heads.length, count, lines })
      for (let i = 0; i < count; i++)
        heads.push(`{"partition":${partition},"offset":${offset},"record":${record++},`)
    }
  }
  return { frames, heads }
}
