import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Where lines go that are too long for the log. */
export interface OversizeStore<Of extends Stored | Digest = Stored | Digest> {
  begin(): Promise<OversizeFile<Of>>
}

/** One line, in a file of its own. */
export interface OversizeFile<Of extends Stored | Digest = Stored | Digest> {
  write(bytes: Uint8Array): Promise<void>
  /** Makes the file durable, or what is to be known of the line where none is kept. */
  finish(): Promise<Of>
  /** Removes it; the line was not whole. */
  discard(): Promise<void>
}

export interface Stored {
  /** Name within the folder. */
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/** Of a line that nobody keeps. */
export interface Digest {
  /** What it begins with. */
  readonly head: string
  readonly bytes: number
  readonly sha256: string
}

/**
 * Keeps each line in a file of `dir`, which is there under its name only once it is whole and on disk. One process at a
 * time: what a crash left unfinished is removed before the first file is begun.
 */
export function oversizeFolder(dir: string, now: () => number): OversizeStore<Stored> {
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

/** Keeps no line: only how it begins, its length and its SHA-256. For who has no disk. */
export function oversizeDigests(headBytes: number): OversizeStore<Digest> {
  return {
    begin() {
      const hash = createHash('sha256')
      let head = Buffer.alloc(0)
      let bytes = 0
      return Promise.resolve({
        write(part) {
          hash.update(part)
          if (head.length < headBytes) head = Buffer.concat([head, part.subarray(0, headBytes - head.length)])
          bytes += part.length
          return Promise.resolve()
        },
        finish: () => Promise.resolve({ head: head.toString('utf8'), bytes, sha256: hash.digest('hex') }),
        discard: () => Promise.resolve(),
      })
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
