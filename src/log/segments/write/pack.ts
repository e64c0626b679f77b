import { constants, crc32, zstdCompress, zstdDecompress } from 'node:zlib'
import { AppendError } from '../../../core/errors.ts'
import type { Append } from '../../../core/log.ts'
import { encodeHeader } from '../frame/header.ts'
import type { FrameHeader } from '../frame/header.ts'

/** The lines of one frame to be; its position is known only when it is written. */
export interface Pack {
  readonly head: Pick<FrameHeader, 'kind' | 'source' | 'intervalS' | 'origins'>
  readonly arrivedAtMs: number
  readonly count: number
  readonly lines: Buffer
  readonly packed: Buffer
}

/** Successive appends alike are merged up to so many bytes of lines; from `ALONE_BYTES` on one is a frame of its own, uncopied. */
const MERGE_BYTES = 4 * 1024 * 1024
const ALONE_BYTES = 1024 * 1024
/** An append over this is split, so that a reader never needs more at once (but for one long line, or what came from a broker). */
const SPLIT_BYTES = 8 * 1024 * 1024
/** Appends that arrived this close together may share a frame, which bears the newest arrival. */
const MERGE_ARRIVAL_MS = 10

const LF = 10

type Draft = Omit<Pack, 'packed'>

/** Forms frames of appends, in their order, and compresses them on the thread pool. */
export function packAppends(batches: readonly Append[]): Promise<Pack[]> {
  return Promise.all(
    draft(batches).map(async pack => ({ ...pack, packed: await compress(pack.lines, APPEND_LEVEL) })),
  )
}

/** The bytes of a frame on disk. */
export function encodePack(
  pack: Pack,
  position: number,
): { header: FrameHeader; bytes: readonly [Buffer, Buffer] } {
  const header: FrameHeader = {
    ...pack.head,
    arrivedAtMs: pack.arrivedAtMs,
    position,
    count: pack.count,
    rawBytes: pack.lines.length,
    packedBytes: pack.packed.length,
    checksum: crc32(pack.packed),
  }
  return { header, bytes: [encodeHeader(header), pack.packed] }
}

/** The lines of a frame; throws where the bytes are not what was packed. */
export function unpack(packed: Buffer, rawBytes: number): Promise<Buffer> {
  // One byte more than needed: the decompressor then ends in one turn.
  const options = { chunkSize: Math.max(64, rawBytes + 1), maxOutputLength: Math.max(1, rawBytes) }
  return new Promise((resolve, reject) => {
    zstdDecompress(packed, options, (error, lines) => {
      if (error !== null) reject(error)
      else if (lines.length !== rawBytes) reject(new Error(`${lines.length} bytes instead of ${rawBytes}`))
      else resolve(lines)
    })
  })
}

function draft(batches: readonly Append[]): Draft[] {
  const drafts: Draft[] = []
  let run: Append[] = []
  let bytes = 0
  const flush = () => {
    if (run.length > 0) drafts.push(merge(run))
    run = []
    bytes = 0
  }
  for (const batch of batches) {
    // What says where it came from is durable with it: one frame, of nothing else.
    const alone = batch.lines.length >= ALONE_BYTES || batch.origin !== undefined
    const first = run[0]
    if (first !== undefined && (alone || !alike(first, batch) || bytes + batch.lines.length > MERGE_BYTES))
      flush()
    if (batch.lines.length > SPLIT_BYTES && batch.origin === undefined) drafts.push(...split(batch))
    else {
      run.push(batch)
      bytes += batch.lines.length
      if (alone) flush()
    }
  }
  flush()
  return drafts
}

function alike(a: Append, b: Append): boolean {
  return (
    a.kind === b.kind &&
    a.source === b.source &&
    a.intervalS === b.intervalS &&
    Math.abs(a.arrivedAtMs - b.arrivedAtMs) <= MERGE_ARRIVAL_MS
  )
}

function merge(run: readonly Append[]): Draft {
  const [first] = run
  if (first === undefined) throw new RangeError('a frame needs an append')
  return {
    head: headOf(first),
    arrivedAtMs: run.reduce((newest, { arrivedAtMs }) => Math.max(newest, arrivedAtMs), first.arrivedAtMs),
    count: run.reduce((sum, { count }) => sum + count, 0),
    lines: run.length === 1 ? first.lines : Buffer.concat(run.map(({ lines }) => lines)),
  }
}

function headOf({ kind, source, intervalS, origin }: Append): Pack['head'] {
  return { kind, source, intervalS, ...(origin === undefined ? {} : { origins: [origin] }) }
}

/** Cuts a long append into frames at ends of lines. */
function split(batch: Append): Draft[] {
  const { lines, arrivedAtMs } = batch
  const drafts: Draft[] = []
  for (let start = 0; start < lines.length;) {
    const end = lines.indexOf(LF, Math.min(start + MERGE_BYTES, lines.length - 1)) + 1
    const part = lines.subarray(start, end)
    drafts.push({ head: headOf(batch), arrivedAtMs, count: countLines(part), lines: part })
    start = end
  }
  return drafts
}

export function countLines(lines: Buffer): number {
  let count = 0
  for (let at = lines.indexOf(LF); at >= 0; at = lines.indexOf(LF, at + 1)) count++
  return count
}

/** Appends are waited for. */
export const APPEND_LEVEL = 1
/** A compaction has time. */
export const COMPACT_LEVEL = 5

export function compress(lines: Buffer, level: number): Promise<Buffer> {
  // Readings shrink to an eighth or less; a quarter lets nearly every frame end in one turn of the thread pool.
  const options = {
    chunkSize: Math.max(1024, lines.length >>> 2),
    params: { [constants.ZSTD_c_compressionLevel]: level },
  }
  return new Promise((resolve, reject) => {
    zstdCompress(lines, options, (error, packed) => {
      if (error === null) resolve(packed)
      else reject(new AppendError(`log: lines could not be compressed: ${error.message}`, { cause: error }))
    })
  })
}
