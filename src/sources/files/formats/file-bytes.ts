import { createReadStream } from 'node:fs'
import { FeedError } from '../../../core/feed-error.ts'

const READ_BYTES = 1 << 18
const UTF8_BOM = '\u00ef\u00bb\u00bf'
const UTF16_BOM = /^(?:\u00ff\u00fe|\u00fe\u00ff)/

/**
 * A file in pieces, each byte as the latin1 character of its number: a row that is not UTF-8 can then be passed on as it
 * is. A byte order mark is left out.
 *
 * @param onRead called with how many bytes each piece had
 * @throws {FeedError} for UTF-16
 */
export async function* fileBytes(path: string, onRead: (bytes: number) => void): AsyncGenerator<string> {
  let isFirst = true
  for await (const piece of createReadStream(path, { highWaterMark: READ_BYTES })) {
    const bytes = piece as Buffer
    onRead(bytes.length)
    const text = bytes.toString('latin1')
    if (isFirst && UTF16_BOM.test(text)) throw new FeedError('is UTF-16; save it as UTF-8')
    yield isFirst && text.startsWith(UTF8_BOM) ? text.slice(UTF8_BOM.length) : text
    isFirst = false
  }
}
