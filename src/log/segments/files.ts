import { open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

/** The writing side of a disk, as narrow as the log needs it; a test passes one that fails. */
export interface SegmentFiles {
  /** Opens for writing, and creates the file if it is missing. */
  open(path: string): Promise<SegmentFile>
  /** Puts a file in the place of another, in one step. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>
  /** Makes created, renamed and removed names in `dir` durable. */
  syncFolder(dir: string): Promise<void>
}

export interface SegmentFile {
  /** Writes all of `bytes` at `offset`, or throws. */
  write(bytes: Buffer, offset: number): Promise<void>
  datasync(): Promise<void>
  truncate(bytes: number): Promise<void>
  close(): Promise<void>
}

export const diskFiles: SegmentFiles = {
  async open(path) {
    return segmentFile(await openOrCreate(path))
  },
  rename,
  remove: path => rm(path, { force: true }),
  async syncFolder(dir) {
    // Windows has no handle on a folder; NTFS journals names itself.
    if (process.platform === 'win32') return
    const handle = await open(dir, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
}

/** Replaces `path` in one step: after a crash it holds the old or the new bytes, whole. The caller syncs the folder. */
export async function replaceFile(files: SegmentFiles, path: string, text: string): Promise<void> {
  const draft = `${path}.tmp`
  const file = await files.open(draft)
  try {
    await file.truncate(0)
    await file.write(Buffer.from(text), 0)
    await file.datasync()
  } catch (error) {
    // On a full disk a half would keep what little there is.
    await files.remove(draft).catch(() => undefined)
    throw error
  } finally {
    await file.close()
  }
  await files.rename(draft, path)
}

async function openOrCreate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return open(path, 'wx')
  }
}

function segmentFile(handle: FileHandle): SegmentFile {
  return {
    async write(bytes, offset) {
      for (let done = 0; done < bytes.length;) {
        done += (await handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten
      }
    },
    datasync: () => handle.datasync(),
    truncate: bytes => handle.truncate(bytes),
    close: () => handle.close(),
  }
}
