import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { sectionBytes } from './header.ts'
import type { FrameAt } from './header.ts'
import { findSection, SECTION } from './sections.ts'
import type { Section } from './sections.ts'
import { VarintReader, VarintWriter } from './varints.ts'

/** Lines that follow each other and arrived together, from one source. */
export interface Run {
  readonly kind: string
  readonly source: string
  readonly arrivedAtMs: number
  readonly intervalS: number | null
  readonly count: number
}

type Head = Pick<Run, 'kind' | 'source' | 'intervalS'>

/** Runs are small numbers, alike from one to the next: they shrink to about a byte and a half each. */
const PARAMS = { [constants.ZSTD_c_compressionLevel]: 3 }
/** How arrivals are written. */
const ARRIVALS = { wholeMs: 0, exact: 1 } as const
/** Beyond it, differences would not be exact. */
const MAX_WHOLE_MS = 2 ** 51
/** A bound for the memory that a section may ask for. */
const MAX_SECTION_BYTES = 16 * 1024 * 1024

/**
 * The runs of a frame, column by column: the distinct (kind, source, interval), then for each run which of them, how
 * many lines, and the arrival as the difference in ms from the run before. Every value comes back exactly.
 */
export function encodeRuns(runs: readonly Run[]): Section {
  const out = new VarintWriter()
  const heads = new Map<string, { readonly index: number; readonly head: Head }>()
  const indexes = runs.map(({ kind, source, intervalS }) => {
    const key = JSON.stringify([kind, source, intervalS])
    const known = heads.get(key) ?? { index: heads.size, head: { kind, source, intervalS } }
    heads.set(key, known)
    return known.index
  })
  out.number(heads.size)
  for (const { head } of heads.values()) {
    out.text(head.kind)
    out.text(head.source)
    out.double(head.intervalS ?? NaN)
  }
  for (const index of indexes) out.number(index)
  for (const { count } of runs) out.number(count)
  const areWhole = runs.every(
    ({ arrivedAtMs: ms }) => Number.isInteger(ms) && Math.abs(ms) < MAX_WHOLE_MS && !Object.is(ms, -0),
  )
  out.number(areWhole ? ARRIVALS.wholeMs : ARRIVALS.exact)
  let last = 0
  for (const { arrivedAtMs } of runs) {
    if (areWhole) out.signed(arrivedAtMs - last)
    else out.double(arrivedAtMs)
    last = arrivedAtMs
  }
  const size = Buffer.alloc(4)
  size.writeUInt32LE(runs.length)
  return {
    tag: SECTION.runs,
    bytes: Buffer.concat([size, zstdCompressSync(out.bytes(), { params: PARAMS })]),
  }
}

/**
 * The runs of a frame whose header's bytes these are: one that says what all lines are, unless it is of several.
 * Null where they can't be told, which only a newer program's frame can be.
 */
export function runsOfHeader(frame: FrameAt, header: Buffer): Run[] | null {
  const { kind, source, arrivedAtMs, intervalS, count } = frame
  if (frame.form !== 'runs') return [{ kind, source, arrivedAtMs, intervalS, count }]
  const packed = findSection(sectionBytes(header), SECTION.runs)
  if (packed === null) return null
  try {
    const runs = decodeRuns(
      zstdDecompressSync(packed.subarray(4), { maxOutputLength: MAX_SECTION_BYTES }),
      frame.runs,
    )
    return runs.reduce((sum, run) => sum + run.count, 0) === count ? runs : null
  } catch {
    return null
  }
}

function decodeRuns(bytes: Buffer, count: number): Run[] {
  const from = new VarintReader(bytes)
  const heads = Array.from({ length: from.number() }, (): Head => {
    const kind = from.text()
    const source = from.text()
    const intervalS = from.double()
    return { kind, source, intervalS: Number.isNaN(intervalS) ? null : intervalS }
  })
  const indexes = Array.from({ length: count }, () => from.number())
  const counts = Array.from({ length: count }, () => from.number())
  const isWhole = from.number() === ARRIVALS.wholeMs
  let last = 0
  return indexes.map((index, i) => {
    const head = heads[index]
    if (head === undefined) throw new RangeError(`run ${i} is of no kind`)
    last = isWhole ? last + from.signed() : from.double()
    return { ...head, arrivedAtMs: last, count: counts[i] ?? 0 }
  })
}
