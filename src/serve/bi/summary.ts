import { once } from 'node:events'
import type { Readable } from 'node:stream'

/**
 * What is told of an answer before it goes out, in the protocol's words. Rows are not counted: whoever asks in RowBinary is told
 * `result_rows` 1 where there are any, because the Java client takes an answer without for empty.
 */
export async function summaryOf(body: Readable, format: string): Promise<string> {
  const any = format === 'RowBinaryWithNamesAndTypes' && (await hasRows(body))
  return JSON.stringify({
    ...{ read_rows: '0', read_bytes: '0', written_rows: '0', written_bytes: '0', total_rows_to_read: '0' },
    ...{ result_rows: any ? '1' : '0', result_bytes: '0', elapsed_ns: '0' },
  })
}

async function hasRows(body: Readable): Promise<boolean> {
  if (body.readableLength === 0 && !body.readableEnded) await once(body, 'readable')
  const first = body.read() as Buffer | null
  if (first === null) return false
  body.unshift(first)
  return headLength(first) < first.length
}

/** The head: how many columns, their names, their types. One that is not whole yet has rows behind it. */
function headLength(bytes: Buffer): number {
  let at = 0
  const number = () => {
    let value = 0
    for (let shift = 0; at < bytes.length; shift += 7) {
      const byte = bytes[at++] ?? 0
      value += (byte & 127) * 2 ** shift
      if (byte < 128) break
    }
    return value
  }
  const texts = number() * 2
  for (let i = 0; i < texts; i++) {
    if (at >= bytes.length) return 0
    const length = number()
    at += length
  }
  return at > bytes.length ? 0 : at
}
