import { quoteBareNumbers } from '../../core/text/bare-numbers.ts'
import { LIMIT } from '../readings/scan/fields.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Why a line has no record. */
export type LineReason = 'utf8' | 'json_syntax' | 'json_depth' | 'not_object'

export interface JsonRecord {
  readonly record: Readonly<Record<string, unknown>>
  /** False: a bare NaN or Infinity stands there as a text, so that the field at fault can be named. */
  readonly isJson: boolean
}

/** The object of a line, or why there is none. */
export function recordOf(line: Uint8Array): JsonRecord | LineReason {
  if (tooDeep(line)) return 'json_depth'
  let text: string
  try {
    text = utf8.decode(line)
  } catch {
    return 'utf8'
  }
  let value = parsed(text)
  const isJson = value !== undefined
  if (!isJson) value = parsed(quoteBareNumbers(text) ?? '')
  if (value === undefined) return 'json_syntax'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not_object'
  return { record: value as Record<string, unknown>, isJson }
}

/** Undefined for what is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Counts brackets outside strings, as far as quotes can be told in a line that may be broken. */
function tooDeep(line: Uint8Array): boolean {
  let depth = 0
  let quoted = false
  for (let i = 0; i < line.length; i++) {
    const byte = line[i]!
    if (quoted) {
      if (byte === 92) i++
      else if (byte === 34) quoted = false
    } else if (byte === 34) quoted = true
    else if (byte === 123 || byte === 91) {
      if (++depth > LIMIT.depth) return true
    } else if (byte === 125 || byte === 93) depth--
  }
  return false
}
