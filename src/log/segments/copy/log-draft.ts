import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DataFolderError } from '../../../core/errors.ts'
import type { Frame } from '../../../core/log.ts'
import { sizeOf, without } from '../../../core/ranges.ts'
import type { Range } from '../../../core/ranges.ts'
import { DAY_MS } from '../../../core/time/spans.ts'
import { diskFiles } from '../files.ts'
import type { SegmentFile } from '../files.ts'
import { inspectSegment } from '../mend.ts'
import { segmentBases, segmentName } from '../names.ts'
import { APPEND_LEVEL, compress, encodePack } from '../write/pack.ts'
import { settleLog } from './settle-log.ts'

/** As the log itself ends them: retention drops whole segments. */
const SEGMENT_BYTES = 64 * 1024 * 1024
const SEGMENT_SPAN_MS = DAY_MS
/** Frames that are compressed at once. */
const AT_ONCE = 64

/** The segment that is being written; it has its name only when it is whole. */
interface Growing {
  readonly base: number
  readonly file: SegmentFile
  readonly firstArrivalMs: number
  bytes: number
  end: number
}

export interface DraftOptions {
  /** A segment is ended at so many compressed bytes. @default 64 MiB */
  readonly segmentBytes?: number
}

/**
 * A log that is written anew in a folder of its own, of lines whose positions are known. Broken off anywhere it keeps the segments that
 * were ended: the next one goes on behind them.
 */
export class LogDraft {
  readonly #dir: string
  readonly #segmentBytes: number
  readonly #kept: Range[]
  #growing: Growing | null = null

  private constructor(dir: string, segmentBytes: number, kept: Range[]) {
    this.#dir = dir
    this.#segmentBytes = segmentBytes
    this.#kept = kept
  }

  /**
   * Takes up what is there.
   * @param dir a folder that is there; nobody else writes to it
   * @throws {DataFolderError} when a segment in it is not whole
   */
  static async open(dir: string, { segmentBytes = SEGMENT_BYTES }: DraftOptions = {}): Promise<LogDraft> {
    const names = await readdir(dir)
    for (const name of names) if (name.endsWith('.tmp')) await diskFiles.remove(join(dir, name))
    const bases = segmentBases(names)
    const kept = bases.map((base, i) => {
      const below = bases[i + 1] ?? Infinity
      const { isWhole, walk } = inspectSegment({ dir, base, below, fault: () => () => null })
      const last = walk.frames.at(-1)
      if (!isWhole || last === undefined)
        throw new DataFolderError(
          `${join(dir, segmentName(base))} is damaged. Remove the folder ${dir}, and begin again.`,
        )
      return { from: base, to: last.position + last.count }
    })
    return new LogDraft(dir, segmentBytes, kept)
  }

  /** Position after the last line that is in it. */
  get end(): number {
    return this.#growing?.end ?? this.#kept.at(-1)?.to ?? 0
  }

  /** Position of the first line that is in it. */
  get floor(): number {
    return this.#kept[0]?.from ?? this.#growing?.base ?? 0
  }

  /** How many lines are in it. */
  get lines(): number {
    const growing = this.#growing
    return sizeOf(this.#kept) + (growing === null ? 0 : growing.end - growing.base)
  }

  /** @param frames each begins at or after the end of the one before; positions that are left out stay unused */
  async add(frames: readonly Frame[]): Promise<void> {
    for (let i = 0; i < frames.length; i += AT_ONCE) {
      const some = frames.slice(i, i + AT_ONCE)
      const packed = await Promise.all(some.map(({ lines }) => compress(lines, APPEND_LEVEL)))
      for (const [k, frame] of some.entries()) await this.#write(frame, packed[k] ?? Buffer.alloc(0))
    }
  }

  /**
   * Makes the draft a log that can be opened: its first line is its floor, and what is missing in between no record ever had.
   * @param seen positions below it may have been given: none of them is given again
   * @returns the positions from the first line on that no line has
   */
  async settle(seen: number): Promise<number> {
    await this.#seal()
    const bases = this.#kept.map(({ from }) => from)
    const [floor = seen] = bases
    const next = Math.max(this.end, seen)
    const gaps = without([{ from: floor, to: next }], this.#kept)
    await settleLog(this.#dir, {
      end: this.end,
      bases,
      positions: {
        ...{ clean: true, next, end: this.end, skipped: sizeOf(gaps), segments: bases, floor, boot: null },
        ...{ gaps: gaps.map(({ from, to }) => [from, to] as const), doubts: [] },
      },
    })
    return sizeOf(gaps)
  }

  /** Leaves what was ended, and closes the file of the rest. */
  async leave(): Promise<void> {
    await this.#growing?.file.close()
    this.#growing = null
  }

  async #write(frame: Frame, packed: Buffer): Promise<void> {
    const { kind, source, intervalS, arrivedAtMs, count, lines, position } = frame
    if (position < this.end) throw new RangeError(`a frame at ${position}, where ${this.end} was reached`)
    const growing = await this.#growingFor(frame)
    const head = { kind, source, intervalS }
    const { bytes } = encodePack({ head, arrivedAtMs, count, lines, packed }, position)
    const whole = Buffer.concat(bytes)
    await growing.file.write(whole, growing.bytes)
    growing.bytes += whole.length
    growing.end = position + count
  }

  async #growingFor({ position, arrivedAtMs }: Frame): Promise<Growing> {
    const growing = this.#growing
    if (growing !== null) {
      const isFull =
        growing.bytes >= this.#segmentBytes || arrivedAtMs - growing.firstArrivalMs >= SEGMENT_SPAN_MS
      // A line's position is its file's base plus its row.
      if (growing.end === position && !isFull) return growing
      await this.#seal()
    }
    const file = await diskFiles.open(`${join(this.#dir, segmentName(position))}.tmp`)
    await file.truncate(0)
    return (this.#growing = { base: position, file, firstArrivalMs: arrivedAtMs, bytes: 0, end: position })
  }

  async #seal(): Promise<void> {
    const growing = this.#growing
    if (growing === null) return
    this.#growing = null
    const path = join(this.#dir, segmentName(growing.base))
    try {
      await growing.file.datasync()
    } finally {
      await growing.file.close()
    }
    await diskFiles.rename(`${path}.tmp`, path)
    await diskFiles.syncFolder(this.#dir)
    this.#kept.push({ from: growing.base, to: growing.end })
  }
}
