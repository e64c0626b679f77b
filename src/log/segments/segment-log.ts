import type { Append, Appended, Frame, LogReader, LogWriter } from '../../core/log.ts'
import { ActiveSegment } from './active.ts'
import { Catalog } from './catalog.ts'
import { cutFront } from './disk-reader.ts'
import { diskFiles } from './files.ts'
import type { SegmentFiles } from './files.ts'
import { PositionsKeeper } from './positions.ts'
import type { LogProblem } from './problem.ts'
import { recover } from './recover.ts'
import type { Recovered } from './recover.ts'
import { Shelf } from './shelf.ts'
import type { ExpireLimits, Expired, Verified } from './shelf.ts'
import { Tail } from './tail.ts'
import { sumUnknown } from './unknown.ts'
import type { UnknownStreams } from './unknown.ts'
import { GroupCommit } from './writer.ts'

export interface SegmentLogOptions {
  /** A segment is closed once it has so many compressed bytes. */
  readonly segmentBytes?: number
  /** Bytes of lines kept in memory for readers that follow the log. */
  readonly tailBytes?: number
  /** Told of everything that went wrong with the files and was dealt with. */
  readonly onProblem: (problem: LogProblem) => void
  /** ms since 1970; it only paces the reservation of positions. */
  readonly now?: () => number
  readonly files?: SegmentFiles
}

export interface SegmentInfo {
  readonly base: number
  readonly end: number
  readonly bytes: number
  readonly newestArrivalMs: number
}

/** 64 MiB hold about 2 million readings: small enough to expire one by one, large enough to be few. */
const SEGMENT_BYTES = 64 * 1024 * 1024
const TAIL_BYTES = 64 * 1024 * 1024

/**
 * Opens the log in `dir`, or makes one, and brings its files into order: a torn end is cut, damaged bytes are set
 * aside, and each is reported. One process at a time: the caller holds the data folder's lock.
 */
export async function openLog(dir: string, options: SegmentLogOptions): Promise<SegmentLog> {
  const files = options.files ?? diskFiles
  const recovered = await recover({ dir, files, onProblem: options.onProblem })
  return new SegmentLog(dir, { ...options, files }, recovered)
}

/** The log in files of one folder. After damage, `synced` is the end of what can still be read; positions are never reused. */
export class SegmentLog implements LogWriter, LogReader {
  readonly #catalog: Catalog
  readonly #positions: PositionsKeeper
  readonly #writer: GroupCommit
  readonly #shelf: Shelf
  readonly #tail: Tail
  readonly #skipped: number
  readonly #waiters = new Set<() => void>()

  constructor(
    dir: string,
    options: SegmentLogOptions & { readonly files: SegmentFiles },
    { segments, next, skipped, clean }: Recovered,
  ) {
    const { files, onProblem, segmentBytes = SEGMENT_BYTES, tailBytes = TAIL_BYTES, now = Date.now } = options
    const catalog = new Catalog(segments)
    const positions = new PositionsKeeper(dir, files, now, skipped)
    const growing = clean ? segments.at(-1) : undefined
    const active = new ActiveSegment({ dir, files, segmentBytes, catalog, positions, onProblem }, growing)
    this.#catalog = catalog
    this.#positions = positions
    this.#skipped = skipped
    this.#tail = new Tail(tailBytes)
    this.#writer = new GroupCommit({ active, next, onProblem, onDurable: frames => this.#onDurable(frames) })
    this.#shelf = new Shelf({ dir, files, catalog, positions, onProblem, seal: () => this.#writer.seal() })
  }

  get synced(): number {
    return this.#catalog.synced
  }

  get floor(): number {
    return this.#catalog.floor
  }

  /** Compressed bytes on disk. */
  get bytes(): number {
    return this.#catalog.bytes
  }

  /** Records ever made durable, whether still kept or not. */
  get accepted(): number {
    return this.#writer.next - this.#skipped
  }

  /** What is kept of streams this program does not know. */
  get unknown(): UnknownStreams {
    return sumUnknown(this.#catalog.segments.map(({ unknown }) => unknown.streams))
  }

  segments(): SegmentInfo[] {
    return this.#catalog.segments.map(({ base, end, bytes, newestArrivalMs }) => ({
      base,
      end,
      bytes,
      newestArrivalMs,
    }))
  }

  append(batch: Append): Promise<Appended> {
    return this.#writer.append(batch)
  }

  /** @throws {LogReadError} when the disk refuses; what is damaged is skipped and reported instead */
  read(position: number, maxBytes: number, maxRecords: number): Promise<Frame[]> {
    const from = Math.max(position, this.floor)
    const tail = this.#tail.from(from)
    if (tail === null) return this.#shelf.read(from, maxBytes, maxRecords)
    return Promise.resolve(limit(tail, from, maxBytes, maxRecords))
  }

  async waitBeyond(position: number, signal: AbortSignal): Promise<void> {
    while (this.synced <= position && !signal.aborted) {
      await new Promise<void>(resolve => {
        const done = () => {
          this.#waiters.delete(done)
          signal.removeEventListener('abort', done)
          resolve()
        }
        this.#waiters.add(done)
        signal.addEventListener('abort', done)
      })
    }
  }

  /** Drops whole sealed segments, oldest first, and raises the floor. */
  expire(limits: ExpireLimits): Promise<Expired> {
    return this.#shelf.expire(limits)
  }

  /** Reads every byte that is kept; damage is dealt with as everywhere, and told to `onDamage` too. */
  async verifyChecksums(
    onDamage: (problem: LogProblem) => void,
    onProgress: (share: number) => void = () => undefined,
  ): Promise<Verified> {
    const segments = [...this.#catalog.segments]
    const total = this.bytes
    let bytes = 0
    let damaged = 0
    for (const segment of segments) {
      bytes += segment.bytes
      damaged += await this.#shelf.verify(segment, onDamage)
      onProgress(total === 0 ? 1 : Math.min(1, bytes / total))
    }
    return { segments: segments.length, bytes, damaged }
  }

  /** Waits for what was appended and closes the files. */
  async close(): Promise<void> {
    await this.#writer.close()
    const standing = { end: this.synced, segments: this.#catalog.bases }
    await this.#shelf.close(() => this.#positions.close(this.#writer.next, standing))
  }

  #onDurable(frames: readonly Frame[]): void {
    this.#tail.add(frames)
    for (const done of [...this.#waiters]) done()
  }
}

function limit(frames: readonly Frame[], position: number, maxBytes: number, maxRecords: number): Frame[] {
  const taken: Frame[] = []
  let bytes = 0
  let records = 0
  for (const whole of frames) {
    const frame = cutFront(whole, position)
    bytes += frame.lines.length
    records += frame.count
    if (taken.length > 0 && (bytes > maxBytes || records > maxRecords)) break
    taken.push(frame)
  }
  return taken
}
