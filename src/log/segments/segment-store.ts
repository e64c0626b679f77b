import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { Frame } from '../../core/log.ts'
import type { LossBook } from '../losses/book.ts'
import { lossesAt, lossesWith } from '../losses/running.ts'
import type { Catalog, FrameIndex, Segment } from './catalog.ts'
import { cutFront, firstFault, indexSegment, readFrames } from './read/disk-reader.ts'
import type { SegmentFiles } from './files.ts'
import type { FrameAt } from './frame/header.ts'
import { inspectSegment, mendSegment } from './mend.ts'
import { segmentName } from './names.ts'
import type { PositionsKeeper } from './positions.ts'
import type { LogProblem } from './problem.ts'
import { removeSidecar, unlinkIfThere } from './sidecar/index.ts'
import { checksumFault } from './read/frame-walk.ts'

/** The log's files can't be read or put in order just now, e.g. because the disk is full or failing. */
export class LogReadError extends AppError {
  readonly code = 'ART_LOG_READ'
  override readonly retryable = true
}

/** A sealed segment goes when it lies wholly below `beforePosition` and is over one of the limits; with no limit, at once. */
export interface ExpireLimits {
  /** E.g. what the lake has loaded. */
  readonly beforePosition: number
  /** Counted from the newest arrival in the log, not from the clock. */
  readonly maxAgeMs?: number
  readonly maxBytes?: number
}

export interface Expired {
  readonly segments: number
  readonly records: number
  readonly bytes: number
}

export interface Verified {
  readonly segments: number
  readonly bytes: number
  readonly damaged: number
}

export interface SegmentStoreOptions {
  readonly dir: string
  readonly files: SegmentFiles
  readonly losses: LossBook
  readonly catalog: Catalog
  readonly positions: PositionsKeeper
  readonly onProblem: (problem: LogProblem) => void
  /** Ends the segment that is being written, so that its file can be changed. */
  readonly seal: () => Promise<void>
}

type Fault = (fd: number) => (frame: FrameAt) => string | null

/** The segments on disk: reads them, mends what it finds damaged and drops what is too old, one after the other. */
export class SegmentStore {
  readonly #options: SegmentStoreOptions
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: SegmentStoreOptions) {
    this.#options = options
  }

  read(position: number, maxBytes: number, maxRecords: number): Promise<Frame[]> {
    return this.#inTurn(() => this.#read(position, maxBytes, maxRecords))
  }

  /** Checks a segment's bytes, and sets aside what is damaged; says how many places were. */
  verify(segment: Segment, onDamage: (problem: LogProblem) => void): Promise<number> {
    return this.#inTurn(async () => {
      if (!this.#options.catalog.has(segment)) return 0
      const index = await this.#indexOf(segment, onDamage)
      if (index === null || (await firstFault(this.#options.dir, segment, index)) === null) return 0
      return this.#mend(segment, checksumFault, onDamage)
    })
  }

  expire({ beforePosition, maxAgeMs, maxBytes }: ExpireLimits): Promise<Expired> {
    return this.#inTurn(async () => {
      const { catalog } = this.#options
      const newestMs = catalog.segments.reduce(
        (most, { newestArrivalMs }) => Math.max(most, newestArrivalMs),
        -Infinity,
      )
      const unlimited = maxAgeMs === undefined && maxBytes === undefined
      const dropped: Segment[] = []
      let left = catalog.bytes
      for (const segment of catalog.segments.slice(0, -1)) {
        const old = maxAgeMs !== undefined && newestMs - segment.newestArrivalMs > maxAgeMs
        const over = maxBytes !== undefined && left > maxBytes
        if (segment.end > beforePosition || !(old || over || unlimited)) break
        dropped.push(segment)
        left -= segment.bytes
      }
      await this.#drop(dropped)
      return {
        segments: dropped.length,
        records: dropped.reduce((sum, { base, end }) => sum + end - base, 0),
        bytes: dropped.reduce((sum, { bytes }) => sum + bytes, 0),
      }
    })
  }

  /** Runs `work` when nobody uses the files. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(work)
  }

  async #read(position: number, maxBytes: number, maxRecords: number): Promise<Frame[]> {
    const { dir, catalog } = this.#options
    const frames: Frame[] = []
    let bytes = 0
    let records = 0
    for (let at = position; bytes < maxBytes && records < maxRecords;) {
      const segment = catalog.find(at)
      if (segment === undefined) break
      const index = await this.#indexOf(segment)
      if (index === null) continue
      const found = await readFrames(dir, segment, index, at, {
        maxBytes: maxBytes - bytes,
        maxRecords: maxRecords - records,
      })
      const damaged = new Map(
        found.flatMap(one => ('damagedAt' in one ? [[one.damagedAt, one.reason] as const] : [])),
      )
      if (damaged.size > 0) {
        await this.#mend(segment, () => frame => damaged.get(frame.offset) ?? null)
        continue
      }
      for (const whole of found.flatMap(one => ('frames' in one ? one.frames : []))) {
        if (whole.position + whole.count <= at) continue
        const frame = cutFront(whole, at)
        const over = bytes + frame.lines.length > maxBytes || records + frame.count > maxRecords
        if (over && frames.length > 0) return frames
        frames.push(frame)
        bytes += frame.lines.length
        records += frame.count
        at = frame.position + frame.count
      }
    }
    return frames
  }

  /** Where a segment's frames are; null if it had to be mended and the catalog is another one now. */
  async #indexOf(segment: Segment, onDamage?: (problem: LogProblem) => void): Promise<FrameIndex | null> {
    const { dir, catalog } = this.#options
    try {
      const index = segment.index ?? indexSegment(dir, segment)
      if (index !== null) {
        catalog.keepIndex(segment, index)
        return index
      }
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    await this.#mend(segment, () => () => null, onDamage)
    return null
  }

  /** Says how many problems there were. */
  async #mend(segment: Segment, fault: Fault, onDamage?: (problem: LogProblem) => void): Promise<number> {
    const { dir, files, losses, catalog, positions, seal } = this.#options
    await seal()
    let problems = 0
    const onProblem = (problem: LogProblem) => {
      problems++
      onDamage?.(problem)
      this.#options.onProblem(problem)
    }
    const { base, end } = segment
    try {
      const inspection = inspectSegment({ dir, base, below: end, fault })
      await losses.add(await lossesAt(dir, segment, inspection))
      catalog.replace(segment, await mendSegment(inspection, { files, onProblem, acknowledged: end }))
    } catch (error) {
      if (!isMissing(error)) throw error
      await losses.add(await lossesWith(dir, segment))
      const message = `log segment ${segmentName(base)} is gone, with the records ${base} to ${end - 1}`
      onProblem({ kind: 'lost', message, from: base, to: end, setAside: null })
      catalog.replace(segment, [])
    }
    await positions.note(() => catalog.standing)
    return problems
  }

  async #drop(segments: readonly Segment[]): Promise<void> {
    const { dir, catalog, positions } = this.#options
    if (segments.length === 0) return
    for (const segment of segments) catalog.replace(segment, [])
    positions.raiseFloor(
      catalog.floor,
      segments.map(({ origins }) => origins.list),
    )
    // First the note: a segment that is missed at the next start would be reported.
    await positions.note(() => catalog.standing)
    for (const { base } of segments) {
      await removeSidecar(dir, base)
      await unlinkIfThere(join(dir, segmentName(base)))
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work).catch((error: unknown) => {
      if (error instanceof AppError || !isSystemError(error)) throw error
      throw new LogReadError(`log: its files can't be read: ${error.message}`, { cause: error })
    })
    this.#last = done.catch(() => undefined)
    return done
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}

function isMissing(error: unknown): boolean {
  return isSystemError(error) && error.code === 'ENOENT'
}
