import type { Origin } from '../../../core/log.ts'
import { VarintReader, VarintWriter } from './varints.ts'

/** A part of a frame's header after its source: `u8 tag, u32 length, bytes`. Tags are never used again for something else. */
export interface Section {
  readonly tag: number
  readonly bytes: Buffer
}

/**
 * - `runs`: u32 number of runs, then them packed, see `runs.ts`
 * - `name`: the stream's name, UTF-8
 * - `origins`: where a broker's records came from: how many, then of each the topic's id, the partition, the first offset and how
 *   far from there the next one is. Of a compacted frame, one for each partition
 */
export const SECTION = { runs: 1, name: 2, origins: 3 } as const

const HEAD_BYTES = 5
const MAX_NAME_BYTES = 512

export interface Sections {
  /** Number of runs; 0 where they are not told. */
  readonly runs: number
  readonly name: string | null
  readonly origins: readonly Origin[]
  /** Is there one this program does not know? */
  readonly foreign: boolean
}

export function encodeSections(sections: readonly Section[]): Buffer {
  return Buffer.concat(
    sections.flatMap(({ tag, bytes }) => {
      const head = Buffer.alloc(HEAD_BYTES)
      head.writeUInt8(tag, 0)
      head.writeUInt32LE(bytes.length, 1)
      return [head, bytes]
    }),
  )
}

/** Null where the bytes are no sections: of another version, then. */
export function parseSections(bytes: Buffer): Sections | null {
  let runs = 0
  let name: string | null = null
  let origins: readonly Origin[] | null = []
  let foreign = false
  for (const section of sectionsOf(bytes)) {
    if (section === null) return null
    if (section.tag === SECTION.runs && section.bytes.length >= 4) runs = section.bytes.readUInt32LE(0)
    else if (section.tag === SECTION.name && isName(section.bytes)) name = section.bytes.toString('utf8')
    else if (section.tag === SECTION.origins) origins = decodeOrigins(section.bytes)
    else foreign = true
  }
  return { runs, name, origins: origins ?? [], foreign: foreign || origins === null }
}

export function encodeOrigins(origins: readonly Origin[]): Section {
  const out = new VarintWriter()
  out.number(origins.length)
  for (const { topic, partition, from, next } of origins) {
    out.text(topic)
    out.number(partition)
    out.number(from)
    out.number(next - from)
  }
  return { tag: SECTION.origins, bytes: Buffer.from(out.bytes()) }
}

/** Null where they can't be told, which only a newer program's section can be. */
function decodeOrigins(bytes: Buffer): Origin[] | null {
  try {
    const reader = new VarintReader(bytes)
    return Array.from({ length: reader.number() }, () => {
      const topic = reader.text()
      const partition = reader.number()
      const from = reader.number()
      return { topic, partition, from, next: from + reader.number() }
    })
  } catch {
    return null
  }
}

/** The bytes of one section; null where there is none. */
export function findSection(bytes: Buffer, tag: number): Buffer | null {
  for (const section of sectionsOf(bytes)) if (section?.tag === tag) return section.bytes
  return null
}

/** Yields null, and ends, where the bytes are no sections. */
function* sectionsOf(bytes: Buffer): Generator<Section | null> {
  for (let at = 0; at < bytes.length;) {
    const start = at + HEAD_BYTES
    const end = start > bytes.length ? Infinity : start + bytes.readUInt32LE(at + 1)
    if (end > bytes.length) {
      yield null
      return
    }
    yield { tag: bytes.readUInt8(at), bytes: bytes.subarray(start, end) }
    at = end
  }
}

function isName(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes.length <= MAX_NAME_BYTES
}
