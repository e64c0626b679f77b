/** What a broker's message says: a line for each record, or why it says none. */
export type MessageLines = { readonly lines: Buffer; readonly count: number } | { readonly refused: string }

/** Keeps a message that is too long for the log in a file. @returns the record that stands for it, a line */
export type KeepLong = (kind: string, message: Buffer) => Promise<Buffer>

const LF = 10
const CR = 13
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const OPEN_BRACKET = 91
const BACKSLASH = 92
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * The lines of a message that is one JSON object, or an array with an element for each record. No byte of a record is changed
 * but for line ends between its values, which become spaces.
 */
export function linesOfJson(value: Buffer): MessageLines {
  const bytes = value.subarray(0, BOM.length).equals(BOM) ? value.subarray(BOM.length) : value
  let parsed: unknown
  try {
    parsed = JSON.parse(bytes.toString('utf8'))
  } catch {
    return { refused: 'no JSON' }
  }
  if (typeof parsed !== 'object' || parsed === null) return { refused: 'neither an object nor an array' }
  const text = onOneLine(bytes)
  if (!Array.isArray(parsed)) return { lines: Buffer.concat([text, LINE_END]), count: 1 }
  return { lines: elementsOf(text), count: parsed.length }
}

/** The lines of records that a mapping made of a message. */
export function linesOfRecords(records: readonly object[]): MessageLines {
  const lines = Buffer.from(records.map(record => `${JSON.stringify(record)}\n`).join(''))
  return { lines, count: records.length }
}

/**
 * The lines with fields that the message does not say itself. One that says another value of them is refused: who sent it, or
 * where, is not what it claims.
 */
export function withFields(
  found: MessageLines,
  fields: Readonly<Record<string, string | number>>,
): MessageLines {
  const given = Object.entries(fields)
  if ('refused' in found || given.length === 0) return found
  const lines: Buffer[] = []
  for (const line of found.lines.toString('utf8').split('\n').slice(0, -1)) {
    const record: unknown = JSON.parse(line)
    // What is no object has no fields; the stream's rules say so.
    const isObject = typeof record === 'object' && record !== null && !Array.isArray(record)
    if (!isObject) {
      lines.push(Buffer.from(line), LINE_END)
      continue
    }
    const own = record as Readonly<Record<string, unknown>>
    const other = given.find(([name, value]) => Object.hasOwn(own, name) && own[name] !== value)
    if (other !== undefined)
      return {
        refused: `${other[0]} is ${JSON.stringify(own[other[0]])}, but its topic says ${JSON.stringify(other[1])}`,
      }
    const missing = given.filter(([name]) => !Object.hasOwn(own, name))
    const added = missing.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    const rest = line.slice(line.indexOf('{') + 1)
    const isBare = Object.keys(own).length === 0
    lines.push(Buffer.from(`{${added.join(',')}${isBare || added.length === 0 ? '' : ','}${rest}\n`))
  }
  return { lines: Buffer.concat(lines), count: found.count }
}

/**
 * What stands in the log for a message that says no record, so that quarantine shows it: its bytes, or a JSON text of them where
 * they are no line, or could be taken for a record.
 */
export function refusedLine(value: Buffer | null, mayBeRecord: boolean): Buffer {
  if (value === null) return Buffer.from('null\n')
  const isLine = value.length > 0 && value.every(byte => byte >= SPACE) && value.some(byte => byte !== SPACE)
  if (isLine && !mayBeRecord) return Buffer.concat([value, LINE_END])
  const text = value.toString('utf8')
  const isText = Buffer.from(text).equals(value)
  return Buffer.from(`${JSON.stringify(isText ? text : `base64:${value.toString('base64')}`)}\n`)
}

const LINE_END = Buffer.from('\n')

/** In valid JSON, line ends stand only between values. */
function onOneLine(bytes: Buffer): Buffer {
  if (!bytes.includes(LF) && !bytes.includes(CR)) return bytes
  return Buffer.from(bytes.map(byte => (byte === LF || byte === CR ? SPACE : byte)))
}

/** Each element of a valid JSON array as a line of its own. */
function elementsOf(array: Buffer): Buffer {
  const out = Buffer.allocUnsafe(array.length + 1)
  let length = 0
  let depth = 0
  let isText = false
  for (let i = array.indexOf(OPEN_BRACKET) + 1; i < array.length; i++) {
    const byte = array[i] ?? 0
    if (isText) {
      if (byte === BACKSLASH) out[length++] = array[i++] ?? 0
      else if (byte === QUOTE) isText = false
    } else if (byte === QUOTE) isText = true
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if (depth === 0 && (byte === COMMA || byte === CLOSE_BRACKET)) {
      if (length > 0 && out[length - 1] !== LF) out[length++] = LF
      if (byte === CLOSE_BRACKET) break
      continue
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--
    // A blank before an element, or one after it, says nothing.
    if (depth === 0 && !isText && byte <= SPACE) continue
    out[length++] = array[i] ?? 0
  }
  return out.subarray(0, length)
}
