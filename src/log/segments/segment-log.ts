import { join } from 'node:path'
import type { Append, Appended, Frame, LogReader, LogWriter, Origin } from '../../core/log.ts'
import { sizeOf, without } from '../../core/ranges.ts'
import type { Loss } from '../../core/schema/loss.ts'
import { LossBook } from '../losses/book.ts'
import { lossesOf } from '../losses/found.ts'
import { OpenSegment } from './write/open-segment.ts'
import { AppendTally } from './append-tally.ts'
import type { KindAppends } from './append-tally.ts'
import { Catalog } from './catalog.ts'
import { Compactor } from './compact/compactor.ts'
import type { Compacted, RoundOptions } from './compact/compactor.ts'
import { cutFront } from './read/disk-reader.ts'
import { diskFiles } from './files.ts'
import type { SegmentFiles } from './files.ts'
import { LOSSES_FILE } from './names.ts'
import { BLIND_STEP, PositionsKeeper } from './positions.ts'
import type { LogProblem } from './problem.ts'
import { recover } from './recover.ts'
import type { Recovered } from './recover.ts'
import { SegmentStore } from './segment-store.ts'
import type { ExpireLimits, Expired, Verified } from './segment-store.ts'
import { lastOrigins } from './frame/last-origins.ts'
import { RecentFrames } from './read/recent-frames.ts'
import { sumNamed } from './named-streams.ts'
import type { NamedStreams } from './named-streams.ts'
import { GroupCommit } from './write/group-commit.ts'

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
  /** Where losses are written down, in a folder other than the log's; beside the segments there is a second copy. */
  readonly lossesPath?: string
  /** Told of each loss once, when it has just been written down. */
  readonly onLoss?: (loss: Loss) => void
  /** Records below it were in the log once: the lake has read them. */
  readonly seenUpto?: number
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
  const {
    files = diskFiles,
    lossesPath,
    onLoss = () => {},
    onProblem,
    now = Date.now,
    seenUpto = 0,
  } = options
  const own = join(dir, LOSSES_FILE)
  const losses = await LossBook.open({
    paths: lossesPath === undefined ? [own] : [lossesPath, own],
    now,
    onLoss,
  })
  const recovered = await recover({ dir, files, losses, seenUpto, onProblem })
  return new SegmentLog(dir, { ...options, files, losses }, recovered)
}

/**
 * Keeps every acknowledged record through a power cut, and gives no position twice. After damage, `synced` is the end of what
 * can still be read; what is gone stands in `losses`.
 */
export class SegmentLog implements LogWriter, LogReader {
  readonly losses: LossBook
  readonly #tally = new AppendTally()
  readonly #catalog: Catalog
  readonly #positions: PositionsKeeper
  readonly #writer: GroupCommit
  readonly #store: SegmentStore
  readonly #recent: RecentFrames
  readonly #compactor: Compactor
  readonly #waiters = new Set<() => void>()
  readonly #sure: number

  constructor(
    dir: string,
    options: SegmentLogOptions & { readonly files: SegmentFiles; readonly losses: LossBook },
    recovered: Recovered,
  ) {
    const { segments, next, clean } = recovered
    const {
      files,
      losses,
      onProblem,
      segmentBytes = SEGMENT_BYTES,
      tailBytes = TAIL_BYTES,
      now = Date.now,
    } = options
    const catalog = new Catalog(segments)
    const positions = new PositionsKeeper({
      ...{ dir, files, now, ...recovered },
      doubts: () => losses.doubts,
      copy: value => losses.keepPositions(value),
    })
    const growing = clean ? segments.at(-1) : undefined
    const segment = new OpenSegment({ dir, files, segmentBytes, catalog, positions, onProblem }, growing)
    this.#catalog = catalog
    this.#positions = positions
    this.losses = losses
    this.#sure = recovered.sure
    this.#recent = new RecentFrames(tailBytes)
    this.#writer = new GroupCommit({ segment, next, onProblem, onDurable: frames => this.#onDurable(frames) })
    this.#store = new SegmentStore({
      dir,
      files,
      losses,
      catalog,
      positions,
      onProblem,
      seal: () => this.#writer.seal(),
    })
    this.#compactor = new Compactor({
      dir,
      files,
      catalog,
      inTurn: work => this.#store.exclusively(work),
      whilePaused: work => this.#writer.whilePaused(work),
      now,
    })
  }

  get synced(): number {
    return this.#catalog.synced
  }

  get floor(): number {
    return this.#positions.floor
  }

  /** Compressed bytes on disk. */
  get bytes(): number {
    return this.#catalog.bytes
  }

  /** Records ever made durable, whether still kept or not. */
  get accepted(): number {
    return this.#writer.next - this.#positions.skipped - sizeOf(this.losses.doubts)
  }

  /**
   * Tells the log that the lake has records up to a position. Where its own files end before that, there were records: they
   * are noted as lost, and new ones get positions above. To be called before anything is appended.
   */
  async seen(upto: number): Promise<void> {
    if (upto <= this.#sure) return
    const from = this.#sure
    const blind = upto > this.#writer.next ? upto + BLIND_STEP : 0
    const next = Math.max(this.#writer.next, blind)
    const known = [
      ...this.#catalog.segments.map(({ base, end }) => ({ from: base, to: end })),
      ...this.losses.holes,
    ]
    const arrivals = () => ({ fromMs: this.#catalog.segments.at(-1)?.newestArrivalMs ?? null, toMs: null })
    await this.losses.add([
      ...lossesOf(without([{ from, to: upto }], known), true, [], arrivals),
      ...lossesOf(without([{ from: upto, to: next }], known), false, [], arrivals),
    ])
    this.#positions.explain(without(this.#positions.gaps, [{ from, to: next }]))
    this.#writer.skipTo(next)
  }

  /** What is kept of streams, by name. */
  get named(): NamedStreams {
    return sumNamed(this.#catalog.segments.map(({ named }) => named.streams))
  }

  /** Where each partition of a broker goes on after what is durable: the record that is to be read next is the first that is not. */
  get origins(): readonly Origin[] {
    return lastOrigins([
      this.#positions.origins,
      ...this.#catalog.segments.map(({ origins }) => origins.list),
    ])
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
    const appended = this.#writer.append(batch)
    // Of readings nobody asks.
    return batch.kind === 'reading' ? appended : this.#tally.watch(batch.kind, appended)
  }

  /** How far the appends of a stream are that were made since the start. */
  appendsOf(stream: string): KindAppends {
    return this.#tally.of(stream)
  }

  /** @throws {LogReadError} when the disk refuses; what is damaged is skipped and reported instead */
  read(position: number, maxBytes: number, maxRecords: number): Promise<Frame[]> {
    const from = Math.max(position, this.floor)
    const recent = this.#recent.from(from)
    if (recent === null) return this.#store.read(from, maxBytes, maxRecords)
    return Promise.resolve(limit(recent, from, maxBytes, maxRecords))
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

  /** Rewrites segments of many small frames into few large ones, where that is worth it. */
  compact(options: RoundOptions): Promise<Compacted> {
    return this.#compactor.round(options)
  }

  /** Drops whole sealed segments, oldest first, and raises the floor. */
  expire(limits: ExpireLimits): Promise<Expired> {
    return this.#store.expire(limits)
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
      damaged += await this.#store.verify(segment, onDamage)
      onProgress(total === 0 ? 1 : Math.min(1, bytes / total))
    }
    return { segments: segments.length, bytes, damaged }
  }

  /** Waits for what was appended and closes the files. */
  async close(): Promise<void> {
    await this.#compactor.stop()
    await this.#writer.close()
    await this.#store.exclusively(() => this.#positions.close(this.#writer.next, this.#catalog.standing))
  }

  #onDurable(frames: readonly Frame[]): void {
    this.#recent.add(frames)
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
