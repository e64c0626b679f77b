import type { Groups } from './compact/groups.ts'
import type { LastOrigins } from './frame/last-origins.ts'
import type { Standing } from './positions.ts'
import type { NamedCount } from './named-streams.ts'

/** A segment file as the log sees it while it is open. */
export interface Segment {
  readonly base: number
  /** Position after its last durable record. */
  end: number
  /** Durable bytes of the file. */
  bytes: number
  readonly firstArrivalMs: number
  newestArrivalMs: number
  /** Where its frames are; null for a sealed segment that nobody read lately. */
  index: FrameIndex | null
  /** What a compaction would put together. */
  groups: Groups
  /** Runs of lines that its plain sidecar tells. */
  plainRuns: number
  readonly named: NamedCount
  /** Where brokers' partitions go on after it. */
  readonly origins: LastOrigins
}

/** First position and offset of each frame, ascending. */
export interface FrameIndex {
  readonly positions: number[]
  readonly offsets: number[]
}

/** Newest segments whose frames' places stay in memory; of the older ones only the one read last. */
const INDEXED = 4

/** The segments in order of position. */
export class Catalog {
  #segments: Segment[]
  #readLast: Segment | null = null
  #coming: number | null = null

  constructor(segments: readonly Segment[]) {
    this.#segments = [...segments]
  }

  get segments(): readonly Segment[] {
    return this.#segments
  }

  get floor(): number {
    return this.#segments[0]?.base ?? this.synced
  }

  get synced(): number {
    return this.#segments.at(-1)?.end ?? 0
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0)
  }

  get bases(): number[] {
    return this.#segments.map(segment => segment.base)
  }

  /** What the positions file is to say, whoever writes it. */
  get standing(): Standing {
    const segments = this.#coming === null ? this.bases : [...this.bases, this.#coming]
    return { end: this.synced, segments }
  }

  /** The first segment that holds a record at or after `position`. */
  find(position: number): Segment | undefined {
    return this.#segments[lowerBound(this.#segments.length, i => (this.#segments[i]?.end ?? 0) > position)]
  }

  has(segment: Segment): boolean {
    return this.#segments.includes(segment)
  }

  /** A new segment is on disk and will be added once it is noted: nobody may take it off the list until then. */
  announce(base: number): void {
    this.#coming = base
  }

  /** The announced one does not come. */
  withdraw(): void {
    this.#coming = null
  }

  add(segment: Segment): void {
    this.#segments.push(segment)
    this.#coming = null
    const older = this.#segments.at(-INDEXED - 1)
    if (older !== undefined && older !== this.#readLast) older.index = null
  }

  /** Notes where the frames of a segment are, which somebody reads now. */
  keepIndex(segment: Segment, index: FrameIndex): void {
    const last = this.#readLast
    if (last !== null && last !== segment && !this.#segments.slice(-INDEXED).includes(last)) last.index = null
    this.#readLast = segment
    segment.index = index
  }

  /** Puts other segments in the place of one: the parts around a hole, or nothing. */
  replace(segment: Segment, parts: readonly Segment[]): void {
    this.#segments = this.#segments.flatMap(other => (other === segment ? parts : [other]))
  }
}

/** The frame that holds `position`, or the first one after it; the number of frames if there is none. */
export function findFrame(index: FrameIndex, end: number, position: number): number {
  const { positions } = index
  if (position >= end) return positions.length
  return Math.max(0, lowerBound(positions.length, i => (positions[i] ?? 0) > position) - 1)
}

/** The lowest `i` in `0…length` from which on `holds` is true. */
function lowerBound(length: number, holds: (i: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
