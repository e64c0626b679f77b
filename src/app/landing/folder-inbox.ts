import { lstat, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Inbox, InboxFile, InboxLook } from './inbox.ts'
import { isUnfinished, leftNotice } from './inbox.ts'

/** An inbox that is a folder; a file is taken when two looks in a row found it of the same size and time. */
export class FolderInbox implements Inbox {
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

  async look(taken: Readonly<Record<string, string>>): Promise<InboxLook> {
    const ready: InboxFile[] = []
    const large: InboxFile[] = []
    const empty: string[] = []
    const names = await readdir(this.folder)
    for (const name of names.filter(one => !isUnfinished(one)).sort()) {
      const file = await this.#file(name)
      if (file === null || taken[name] === file.mark) continue
      const isStill = this.#seen.get(name) === file.mark
      this.#seen.set(name, file.mark)
      if (file.bytes > this.#maxBytes) large.push(file)
      else if (isStill && file.bytes === 0) empty.push(name)
      else if (isStill) ready.push(file)
    }
    return { ready, notice: leftNotice({ large, empty }, this.#maxBytes) }
  }

  async read(file: InboxFile): Promise<Buffer | null> {
    const body = await readFile(join(this.folder, file.name)).catch(() => null)
    const after = await this.#file(file.name)
    return body !== null && after?.mark === file.mark && body.length === file.bytes ? body : null
  }

  /** Links and folders are left alone: what is behind them may be anything. */
  async #file(name: string): Promise<InboxFile | null> {
    const found = await lstat(join(this.folder, name)).catch(() => null)
    if (found === null || !found.isFile()) return null
    return { name, bytes: found.size, mark: `${found.size}/${found.mtimeMs}` }
  }
}
