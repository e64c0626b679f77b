import { randomUUID } from 'node:crypto'
import { accessSync, constants, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
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
const abandonedMs = 3_600_000

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
    sweep(ownerId)
    const folder = join(shared, `${prefix}${ownerId}-${process.pid}`)
    mkdirSync(folder, { mode: 0o700 })
    return folder
  } catch {
    return null // no such memory here: the disk serves
  }
}

/** Clears what ended engines left: of this data folder always, of others when it is old and their process is gone. */
function sweep(ownerId: string): void {
  for (const name of existing(shared)) {
    const [, owner, pid] = /^arterial-([0-9a-f]{16})-(\d+)$/.exec(name) ?? []
    if (owner === undefined) continue
    const folder = join(shared, name)
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    if (owner === ownerId || (age > abandonedMs && !isAlive(Number(pid)))) {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Removes the folders when the engine ends in order; a killed one is cleared at the next start. */
export function closeSpool(folder: string, ownerId: string): void {
  rmSync(join(folder, 'lake-tmp'), { recursive: true, force: true })
  rmSync(join(shared, `${prefix}${ownerId}-${process.pid}`), { recursive: true, force: true })
}

function existing(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
