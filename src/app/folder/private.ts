import { chmod, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What group and others may do: nothing. */
const OWNER_ONLY = 0o077
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

/** From here on, what this process and the engine it starts make is for their own user alone. */
export function makePrivateFiles(): void {
  process.umask(OWNER_ONLY)
}

/**
 * Takes a data folder, with all that is in it, from everybody but its owner. One that is closed already is not walked:
 * nobody else can come past it.
 */
export async function closeFolder(path: string): Promise<void> {
  // Windows has no modes; its folders take their rights from the user's own.
  if (process.platform === 'win32') return
  if (((await stat(path)).mode & OWNER_ONLY) === 0) return
  await chmod(path, FOLDER_MODE)
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    const mode = entry.isDirectory() ? FOLDER_MODE : entry.isFile() || entry.isSocket() ? FILE_MODE : null
    // A link is left as it is: what it points to may belong to others.
    if (mode !== null) await chmod(join(entry.parentPath, entry.name), mode)
  }
}
