import { isUtf8 } from 'node:buffer'

// Text whose characters are the bytes of a file (latin1): a row that is not UTF-8 can then be passed on as it is.

/** The text that such bytes are in UTF-8; null when they are none. */
export function textOf(bytes: string): string | null {
  if (!/[\u0080-\u00ff]/.test(bytes)) return bytes
  const buffer = Buffer.from(bytes, 'latin1')
  return isUtf8(buffer) ? buffer.toString('utf8') : null
}

/** A text as such bytes. */
export function bytesOf(text: string): string {
  return /[\u0080-\uffff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}
