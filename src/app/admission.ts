import { statfs } from 'node:fs/promises'
import type { Refusal } from '../serve/routes/readings.ts'
import type { ProblemBoard } from './problems.ts'

export interface AdmissionOptions {
  readonly folder: string
  readonly minFreeDiskBytes: number
  readonly maxBacklogRecords: number
  readonly maxBacklogBytes: number
  readonly backlog: () => { readonly records: number; readonly bytes: number }
  readonly problems: ProblemBoard
}

const DISK_EVERY_MS = 2000

/** Whether the doors take readings now: not while the lake is too far behind or the disk nearly full. */
export class Admission {
  readonly #options: AdmissionOptions
  #freeBytes = Infinity
  #timer: NodeJS.Timeout | null = null

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    await this.#look()
    this.#timer = setInterval(() => void this.#look(), DISK_EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  /** Null lets a request in. */
  check(): Refusal | null {
    const { minFreeDiskBytes, maxBacklogRecords, maxBacklogBytes, backlog } = this.#options
    if (this.#freeBytes < minFreeDiskBytes) {
      return { status: 503, code: 'ART_DISK_NEARLY_FULL', detail: this.#diskWords(), retryAfterS: 60 }
    }
    const { records, bytes } = backlog()
    if (records <= maxBacklogRecords && bytes <= maxBacklogBytes) return null
    return {
      status: 429,
      code: 'ART_BACKLOG',
      detail: `${records} records wait to be loaded, more than limits.backlogRecords (${maxBacklogRecords}) or limits.backlogBytes (${maxBacklogBytes}) allow; what was accepted is safe, send the rest later.`,
      retryAfterS: 2,
    }
  }

  async #look(): Promise<void> {
    try {
      const { bavail, bsize } = await statfs(this.#options.folder)
      this.#freeBytes = bavail * bsize
    } catch {
      // A file system that can't tell does not close the door; a full one will say so by itself.
      this.#freeBytes = Infinity
    }
    const full = this.#freeBytes < this.#options.minFreeDiskBytes
    this.#options.problems.set('disk_nearly_full', full ? this.#diskWords() : null)
  }

  #diskWords(): string {
    const mib = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`
    return `The disk of ${this.#options.folder} has ${mib(this.#freeBytes)} left, less than limits.minFreeDiskBytes (${mib(this.#options.minFreeDiskBytes)}); make room.`
  }
}
