import type { Readable } from 'node:stream'
import type { z } from 'zod'
import { RequestError } from './problems.ts'

/**
 * The whole body as text.
 * @throws {RequestError} 413 over `limit` bytes, 400 when it is not UTF-8 or breaks off
 */
export async function readText(body: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      // Past the limit it is read on and dropped: a client that is still sending would not see an early answer.
      if (bytes <= limit) chunks.push(chunk)
      else if (bytes > limit * 4) break
    }
  } catch (cause) {
    throw new RequestError('ART_BODY', `The body broke off after ${bytes} bytes.`, { cause })
  }
  if (bytes > limit) {
    throw new RequestError('ART_BODY_TOO_LARGE', `The body is over ${limit} bytes, the most this path takes.`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw new RequestError('ART_BODY', 'The body is not UTF-8.', { cause })
  }
}

/** The media type without its parameters, in lower case; '' when there is none. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RequestError('ART_BODY', `The body is not JSON: ${reason}`, { cause })
  }
}

/** A value from outside as the schema wants it; the error names every wrong place. */
export function parseBody<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new RequestError('ART_BODY', bodyIssues(parsed.error).join('; '))
}

export function bodyIssues(error: z.ZodError): string[] {
  return error.issues.map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`)
}
