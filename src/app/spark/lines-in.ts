import { UsageError } from '../../core/errors.ts'

/** A line without its LF, or that one was too long to be kept: how many bytes it has. */
export type LineIn = Buffer | { readonly bytes: number }

const LF = 10

/** Cuts what comes in into lines; what is handed out at once is what one read brought. One longer than `maxBytes` is passed over. */
export async function* linesIn(input: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<LineIn[]> {
  let held: Buffer[] = []
  let bytes = 0
  const whole = (): LineIn => {
    const line = bytes > maxBytes ? { bytes } : Buffer.concat(held)
    held = []
    bytes = 0
    return line
  }
  const hold = (part: Buffer) => {
    bytes += part.length
    if (bytes > maxBytes) held = []
    else held.push(part)
  }
  for await (const chunk of input) {
    const lines: LineIn[] = []
    let start = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      hold(chunk.subarray(start, end))
      lines.push(whole())
      start = end + 1
    }
    if (start < chunk.length) hold(chunk.subarray(start))
    if (lines.length > 0) yield lines
  }
  if (bytes > 0) yield [whole()]
}

/** A message of a topic, as it is handed to a scan: a JSON object a line. */
export interface MessageIn {
  readonly partition: number
  readonly offset: number
  /** When the broker got it, ms since 1970 UTC. */
  readonly at: number
  /** Base64; null where the message has none. */
  readonly value: string | null
}

/** @throws {UsageError} naming the line */
export function messageIn(line: LineIn, number: number): MessageIn {
  const wrong = (what: string) =>
    new UsageError(
      `Line ${number} of the input is no message: ${what}. Each line is {"partition": 0, "offset": 12, "at": 1767225600000, "value": "<base64>"}.`,
    )
  if (!Buffer.isBuffer(line)) throw wrong(`it has ${line.bytes} bytes`)
  let message: Partial<MessageIn> | null
  try {
    message = JSON.parse(line.toString('utf8')) as Partial<MessageIn> | null
  } catch {
    throw wrong('it is no JSON')
  }
  const { partition, offset, at, value = null } = message ?? {}
  if (!isWhole(partition) || !isWhole(offset) || !isWhole(at))
    throw wrong('partition, offset and at are to be whole numbers')
  if (value !== null && typeof value !== 'string') throw wrong('value is to be Base64, or null')
  return { partition, offset, at, value }
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
