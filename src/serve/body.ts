import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { z } from 'zod'
import { RequestError } from './problems.ts'
import { wordsOf } from './wording.ts'

/**
 * The whole body as text.
 * @throws {RequestError} 413 over `limit` bytes, 400 when it is not UTF-8 or breaks off
 */
export async function readText(body: Readable, limit: number): Promise<string> {
  const bytes = await readBytes(body, limit)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new RequestError('ART_BODY', 'The body is not UTF-8.', { cause })
  }
}

/**
 * The whole body.
 * @throws {RequestError} 413 over `limit` bytes, 400 when it breaks off
 */
export async function readBytes(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of chunksOf(body)) {
      bytes += chunk.length
      if (bytes > limit) break
      chunks.push(chunk)
    }
  } catch (cause) {
    throw new RequestError('ART_BODY', `The body broke off after ${bytes} bytes.`, { cause })
  }
  if (bytes > limit) {
    throw new RequestError('ART_BODY_TOO_LARGE', `The body is over ${limit} bytes, the most this path takes.`)
  }
  return Buffer.concat(chunks)
}

/** The body's chunks. Who stops early leaves the connection whole, so that an answer can still go out on it. */
export function chunksOf(body: Readable): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => body.iterator({ destroyOnReturn: false }) }
}

const cuts = new WeakMap<Socket, (error: Error) => void>()
const broken = new WeakSet<Socket>()

/** The chunks of a request's body; fails when its connection breaks off in the midst of it, as long as an answer can go out. */
export async function* bodyOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  const { socket } = request
  let giveUp: (error: Error) => void = () => undefined
  const cut = (error: Error) => giveUp(error)
  cuts.set(socket, cut)
  const chunks = chunksOf(request)[Symbol.asyncIterator]()
  try {
    for (;;) {
      if (broken.has(socket)) throw new Error('the connection broke off')
      // One promise a chunk: what a race leaves behind on a promise for the whole body would grow with it.
      const next = await new Promise<IteratorResult<Buffer, unknown>>((resolve, reject) => {
        giveUp = reject
        chunks.next().then(resolve, reject)
      })
      if (next.done === true) return
      yield next.value
    }
  } finally {
    if (cuts.get(socket) === cut) cuts.delete(socket)
    // Of a broken one, the next chunk would be waited for.
    if (!broken.has(socket)) await chunks.return?.()
  }
}

/** Lets the handler of the body that breaks off answer. @returns whether there is one */
export function breakOff(socket: Socket, error: Error): boolean {
  const cut = cuts.get(socket)
  if (cut === undefined) return false
  broken.add(socket)
  cut(error)
  return true
}

/** Whether nothing more can come on the request's connection. */
export function isBrokenOff({ socket }: IncomingMessage): boolean {
  return broken.has(socket)
}

/** What is still read of a body that was refused. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024

/**
 * Reads on what a refused body still brings, and drops it: many clients look for the answer only when they have sent
 * all. One that goes on beyond all measure is cut off.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.readableEnded || request.destroyed) return
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_DISCARDED_BYTES) request.destroy()
  })
  request.on('error', () => undefined)
  request.resume()
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
  const parsed = schema.safeParse(value, { error: wordsOf })
  if (parsed.success) return parsed.data
  throw new RequestError('ART_BODY', bodyIssues(parsed.error).join('; '))
}

export function bodyIssues(error: z.ZodError): string[] {
  return error.issues.map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`)
}
