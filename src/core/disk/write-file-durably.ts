import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Replaces a file so that after a crash it is either the old one or the new one, whole. */
export async function writeFileDurably(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', mode)
  try {
    await file.writeFile(data)
    await file.sync()
  } catch (error) {
    // On a full disk a half would keep what little there is.
    await rm(temporary, { force: true })
    throw error
  } finally {
    await file.close()
  }
  await renameDurably(temporary, path)
}

/** Gives a file, synced before, its name so that it has it after a crash. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to)
  await syncFolder(dirname(to))
}

/** Makes what was created, renamed and removed in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
