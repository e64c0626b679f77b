import type { IncomingMessage } from 'node:http'
import { EngineFault } from '../fault.ts'

/** The fields of a multipart form, in order; null when the request is none. External tables are not supported. */
export async function readMultipart(
  request: IncomingMessage,
  maxBytes: number,
): Promise<[name: string, value: string][] | null> {
  const type = request.headers['content-type'] ?? ''
  if (!type.toLowerCase().startsWith('multipart/form-data')) return null
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > maxBytes)
      throw new EngineFault(307, 'TOO_MANY_BYTES', `The form is longer than ${maxBytes} bytes`)
    parts.push(part)
  }
  const form = await parseForm(Buffer.concat(parts), type)
  return [...form].map(([name, value]) => {
    if (typeof value !== 'string') {
      throw new EngineFault(48, 'NOT_IMPLEMENTED', `External tables are not supported (field '${name}')`)
    }
    return [name, value]
  })
}

async function parseForm(body: Buffer, type: string): Promise<FormData> {
  try {
    // The form is small, whole and from a caller who knows the secret, so the simple parser serves.
    // oxlint-disable-next-line typescript/no-deprecated
    return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  } catch (cause) {
    throw new EngineFault(36, 'BAD_ARGUMENTS', `Cannot read the multipart form: ${String(cause)}`)
  }
}
