import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Catalog, FrameIndex, Segment } from '../catalog.ts'
import { indexSegment } from '../read/disk-reader.ts'
import type { SegmentFile, SegmentFiles } from '../files.ts'
import { frameEnd } from '../frame/header.ts'
import type { FrameAt } from '../frame/header.ts'
import { packedSidecarName, segmentName } from '../names.ts'
import { writePackedDraft } from '../sidecar/packed.ts'
import { trimPlain } from '../sidecar/index.ts'
import { DamagedSource, writeDraft } from './draft.ts'
import { Groups } from './groups.ts'
import { isDue } from './due.ts'

export interface CompactorOptions {
  readonly dir: string
  readonly files: SegmentFiles
  readonly catalog: Catalog
  /** Runs work while nobody else reads or changes the files. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
  /** Runs work while nothing is appended and the growing segment's file is closed; it grows on unless the work throws. */
  readonly whilePaused: (work: () => Promise<void>) => Promise<void>
  /** ms, of any clock that only goes forward. */
  readonly now: () => number
}

export interface Compacted {
  readonly segments: number
  /** Bytes of those segments before and after. */
  readonly before: number
  readonly after: number
  /** What went wrong last; the segment it was about is as it was. */
  readonly failure: string | null
}

export interface RoundOptions {
  /** Called after about every MiB of lines; it may wait. */
  readonly pace: () => Promise<void>
  /** May a file of so many bytes be written now? */
  readonly hasRoom: (bytes: number) => Promise<boolean>
}

/** A plain sidecar keeps what the packed one tells until queries that looked before have ended. */
const TRIM_AFTER_MS = 60_000
/** What may be left to copy while appends wait. */
const PAUSE_BYTES = 256 * 1024
/** More than this arrived meanwhile: the segment will be full soon, and is compacted then. */
const TOO_BUSY_BYTES = 8 * 1024 * 1024

/** What is compacted: the frames there were when it began. */
interface Snapshot {
  readonly bytes: number
  readonly end: number
  readonly index: FrameIndex
}

/** What stands in a plain sidecar and in the packed one too, and may be taken from the plain one after a while. */
interface Told {
  readonly end: number
  readonly sinceMs: number
  /** The same after the latest compaction. */
  readonly latest: number
}

interface Rewritten {
  readonly snapshot: Snapshot
  readonly draft: string
  readonly file: SegmentFile
  readonly frames: readonly FrameAt[]
  /** Bytes of the draft, and of the segment that are in it. */
  written: number
  copied: number
  failure: Error | null
}

/**
 * Changes neither positions nor what SQL sees, and loses no line whatever fails: a segment and its sidecar are whole at any
 * moment, the old ones or the new ones. It rewrites segments of many small frames, as a quiet city leaves them, into few
 * large ones that take less of the disk.
 */
export class Compactor {
  readonly #options: CompactorOptions
  /** Segments whose plain sidecar tells what the packed one does: up to which position, and since when. */
  readonly #untrimmed = new Map<Segment, Told>()
  #running: Promise<unknown> = Promise.resolve()
  #isStopped = false

  constructor(options: CompactorOptions) {
    this.#options = options
  }

  /** Compacts what is worth it, one segment after the other. */
  round(options: RoundOptions): Promise<Compacted> {
    const done = this.#running.then(() => this.#round(options))
    this.#running = done.catch(() => undefined)
    return done
  }

  /** Gives up what is in hand; nothing is left of it. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  async #round({ pace, hasRoom }: RoundOptions): Promise<Compacted> {
    const { catalog } = this.#options
    const sum = { segments: 0, before: 0, after: 0, failure: await this.#trim() }
    for (const segment of [...catalog.segments]) {
      if (this.#isStopped) break
      const { bytes } = segment
      if (!catalog.has(segment) || !isDue(segment, this.#grows(segment)) || !(await hasRoom(bytes))) continue
      try {
        if (!(await this.#compact(segment, pace))) continue
        sum.segments++
        sum.before += bytes
        sum.after += segment.bytes
      } catch (error) {
        sum.failure = `segment ${segmentName(segment.base)} could not be compacted and stays as it is: ${reasonOf(error)}`
      }
    }
    return sum
  }

  #grows(segment: Segment): boolean {
    return segment === this.#options.catalog.segments.at(-1)
  }

  /** @returns whether the segment was replaced */
  async #compact(segment: Segment, pace: () => Promise<void>): Promise<boolean> {
    const { dir, files, catalog } = this.#options
    const draft = `${join(dir, segmentName(segment.base))}.tmp`
    const snapshot = await this.#snapshot(segment)
    if (snapshot === null) return false
    const file = await files.open(draft)
    try {
      await file.truncate(0)
      const source = { path: join(dir, segmentName(segment.base)), ...snapshot }
      const frames = await writeDraft(source, file, async () => {
        await pace()
        if (this.#isStopped || !catalog.has(segment)) throw new GivenUp()
      })
      const last = frames.at(-1)
      const written = last === undefined ? 0 : frameEnd(last)
      return await this.#swap(segment, {
        snapshot,
        draft,
        file,
        frames,
        written,
        copied: snapshot.bytes,
        failure: null,
      })
    } catch (error) {
      if (error instanceof GivenUp || error instanceof DamagedSource) return false
      throw error
    } finally {
      await file.close().catch(ignore)
      await files.remove(draft).catch(ignore)
      await files.remove(packedDraft(dir, segment)).catch(ignore)
    }
  }

  #snapshot(segment: Segment): Promise<Snapshot | null> {
    return this.#options.inTurn(() => {
      const { dir, catalog } = this.#options
      if (!catalog.has(segment)) return Promise.resolve(null)
      const index = segment.index ?? indexSegment(dir, segment)
      if (index === null) return Promise.resolve(null)
      const { positions, offsets } = index
      const { bytes, end } = segment
      return Promise.resolve({ bytes, end, index: { positions: [...positions], offsets: [...offsets] } })
    })
  }

  /** Puts the draft in the segment's place, with what was appended meanwhile. */
  async #swap(segment: Segment, rewritten: Rewritten): Promise<boolean> {
    const { dir, files, catalog, inTurn, whilePaused } = this.#options
    await writePackedDraft(packedDraft(dir, segment), files, rewritten.frames, 0, rewritten.draft)
    if (!(await this.#copyMost(segment, rewritten))) return false
    return inTurn(async () => {
      if (!catalog.has(segment)) return false
      let replaced = false
      const replace = async () => {
        if (!(await this.#finish(segment, rewritten))) return
        await this.#replace(segment, rewritten)
        replaced = true
      }
      await (this.#grows(segment) ? whilePaused(replace) : replace())
      if (rewritten.failure !== null) throw rewritten.failure
      return replaced
    })
  }

  /** Copies what was appended meanwhile but for a rest, so that appends need not wait long. */
  async #copyMost(segment: Segment, rewritten: Rewritten): Promise<boolean> {
    while (segment.bytes - rewritten.copied > PAUSE_BYTES) {
      if (segment.bytes - rewritten.copied > TOO_BUSY_BYTES) return false
      await this.#copyRest(segment, rewritten)
    }
    await rewritten.file.datasync()
    return true
  }

  /** Brings the draft level with the segment, to which nothing is appended now. A failure leaves that one growing. */
  async #finish(segment: Segment, rewritten: Rewritten): Promise<boolean> {
    if (segment.bytes - rewritten.copied > TOO_BUSY_BYTES) return false
    try {
      if (segment.bytes > rewritten.copied) await this.#copyRest(segment, rewritten)
      await rewritten.file.datasync()
      return true
    } catch (error) {
      rewritten.failure = new Error(reasonOf(error), { cause: error })
      return false
    }
  }

  async #copyRest(segment: Segment, rewritten: Rewritten): Promise<void> {
    const upto = segment.bytes
    const bytes = Buffer.allocUnsafe(upto - rewritten.copied)
    const source = await open(join(this.#options.dir, segmentName(segment.base)), 'r')
    try {
      const { bytesRead } = await source.read(bytes, 0, bytes.length, rewritten.copied)
      if (bytesRead < bytes.length) throw new DamagedSource('it ends too early')
    } finally {
      await source.close()
    }
    await rewritten.file.write(bytes, rewritten.written)
    rewritten.written += bytes.length
    rewritten.copied = upto
  }

  /** Nobody reads or appends. From the rename on, the new file is the segment, come what may. */
  async #replace(segment: Segment, rewritten: Rewritten): Promise<void> {
    const { dir, files, now } = this.#options
    await files.rename(rewritten.draft, join(dir, segmentName(segment.base)))
    adopt(segment, rewritten)
    await files.syncFolder(dir)
    await files.rename(packedDraft(dir, segment), join(dir, packedSidecarName(segment.base)))
    const end = rewritten.snapshot.end
    // What was told first is trimmed first, however soon the next compaction comes.
    const untold = this.#untrimmed.get(segment) ?? { end, sinceMs: now(), latest: end }
    this.#untrimmed.set(segment, { ...untold, latest: end })
  }

  /** Takes from plain sidecars what packed ones have told for a while. @returns what went wrong */
  async #trim(): Promise<string | null> {
    const { dir, files, catalog, inTurn, whilePaused, now } = this.#options
    let failure: string | null = null
    for (const [segment, { end, latest, sinceMs }] of [...this.#untrimmed]) {
      if (now() - sinceMs < TRIM_AFTER_MS) continue
      if (latest > end) this.#untrimmed.set(segment, { end: latest, latest, sinceMs: now() })
      else this.#untrimmed.delete(segment)
      const trim = () => trimPlain(dir, files, segment.base, end)
      try {
        await inTurn(async () => {
          if (!catalog.has(segment)) return
          await (this.#grows(segment) ? whilePaused(trim) : trim())
        })
      } catch (error) {
        failure = `the sidecar of ${segmentName(segment.base)} could not be shortened: ${reasonOf(error)}`
      }
    }
    return failure
  }
}

/** The segment is the draft now. */
function adopt(segment: Segment, { snapshot, frames, written }: Rewritten): void {
  const compacted = snapshot.index.positions.length
  const tail = segment.index?.positions.slice(compacted) ?? []
  const shift = written - segment.bytes
  const isKnown = segment.index !== null || segment.end === snapshot.end
  const offsets = (segment.index?.offsets.slice(compacted) ?? []).map(offset => offset + shift)
  segment.index = isKnown
    ? {
        positions: [...frames.map(({ position }) => position), ...tail],
        offsets: [...frames.map(({ offset }) => offset), ...offsets],
      }
    : null
  segment.bytes = written
  segment.groups = new Groups()
  for (const frame of frames) segment.groups.add(frame)
  segment.groups.spared += tail.length
  segment.plainRuns = tail.length
}

/** The segment is gone, or everything ends: there is nothing to say. */
class GivenUp extends Error {}

function packedDraft(dir: string, { base }: Segment): string {
  return `${join(dir, packedSidecarName(base))}.tmp`
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A second failure while a first one is being cleaned up says nothing new. */
function ignore(): void {}
