const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** The bytes without a UTF-8 byte order mark at their beginning, which is no part of the first record. */
export async function* withoutBom(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first: Buffer | null = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (first === null) {
      yield chunk
      continue
    }
    first = first.length === 0 ? chunk : Buffer.concat([first, chunk])
    if (first.length < BOM.length) continue
    yield cut(first)
    first = null
  }
  if (first !== null && first.length > 0) yield cut(first)
}

function cut(bytes: Buffer): Buffer {
  return bytes.subarray(0, BOM.length).equals(BOM) ? bytes.subarray(BOM.length) : bytes
}
