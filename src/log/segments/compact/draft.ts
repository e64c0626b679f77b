import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { FrameIndex } from '../catalog.ts'
import { framesFrom } from '../read/disk-reader.ts'
import type { RawFrame } from '../read/disk-reader.ts'
import type { SegmentFile } from '../files.ts'
import { decodeHeader, encodeHeader, MAX_HEADER_BYTES } from '../frame/header.ts'
import type { FrameAt } from '../frame/header.ts'
import { encodeOrigins } from '../frame/sections.ts'
import { encodeRuns, runsOfHeader } from '../frame/runs.ts'
import type { Run } from '../frame/runs.ts'
import { lastOrigins } from '../frame/last-origins.ts'
import { COMPACT_LEVEL, compress, unpack } from '../write/pack.ts'
import { Groups } from './groups.ts'

/** A whole frame of the segment that is rewritten. */
type Whole = RawFrame & { readonly header: FrameAt }

/** The part of a segment that is rewritten: whole frames from its beginning on. */
export interface Source {
  readonly path: string
  readonly bytes: number
  readonly index: FrameIndex
}

/** Compressed bytes of the source in memory at once. */
const READ_BYTES = 1024 * 1024
/** Frames that are decompressed at once: many would make appends wait for a thread. */
const UNPACKED_AT_ONCE = 16

/** A frame of the source is damaged: readers deal with that, and it must be done before anything is rewritten. */
export class DamagedSource extends Error {}

/**
 * Writes the same lines in few large frames, each with its runs in the header. Holds one group of lines in memory.
 *
 * @param pace called after every group; it may wait, or throw to give up
 * @returns the draft's frames
 * @throws {DamagedSource}
 */
export async function writeDraft(
  source: Source,
  draft: SegmentFile,
  pace: () => Promise<void>,
): Promise<FrameAt[]> {
  const frames: FrameAt[] = []
  let at = 0
  const put = async (header: Buffer, packed: Buffer) => {
    const frame = decodeHeader(header, 0, at)
    if (frame === null) throw new RangeError('a header that was just written is none')
    await draft.write(Buffer.concat([header, packed]), at)
    at += header.length + packed.length
    frames.push(frame)
  }
  for await (const group of groupsOf(source)) {
    for (const part of await parts(group)) await put(part.header, part.packed)
    await pace()
  }
  return frames
}

async function* groupsOf({ path, bytes, index }: Source): AsyncGenerator<Whole[]> {
  const file = await open(path, 'r')
  try {
    const groups = new Groups()
    let group: Whole[] = []
    for await (const frame of framesFrom(file, { bytes }, index, 0, READ_BYTES)) {
      if (!isWhole(frame)) throw new DamagedSource(`at byte ${frame.offset} of ${path}`)
      if (!groups.add(frame.header) && group.length > 0) {
        yield group
        group = []
      }
      group.push(frame)
    }
    if (group.length > 0) yield group
  } finally {
    await file.close()
  }
}

function isWhole(frame: RawFrame): frame is Whole {
  const { header, bytes } = frame
  return header !== null && crc32(bytes.subarray(header.headerBytes)) === header.checksum
}

interface Part {
  readonly header: Buffer
  readonly packed: Buffer
}

/** A group as one frame; as it is where it can't be one. */
async function parts(group: readonly Whole[]): Promise<Part[]> {
  const runs = group.map(({ header, bytes }) => runsOfHeader(header, bytes.subarray(0, header.headerBytes)))
  const known = runs.flatMap(one => one ?? [])
  if (group.length > 1 && !runs.includes(null)) {
    const header = mergedHeader(group, known)
    if (header !== null) return [await merged(group, header)]
  }
  return group.map(({ header, bytes }) => ({
    header: bytes.subarray(0, header.headerBytes),
    packed: bytes.subarray(header.headerBytes),
  }))
}

type Finish = (rawBytes: number, packed: Buffer) => Buffer

/** Makes the header once the lines are packed; null where it would be too long. */
function mergedHeader(group: readonly Whole[], runs: readonly Run[]): Finish | null {
  const section = encodeRuns(runs)
  const origins = lastOrigins(group.map(({ header }) => header.origins))
  if (section.bytes.length + encodeOrigins(origins).bytes.length > MAX_HEADER_BYTES / 2) return null
  return (rawBytes, packed) =>
    encodeHeader(
      {
        kind: '',
        source: '',
        arrivedAtMs: Math.max(...group.map(({ header }) => header.arrivedAtMs)),
        intervalS: null,
        position: group[0]?.header.position ?? 0,
        count: group.reduce((sum, { header }) => sum + header.count, 0),
        rawBytes,
        packedBytes: packed.length,
        checksum: crc32(packed),
        origins,
      },
      [section],
    )
}

async function merged(group: readonly Whole[], header: Finish): Promise<Part> {
  const lines: Buffer[] = []
  for (let i = 0; i < group.length; i += UNPACKED_AT_ONCE) {
    const some = group.slice(i, i + UNPACKED_AT_ONCE)
    lines.push(
      ...(await Promise.all(
        some.map(({ header: { headerBytes, rawBytes }, bytes }) =>
          unpack(bytes.subarray(headerBytes), rawBytes),
        ),
      )),
    )
  }
  const raw = Buffer.concat(lines)
  const packed = await compress(raw, COMPACT_LEVEL)
  return { header: header(raw.length, packed), packed }
}
