import type { TopicMessage } from './producer.ts'

const OPEN_BRACKET = '['
/** First byte of a byte order mark. */
const BOM_BEGINS = '\u00ef'

/**
 * A message for each line, its bytes as they are. Its key is the value of a field, so that records that may be about the same are
 * in one partition, in the order in which they came; what is no record has none.
 *
 * @param lines each ended by one LF
 */
export function messagesOf(lines: Buffer, field: string): TopicMessage[] {
  // A character a byte: places in the text are places in the buffer.
  const text = lines.toString('latin1')
  const messages: TopicMessage[] = []
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end)
    const bytes = lines.subarray(from, end)
    messages.push(isOtherAlone(line) ? asText(bytes) : { key: keyOf(line, field), value: bytes })
    from = end + 1
  }
  return messages
}

/** A message that whoever reads the topic takes for no record: JSON, but a text. */
export function asText(bytes: Buffer): TopicMessage {
  return { key: null, value: JSON.stringify(bytes.toString('utf8')) }
}

/** A line is one record; a message that is an array is several, and a byte order mark before it counts for nothing. */
function isOtherAlone(line: string): boolean {
  const [first] = line.trimStart()
  if (first === BOM_BEGINS) return true
  if (first !== OPEN_BRACKET) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

function keyOf(line: string, field: string): Buffer | null {
  const quick = keyAtOnce(line, field)
  return quick === null ? keyByParsing(line, field) : Buffer.from(quick, 'latin1')
}

/** The usual line: the field's name is there once and followed by a text, and nothing is escaped. Null: it is not so. */
function keyAtOnce(line: string, field: string): string | null {
  const name = `"${field}"`
  const mark = `${name}:"`
  const at = line.indexOf(name)
  if (at === -1 || !line.startsWith(mark, at) || line.includes('\\')) return null
  const start = at + mark.length
  if (line.includes(name, start)) return null
  const end = line.indexOf('"', start)
  return end === -1 ? null : line.slice(start, end)
}

function keyByParsing(line: string, field: string): Buffer | null {
  try {
    const record: unknown = JSON.parse(Buffer.from(line, 'latin1').toString('utf8'))
    if (typeof record !== 'object' || record === null) return null
    const value: unknown = Reflect.get(record, field)
    return typeof value === 'string' ? Buffer.from(value) : null
  } catch {
    return null
  }
}
