import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Origin } from '../../core/log.ts'
import { sizeOf } from '../../core/ranges.ts'
import type { Range } from '../../core/ranges.ts'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { replaceFile } from './files.ts'
import type { SegmentFiles } from './files.ts'
import { lastOrigins } from './frame/last-origins.ts'
import { POSITIONS_FILE } from './names.ts'

const position = z.int().nonnegative()
/** Positions as [from, to). */
const spans = z
  .array(z.tuple([position, position]).readonly())
  .readonly()
  .optional()

/**
 * What must be remembered about positions even if every segment vanished. While the log is open, `next` is a
 * reservation: no record at or after it was ever acknowledged. After a clean close it is the next position itself.
 */
export const Positions = z.object({
  clean: z.boolean(),
  next: position,
  /** Position after the last record when this was written. */
  end: position,
  /** Positions that no record ever had: what reservations left over after crashes. */
  skipped: position,
  /** Bases of the segments that should be there, ascending. */
  segments: z.array(position).readonly(),
  /** First position that retention has kept; versions before did not write it, nor what follows. */
  floor: position.optional(),
  /** The skipped positions from the floor on, as [from, to): a gap that is not among them was lost. */
  gaps: spans,
  /** Those that nobody can tell of whether a record had them: told as losses, should the book of losses be gone too. */
  doubts: spans,
  /** Which run of the machine wrote it; null where the system does not tell. */
  boot: z.string().nullable().optional(),
  /** Where brokers' partitions went on after the segments that retention dropped: those that are quiet have no other. */
  origins: z
    .array(z.object({ topic: z.string(), partition: position, from: position, next: position }).readonly())
    .readonly()
    .optional(),
})
export type Positions = z.infer<typeof Positions>

/** With the file gone, positions go on so far above the highest one known: none that was ever given can lie there. */
export const BLIND_STEP = 2 * 1_048_576

/** Reads the file; null where it is missing or is not what was written. */
export async function readPositions(dir: string): Promise<Positions | null> {
  try {
    const { value, sealed } = unseal(await readFile(join(dir, POSITIONS_FILE), 'utf8'))
    const positions = Positions.parse(value)
    // Versions before wrote no checksum; what this one writes always has its own.
    return sealed || positions.gaps === undefined ? positions : null
  } catch {
    return null
  }
}

/** Reads the copy that the book of losses keeps; null where there is none. */
export function positionsIn(value: unknown): Positions | null {
  return Positions.safeParse(value).data ?? null
}

/** Positions reserved at once: few when they are used slowly, since a crash leaves the rest as a gap. */
const FIRST_STEP = 16_384
const LAST_STEP = 1_048_576
/** A reservation used up within this time was too small. */
const SHORT_MS = 5_000

/** What the log can say about its segments when the file is written. */
export interface Standing {
  readonly end: number
  readonly segments: readonly number[]
}

export interface KeeperOptions {
  readonly dir: string
  readonly files: SegmentFiles
  /** ms since 1970; it only paces the reservation of positions. */
  readonly now: () => number
  /** Positions that no record ever had. */
  readonly skipped: readonly Range[]
  /** Positions of which nobody can tell whether a record had them. */
  readonly doubts: () => readonly Range[]
  /** How many more such positions there were that no list tells: those of earlier versions, and those below the floor. */
  readonly skippedBefore: number
  readonly floor: number
  /** Of the segments below the floor. */
  readonly origins: readonly Origin[]
  readonly boot: string | null
  /** Takes a second copy, whenever a new reservation is made. */
  readonly copy: (positions: Positions) => Promise<void>
}

/** Sees to it that no position is ever given twice: those above what the file says were never given. One write at a time. */
export class PositionsKeeper {
  readonly #options: KeeperOptions
  #skipped: readonly Range[]
  #skippedBefore: number
  #floor: number
  #origins: readonly Origin[]
  #reserved = 0
  /** The highest reservation that the file may tell, and the segments that it may list: a write that failed may be there. */
  #told: number | null = null
  #listed: ReadonlySet<number> = new Set()
  #isOfThisRun = false
  #copied = -1
  #step = FIRST_STEP
  #reservedAtMs = -Infinity
  #last: Promise<void> = Promise.resolve()

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#skipped = options.skipped
    this.#skippedBefore = options.skippedBefore
    this.#floor = options.floor
    this.#origins = options.origins
  }

  /** Positions below it may be given to records. */
  get reserved(): number {
    return this.#reserved
  }

  /** First position that retention has kept. */
  get floor(): number {
    return this.#floor
  }

  /** Where brokers' partitions went on after what lies below the floor. */
  get origins(): readonly Origin[] {
    return this.#origins
  }

  /** How many positions no record ever had. */
  get skipped(): number {
    return this.#skippedBefore + sizeOf(this.#skipped)
  }

  get gaps(): readonly Range[] {
    return this.#skipped
  }

  /** May the file say that there should be a segment with that base? */
  lists(base: number): boolean {
    return this.#listed.has(base)
  }

  /** Takes these for the positions that no record ever had, in place of those it knew; durable with the next write. */
  explain(skipped: readonly Range[]): void {
    this.#skipped = skipped
    this.#copied = -1
  }

  /** What lies below was dropped on purpose; durable with the next write. @param origins of what was dropped, in its order */
  raiseFloor(floor: number, origins: Iterable<readonly Origin[]>): void {
    this.#floor = Math.max(this.#floor, floor)
    this.#origins = lastOrigins([this.#origins, ...origins])
    const kept = this.#skipped.filter(({ to }) => to > this.#floor)
    this.#skippedBefore += sizeOf(this.#skipped) - sizeOf(kept)
    this.#skipped = kept
  }

  /** Sees to it that the file tells what this run knows: until then it may be of a run before, or be missing. */
  async begin(next: number, standing: () => Standing): Promise<void> {
    if (!this.#isOfThisRun) await this.#write(() => ({ clean: false, next, ...standing() }))
  }

  /** Reserves room after `next`; the faster positions are used, the more. */
  reserve(next: number, standing: () => Standing): Promise<void> {
    const now = this.#options.now()
    this.#step = now - this.#reservedAtMs < SHORT_MS ? Math.min(this.#step * 2, LAST_STEP) : FIRST_STEP
    this.#reservedAtMs = now
    return this.#write(() => ({
      clean: false,
      next: Math.max(this.#reserved, next + this.#step),
      ...standing(),
    }))
  }

  /** Notes which segments there are. Before the first write the file still says what the last close wrote. */
  async note(standing: () => Standing): Promise<void> {
    if (this.#told !== null) await this.#write(() => ({ clean: false, next: this.#told ?? 0, ...standing() }))
  }

  close(next: number, standing: Standing): Promise<void> {
    return this.#write(() => ({ clean: true, next, ...standing }))
  }

  #write(positions: () => Pick<Positions, 'clean' | 'next' | 'end' | 'segments'>): Promise<void> {
    const { dir, files, boot, doubts, copy } = this.#options
    const done = this.#last.then(async () => {
      const value: Positions = {
        ...positions(),
        skipped: this.skipped,
        floor: this.#floor,
        gaps: spansOf(this.#skipped),
        doubts: spansOf(doubts()),
        boot,
        ...(this.#origins.length > 0 ? { origins: this.#origins } : {}),
      }
      this.#told = Math.max(this.#told ?? 0, value.next)
      this.#listed = new Set([...this.#listed, ...value.segments])
      await replaceFile(files, join(dir, POSITIONS_FILE), seal(value))
      await files.syncFolder(dir)
      // The list of segments may lag behind in the copy: it is for the day on which this file is gone.
      if (value.next !== this.#copied || value.clean) await copy(value)
      this.#copied = value.next
      this.#isOfThisRun = true
      this.#reserved = value.next
      this.#listed = new Set(value.segments)
    })
    this.#last = done.catch(() => undefined)
    return done
  }
}

function spansOf(ranges: readonly Range[]): (readonly [number, number])[] {
  return ranges.map(({ from, to }) => [from, to] as const)
}

/** The list of the file, as ranges; null where it has none. */
export function rangesOf(list: Positions['gaps']): Range[] | null {
  return list?.map(([from, to]) => ({ from, to })) ?? null
}
