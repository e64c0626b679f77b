import { stat, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { formatSize } from '../../core/config/index.ts'

/**
 * What the lake must have before it is opened or written to. The engine reserves 1 MiB for each part it writes, some ten
 * at a time (a live batch and its gold), and does not survive a table's definition that is cut short: a first start wrote
 * 1.1 MiB in all, and one with 8 to 16 KiB left never opened again (measured with chDB 26.7 on tmpfs, November 2026).
 */
export const LAKE_NEEDS_BYTES = 16 * 2 ** 20
/** What the log must have: it writes 8 MiB of lines at once (its COMMIT_BYTES), and closing it needs some KiB more. */
export const LOG_NEEDS_BYTES = 8 * 2 ** 20 + 64 * 2 ** 10
/** And so many more files: a live batch and its gold are some hundred, an opened lake is some four hundred. */
const LAKE_NEEDS_FILES = 1000
/** Segment, sidecar and positions, and what replaces them. */
const LOG_NEEDS_FILES = 16
/** What was short of space goes on when it has a sixteenth more than it needs: at the very bound it would come and go. */
const MARGIN = 16
/** A file system is asked for its free space in some 10 µs; a disk written at 1 GB/s loses as much in this time as doors keep free. */
const LOOK_EVERY_MS = 250

export interface DiskOptions {
  /** A folder that need not be there yet: its file system is the one of the next folder above it. */
  readonly folder: string
  /** limits.minFreeDiskBytes: with less, no readings are taken. */
  readonly minFreeDiskBytes: number
  /** False where the lake is on a server of its own. */
  readonly holdsLake: boolean
  /** Told in words what is short of space, and null when it is over. */
  readonly onProblem: (code: DiskProblem, message: string | null) => void
  /** @default asks the file system; null where it can't tell */
  readonly measure?: (folder: string) => Promise<Free | null>
}

/** What a file system has left. */
export interface Free {
  readonly bytes: number
  /** How many files can still be made; Infinity where it counts none. */
  readonly files: number
}

/** `disk_nearly_full`: readings are refused. `disk_full`: nothing is loaded either. */
export type DiskProblem = 'disk_nearly_full' | 'disk_full'

/** Watches the space of the data folder's disk; the one place that says what may still be written. */
export class DiskWatch {
  readonly #options: DiskOptions
  readonly #waiters = new Set<() => void>()
  #free: Free = UNKNOWN
  #closed = false
  #full = false
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null

  constructor(options: DiskOptions) {
    this.#options = options
  }

  /** Looks for the first time, and then again and again until `stop`. */
  async start(): Promise<void> {
    await this.look()
    this.#timer ??= setInterval(() => void this.look(), LOOK_EVERY_MS).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  /** Free bytes at the last look; null where the file system can't tell. */
  get freeBytes(): number | null {
    return Number.isFinite(this.#free.bytes) ? this.#free.bytes : null
  }

  /** Why no readings are taken, in words; null when they are. */
  get closed(): string | null {
    if (!this.#closed) return null
    const { minFreeDiskBytes } = this.#options
    const bound =
      minFreeDiskBytes < LOG_NEEDS_BYTES
        ? `the ${formatSize(LOG_NEEDS_BYTES)} that the log needs to write`
        : `limits.minFreeDiskBytes (${formatSize(minFreeDiskBytes)})`
    return `${this.#left()}, less than ${bound}: no readings are taken until there is room. ${REMEDY}`
  }

  /** Why nothing may be written to the lake, in words; null when it may. */
  get full(): string | null {
    if (!this.#full) return null
    return `${this.#left()}, and the lake needs ${formatSize(LAKE_NEEDS_BYTES)} to be written: loading rests and goes on by itself when there is room; what was accepted is safe. ${REMEDY}`
  }

  /** Why the system can't be started, in words; null when it can. */
  get tooFullToStart(): string | null {
    return this.#options.holdsLake && this.#isShort(LAKE_NEEDS_BYTES, LAKE_NEEDS_FILES, false)
      ? `${this.#left()}, and a start needs ${formatSize(LAKE_NEEDS_BYTES)}. ${REMEDY}`
      : null
  }

  /** Asks the file system now. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null))
    return this.#looking
  }

  /** Resolves when the lake may be written to, or the signal aborts. */
  async untilLakeHasRoom(signal: AbortSignal): Promise<void> {
    while (this.#full && !signal.aborted) {
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

  async #look(): Promise<void> {
    const { folder, minFreeDiskBytes, holdsLake, onProblem, measure = freeOf } = this.#options
    // A file system that can't tell closes nothing; a full one will say so by itself.
    this.#free = (await measure(folder)) ?? UNKNOWN
    this.#closed = this.#isShort(Math.max(minFreeDiskBytes, LOG_NEEDS_BYTES), LOG_NEEDS_FILES, this.#closed)
    this.#full = holdsLake && this.#isShort(LAKE_NEEDS_BYTES, LAKE_NEEDS_FILES, this.#full)
    onProblem('disk_nearly_full', this.closed)
    onProblem('disk_full', this.full)
    if (!this.#full) for (const done of [...this.#waiters]) done()
  }

  #isShort(bytes: number, files: number, was: boolean): boolean {
    const more = was ? 1 + 1 / MARGIN : 1
    return this.#free.bytes < bytes * more || this.#free.files < files * more
  }

  #left(): string {
    const { bytes, files } = this.#free
    const exact = bytes < 2 ** 20 ? ` (${bytes} bytes)` : ''
    const rare = files < LAKE_NEEDS_FILES ? ` and can take ${files} more files` : ''
    return `The disk of ${this.#options.folder} has ${formatSize(bytes)}${exact} left${rare}`
  }
}

const UNKNOWN: Free = { bytes: Infinity, files: Infinity }
const REMEDY = 'Make room there: delete or move other files, enlarge the disk, or keep less (retention).'

/** What the file system has left that a folder is on, or will be on once it is made; null where nobody can tell. */
export async function freeOf(folder: string): Promise<Free | null> {
  try {
    const { bavail, bsize, files, ffree } = await statfs(await nearestFolder(resolve(folder)))
    // Some file systems have no table of files that could be full, and say 0 of 0.
    return { bytes: bavail * bsize, files: files > 0 ? ffree : Infinity }
  } catch {
    return null
  }
}

async function nearestFolder(path: string): Promise<string> {
  try {
    await stat(path)
    return path
  } catch (error) {
    const parent = dirname(path)
    if (parent === path) throw error
    return nearestFolder(parent)
  }
}
