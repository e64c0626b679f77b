import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Where lines go that are too long for the log. */
export interface OversizeStore {
  begin(): Promise<OversizeFile>
}

/** One line, in a file of its own. */
export interface OversizeFile {
  write(bytes: Uint8Array): Promise<void>
  /** Makes the file durable. */
  finish(): Promise<Stored>
  /** Removes it; the line was not whole. */
  discard(): Promise<void>
}

export interface Stored {
  /** Name within the folder. */
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/**
 * Keeps each line in a file of `dir`, which is there under its name only once it is whole and on disk. One process at a
 * time: what a crash left unfinished is removed before the first file is begun.
 */
export function oversizeFolder(dir: string, now: () => number): OversizeStore {
  let prepared: Promise<void> | null = null
  return {
    async begin() {
      await (prepared ??= prepare(dir))
      const stamp = new Date(now()).toISOString().replaceAll(/[-:]/g, '')
      const file = `${stamp}-${randomBytes(6).toString('hex')}.line`
      const draft = join(dir, `${file}.tmp`)
      const handle = await open(draft, 'wx')
      const hash = createHash('sha256')
      let bytes = 0
      return {
        async write(part) {
          await handle.writeFile(part)
          hash.update(part)
          bytes += part.length
        },
        async finish() {
          await handle.sync()
          await handle.close()
          await rename(draft, join(dir, file))
          await syncFolder(dir)
          return { file, bytes, sha256: hash.digest('hex') }
        },
        async discard() {
          // A file that was closed already, by a `finish` that failed, must go too.
          await handle.close().catch(() => undefined)
          await unlink(draft)
        },
      }
    },
  }
}

async function prepare(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true })
  for (const name of await readdir(dir)) if (name.endsWith('.tmp')) await unlink(join(dir, name))
}

async function syncFolder(dir: string): Promise<void> {
  // Windows has no handle on a folder; NTFS journals names itself.
  if (process.platform === 'win32') return
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
