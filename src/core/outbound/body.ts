import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, constants, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib'
import { formatSize } from '../config/values/quantities.ts'
import { onAbort } from './in-time.ts'
import { networkFault } from './network-words.ts'
import { OutboundBrokenError, OutboundTooLargeError } from './outbound-error.ts'

export interface BodyLimits {
  readonly maxWireBytes: number
  readonly maxBytes: number
}

/** Packed twice occurs; more is an attempt to make us work. */
const MAX_ENCODINGS = 2
/** RFC 9659: a zstd frame for HTTP needs no window over 8 MiB. */
const ZSTD_WINDOW_LOG = 23

/** Their headers may tell of a body that is not sent (RFC 9110 section 8.6). */
const BODILESS: ReadonlySet<number> = new Set([204, 304])

type Unpack = (packed: Buffer, maxOutputLength: number) => Promise<Buffer>

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: (packed, maxOutputLength) => promisify(gunzip)(packed, { maxOutputLength }),
  // Some servers leave out zlib's two bytes.
  deflate: (packed, maxOutputLength) =>
    ((packed[0] ?? 0) & 0x0f) === 8
      ? promisify(inflate)(packed, { maxOutputLength })
      : promisify(inflateRaw)(packed, { maxOutputLength }),
  br: (packed, maxOutputLength) => promisify(brotliDecompress)(packed, { maxOutputLength }),
  zstd: (packed, maxOutputLength) =>
    promisify(zstdDecompress)(packed, {
      maxOutputLength,
      params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
    }),
}

/**
 * The whole body, unpacked. No more than the limits is ever held.
 * @throws {OutboundTooLargeError | OutboundBrokenError}
 */
export async function readBody(
  answer: IncomingMessage,
  limits: BodyLimits,
  shown: string,
  signal: AbortSignal,
): Promise<Buffer> {
  const undo = onAbort(signal, reason => answer.destroy(reason))
  try {
    if (BODILESS.has(answer.statusCode ?? 0)) return Buffer.alloc(0)
    const encodings = encodingsOf(answer, shown)
    return await unpacked(await wireBytes(answer, limits, shown), encodings, limits, shown)
  } finally {
    undo()
    answer.destroy()
  }
}

async function wireBytes(answer: IncomingMessage, limits: BodyLimits, shown: string): Promise<Buffer> {
  const tooLarge = (): OutboundTooLargeError =>
    new OutboundTooLargeError(
      shown,
      `the answer is larger than ${formatSize(limits.maxWireBytes)}; raise the limit if it is the right one`,
    )
  if (Number(answer.headers['content-length'] ?? 0) > limits.maxWireBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > limits.maxWireBytes) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (error) {
    throw meaning(error, shown)
  }
  if (!answer.complete) throw cutOff(shown)
  return Buffer.concat(chunks, bytes)
}

async function unpacked(
  packed: Buffer,
  encodings: readonly string[],
  limits: BodyLimits,
  shown: string,
): Promise<Buffer> {
  let body = packed
  for (const encoding of body.length === 0 ? [] : encodings.toReversed()) {
    try {
      body = (await unpackers[encoding]?.(body, limits.maxBytes)) ?? body
    } catch (error) {
      throw unpackFault(error, encoding, limits, shown)
    }
  }
  if (body.length <= limits.maxBytes) return body
  throw unpackFault({ code: 'ERR_BUFFER_TOO_LARGE' }, '', limits, shown)
}

/** In the order in which they were applied. */
function encodingsOf(answer: IncomingMessage, shown: string): string[] {
  const names = (answer.headers['content-encoding'] ?? '')
    .split(',')
    .map(name => name.trim().toLowerCase().replace(/^x-/, ''))
    .filter(name => name !== '' && name !== 'identity')
  const wrong = names.find(name => !Object.hasOwn(unpackers, name))
  if (wrong !== undefined || names.length > MAX_ENCODINGS)
    throw new OutboundBrokenError(
      shown,
      `the answer is packed as ${JSON.stringify(names.join(', ').slice(0, 60))}; only gzip, deflate, br and zstd are unpacked`,
    )
  return names
}

function unpackFault(error: unknown, encoding: string, limits: BodyLimits, shown: string): Error {
  const code = error instanceof Object && 'code' in error ? String(error.code) : ''
  if (code === 'ERR_BUFFER_TOO_LARGE')
    return new OutboundTooLargeError(
      shown,
      `the answer unpacks to more than ${formatSize(limits.maxBytes)}; raise the limit if it is the right one`,
    )
  return new OutboundBrokenError(
    shown,
    `the answer can't be unpacked: it is cut off or no ${encoding}; try again later`,
    { cause: error },
  )
}

function meaning(error: unknown, shown: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') return cutOff(shown, error)
  if (code.startsWith('HPE_')) return new OutboundBrokenError(shown, networkFault(error), { cause: error })
  return error
}

function cutOff(shown: string, cause?: unknown): OutboundBrokenError {
  return new OutboundBrokenError(
    shown,
    'the answer ends before it is whole; try again later',
    cause === undefined ? {} : { cause },
  )
}
