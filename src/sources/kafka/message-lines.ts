/** What a message says: a line for each record, or why it says none. */
export type MessageLines = { readonly lines: Buffer; readonly count: number } | { readonly refused: string }

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
