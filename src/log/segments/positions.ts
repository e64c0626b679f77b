import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from './files.ts'
import type { SegmentFiles } from './files.ts'
import { POSITIONS_FILE } from './names.ts'

/**
 * What must be remembered about positions even if every segment vanished. While the log is open, `next` is a
 * reservation: no record at or after it was ever acknowledged. After a clean close it is the next position itself.
 */
const Positions = z.object({
  clean: z.boolean(),
  next: z.number().int().nonnegative(),
  /** Position after the last record when this was written. */
  end: z.number().int().nonnegative(),
  /** Positions that no record ever had: what reservations left over after crashes. */
  skipped: z.number().int().nonnegative(),
  /** Bases of the segments that should be there, ascending. */
  segments: z.array(z.number().int().nonnegative()).readonly(),
})
export type Positions = z.infer<typeof Positions>

/** Room after the last known position where the file is gone: more than any reservation. */
export const BLIND_STEP = 2 * 1_048_576

/** Null where the file is missing or can't be read. */
export async function readPositions(dir: string): Promise<Positions | null> {
  try {
    return Positions.parse(JSON.parse(await readFile(join(dir, POSITIONS_FILE), 'utf8')))
  } catch {
    return null
  }
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

/** Keeps the file; one write at a time. */
export class PositionsKeeper {
  readonly #dir: string
  readonly #files: SegmentFiles
  readonly #now: () => number
  readonly #skipped: number
  #reserved = 0
  #step = FIRST_STEP
  #reservedAtMs = -Infinity
  #last: Promise<void> = Promise.resolve()

  constructor(dir: string, files: SegmentFiles, now: () => number, skipped: number) {
    this.#dir = dir
    this.#files = files
    this.#now = now
    this.#skipped = skipped
  }

  /** Positions below it may be given to records. */
  get reserved(): number {
    return this.#reserved
  }

  /** Reserves room after `next`; the faster positions are used, the more. */
  reserve(next: number, standing: () => Standing): Promise<void> {
    const now = this.#now()
    this.#step = now - this.#reservedAtMs < SHORT_MS ? Math.min(this.#step * 2, LAST_STEP) : FIRST_STEP
    this.#reservedAtMs = now
    return this.#write(() => ({
      clean: false,
      next: Math.max(this.#reserved, next + this.#step),
      ...standing(),
    }))
  }

  /** Notes which segments there are. Before the first reservation the file still says what the last close wrote. */
  async note(standing: () => Standing): Promise<void> {
    const next = this.#reserved
    if (next > 0)
      await this.#write(() => ({ clean: false, next: Math.max(next, this.#reserved), ...standing() }))
  }

  close(next: number, standing: Standing): Promise<void> {
    return this.#write(() => ({ clean: true, next, ...standing }))
  }

  #write(positions: () => Omit<Positions, 'skipped'>): Promise<void> {
    const done = this.#last.then(async () => {
      const value: Positions = { ...positions(), skipped: this.#skipped }
      await replaceFile(join(this.#dir, POSITIONS_FILE), `${JSON.stringify(value)}\n`)
      await this.#files.syncFolder(this.#dir)
      this.#reserved = value.next
    })
    this.#last = done.catch(() => undefined)
    return done
  }
}
