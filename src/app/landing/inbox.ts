import { lstat, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatSize } from '../../core/config/index.ts'

/** A file that somebody put into a dataset's inbox. */
export interface InboxFile {
  readonly name: string
  readonly bytes: number
  readonly modifiedMs: number
}

export interface InboxLook {
  /** Whole, as far as can be told, and not taken yet. */
  readonly ready: readonly InboxFile[]
  /** What is not taken, in words; null where there is none. */
  readonly notice: string | null
}

/** How programs name what they are still writing. */
const UNFINISHED = /^\.|~$|\.(part|partial|tmp|new|crdownload|filepart|swp)$/i

/**
 * The folder where people and programs put files of a dataset. Files stay there as they are; a file is taken when two looks in a row
 * found it of the same size and time, and once, unless it changes.
 */
export class Inbox {
  readonly folder: string
  readonly #maxBytes: number
  readonly #seen = new Map<string, string>()

  constructor(folder: string, maxBytes: number) {
    this.folder = folder
    this.#maxBytes = maxBytes
  }

  async make(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
  }

  /** @param taken marks of what was taken already, by name */
  async look(taken: Readonly<Record<string, string>>): Promise<InboxLook> {
    const ready: InboxFile[] = []
    const large: string[] = []
    const names = await readdir(this.folder)
    for (const name of names.filter(one => !UNFINISHED.test(one)).sort()) {
      const file = await this.#file(name)
      if (file === null || taken[name] === markOf(file)) continue
      const isStill = this.#seen.get(name) === markOf(file)
      this.#seen.set(name, markOf(file))
      if (file.bytes > this.#maxBytes) large.push(name)
      else if (isStill && file.bytes > 0) ready.push(file)
    }
    const [first] = large
    const notice =
      first === undefined
        ? null
        : `${large.length} file(s) of the inbox are larger than ${formatSize(this.#maxBytes)} (${first}); raise jobs.maxFileBytes`
    return { ready, notice }
  }

  /** Null when it was changed meanwhile: the next look finds it. */
  async read(file: InboxFile): Promise<Buffer | null> {
    const body = await readFile(join(this.folder, file.name)).catch(() => null)
    const after = await this.#file(file.name)
    return body !== null && after !== null && markOf(after) === markOf(file) && body.length === file.bytes
      ? body
      : null
  }

  /** Links and folders are left alone: what is behind them may be anything. */
  async #file(name: string): Promise<InboxFile | null> {
    const found = await lstat(join(this.folder, name)).catch(() => null)
    return found?.isFile() ? { name, bytes: found.size, modifiedMs: found.mtimeMs } : null
  }
}

/** A file that was changed has another one. */
export function markOf({ bytes, modifiedMs }: InboxFile): string {
  return `${bytes}/${modifiedMs}`
}
