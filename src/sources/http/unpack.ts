import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import type { Gunzip, ZstdDecompress } from 'node:zlib'
import { BodyAbortedError, BodyBrokenError, BodyFault, BodyRatioError } from './ingest-error.ts'
import type { BodyEncoding } from './media.ts'

/** Chunks below this are gathered: a sender of single bytes must not cost a buffer each. */
const SMALL_BYTES = 8 * 1024
const UNPACKED_BYTES = 64 * 1024
/** RFC 9659: a zstd body's window has 8 MiB at most, or each of them could take 128 MiB of memory. */
const MAX_WINDOW_LOG = 23
/** zstd frames a body may have: each costs a decompressor. */
const FREE_FRAMES = 1_000
const BYTES_A_FRAME = 256

/**
 * The body's bytes, unpacked, in chunks of moderate size. What came before a failure is given first.
 *
 * @throws {BodyAbortedError} when the sender goes away, {BodyBrokenError} when the bytes can't be unpacked
 */
export function unpackBody(body: AsyncIterable<Uint8Array>, encoding: BodyEncoding): AsyncGenerator<Buffer> {
  const chunks = gather(body)
  if (encoding === 'identity') return chunks
  return decompress(chunks, encoding)
}

async function* gather(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let small: Uint8Array[] = []
  let bytes = 0
  let failure: BodyFault | null = null
  try {
    for await (const chunk of body) {
      if (bytes === 0 && chunk.length >= SMALL_BYTES) {
        yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        continue
      }
      small.push(chunk)
      bytes += chunk.length
      if (bytes < SMALL_BYTES) continue
      yield Buffer.concat(small)
      small = []
      bytes = 0
    }
  } catch (cause) {
    failure =
      cause instanceof BodyFault
        ? cause
        : new BodyAbortedError('the sender broke off before the end of the body', { cause })
  }
  if (bytes > 0) yield Buffer.concat(small)
  if (failure !== null) throw failure
}

type State = 'busy' | 'done' | Error
type Decompressor = Gunzip | ZstdDecompress

async function* decompress(chunks: AsyncIterable<Buffer>, encoding: 'gzip' | 'zstd'): AsyncGenerator<Buffer> {
  const create = () =>
    encoding === 'gzip'
      ? createGunzip({ chunkSize: UNPACKED_BYTES })
      : createZstdDecompress({
          chunkSize: UNPACKED_BYTES,
          params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG },
        })
  let decompressor: Decompressor = create()
  let bytes = 0
  let frames = 1
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length
      for (let rest = chunk; rest.length > 0;) {
        const before = decompressor.bytesWritten
        yield* turn(decompressor, done => decompressor.write(rest, done), encoding)
        const taken = decompressor.bytesWritten - before
        if (taken === 0) throw new BodyBrokenError(`the ${encoding} body has bytes after its end`)
        rest = rest.subarray(taken)
        // Node's zstd stream ends with the first frame of a write and leaves the rest; a body may consist of several.
        if (rest.length === 0) continue
        if (++frames > FREE_FRAMES + bytes / BYTES_A_FRAME)
          throw new BodyRatioError(
            `the zstd body has ${frames} frames in ${bytes} bytes; send it in larger ones`,
          )
        decompressor.destroy()
        decompressor = create()
      }
    }
    yield* turn(decompressor, () => decompressor.end(), encoding)
  } finally {
    decompressor.destroy()
  }
}

/** Gives what a write (or the end) yields, at the reader's pace. */
async function* turn(
  stream: Decompressor,
  start: (done: (error?: Error | null) => void) => void,
  encoding: string,
): AsyncGenerator<Buffer> {
  let state: State = 'busy'
  let wake: () => void = () => undefined
  const settle = (next: State) => {
    if (state === 'busy') state = next
    wake()
  }
  const onReadable = () => wake()
  const onEnd = () => settle('done')
  const onError = (error: Error) => settle(error)
  stream.on('readable', onReadable).on('end', onEnd).on('error', onError)
  try {
    start(error => settle(error ?? 'done'))
    for (;;) {
      for (let chunk = readFrom(stream); chunk !== null; chunk = readFrom(stream)) yield chunk
      if (current<State>(state) !== 'busy') break
      await new Promise<void>(resolve => {
        wake = resolve
        if (current<State>(state) !== 'busy' || stream.readableLength > 0) resolve()
      })
    }
  } finally {
    stream.off('readable', onReadable).off('end', onEnd)
  }
  const end = current<State>(state)
  if (end instanceof Error) {
    const { code } = end as NodeJS.ErrnoException
    const remedy =
      code === 'ZSTD_error_frameParameter_windowTooLarge'
        ? '; its window is over 8 MiB (RFC 9659): compress without --long and --ultra'
        : ''
    throw new BodyBrokenError(`the ${encoding} body can't be unpacked: ${end.message}${remedy}`, {
      cause: end,
    })
  }
  stream.off('error', onError)
}

/** Callbacks change the state behind the compiler's back. */
function current<T>(state: T): T {
  return state
}

function readFrom(stream: Decompressor): Buffer | null {
  return stream.read() as Buffer | null
}
