import { randomUUID } from 'node:crypto'
import { accessSync, constants, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Temporary files of one engine: rows on their way in (memory, where the system has it) and out (disk). */
export interface Spool {
  /** A free path for rows to insert. */
  inward: () => string
  /** A free path for a result. */
  outward: () => string
  remove: (path: string) => void
}

const shared = '/dev/shm'
const prefix = 'arterial-'

/** Opens the two folders and clears what an earlier engine of the same data folder left behind. */
export function openSpool(folder: string, ownerId: string): Spool {
  const disk = join(folder, 'lake-tmp')
  rmSync(disk, { recursive: true, force: true })
  mkdirSync(disk, { recursive: true, mode: 0o700 })
  const inward = memoryFolder(ownerId) ?? disk
  return {
    inward: () => join(inward, randomUUID()),
    outward: () => join(disk, randomUUID()),
    remove: path => rmSync(path, { force: true }),
  }
}

function memoryFolder(ownerId: string): string | null {
  try {
    accessSync(shared, constants.W_OK)
    const folder = join(shared, prefix + ownerId)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { mode: 0o700 })
    return folder
  } catch {
    return null // no such memory here, or another user's folder of that name: the disk serves
  }
}

/** Removes the folder in memory when the engine ends in order; a killed one is cleared at the next start. */
export function closeSpool(folder: string, ownerId: string): void {
  rmSync(join(folder, 'lake-tmp'), { recursive: true, force: true })
  for (const name of existing(shared)) {
    if (name === prefix + ownerId) rmSync(join(shared, name), { recursive: true, force: true })
  }
}

function existing(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
