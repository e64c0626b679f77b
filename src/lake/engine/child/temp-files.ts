import { randomUUID } from 'node:crypto'
import { accessSync, constants, mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { copyFile, open, rm, stat, truncate, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineFault } from './fault.ts'
import { HOUR_MS } from '../../../core/time/spans.ts'

/** Temporary files of rows on their way into the engine: in memory where the system has it and room in it, else on disk. */
export interface TempFiles {
  /** A new file to write rows to. */
  create: () => Promise<TempFile>
  remove: (path: string) => void
}

const shared = '/dev/shm'
const prefix = 'arterial-'
const abandonedMs = HOUR_MS
/** With less room than this in memory, rows go to the disk from the start. */
const minMemoryBytes = 32 * 2 ** 20

/** Opens the two folders and clears what an earlier engine of the same data folder left behind. */
export function openTempFiles(folder: string, ownerId: string): TempFiles {
  const disk = join(folder, 'lake-tmp')
  rmSync(disk, { recursive: true, force: true })
  let memory: string | null | undefined
  return {
    // Made when the first rows come: a reader, which takes none, leaves nothing behind.
    create: () => TempFile.create((memory ??= memoryFolder(ownerId)), disk),
    remove: path => rmSync(path, { force: true }),
  }
}

/** One file that is being written. What it holds in the end is counted: a file that lost bytes is never handed on. */
export class TempFile {
  #path: string
  #file: FileHandle
  #bytes = 0
  readonly #disk: string

  private constructor(path: string, file: FileHandle, disk: string) {
    this.#path = path
    this.#file = file
    this.#disk = disk
  }

  static async create(memory: string | null, disk: string): Promise<TempFile> {
    const folder = memory !== null && hasRoom(memory) ? memory : disk
    if (folder === disk) mkdirSync(disk, { recursive: true, mode: 0o700 })
    const path = join(folder, randomUUID())
    return new TempFile(path, await open(path, 'wx', 0o600), disk)
  }

  /** Appends all of it, moving to the disk when the memory is full. */
  async write(piece: Uint8Array): Promise<void> {
    try {
      await this.#append(piece)
    } catch (error) {
      if (!isFull(error) || this.#path.startsWith(this.#disk)) throw meaning(error, this.#path)
      await this.#moveToDisk()
      await this.#append(piece).catch((error: unknown) => {
        throw meaning(error, this.#path)
      })
    }
  }

  /** @returns where the rows are; every byte that was written is there */
  async finish(): Promise<string> {
    await this.#file.close()
    const { size } = await stat(this.#path)
    if (size !== this.#bytes) {
      throw new EngineFault(
        243,
        'NOT_ENOUGH_SPACE',
        `${this.#path} holds ${size} bytes of ${this.#bytes}: make room there`,
      )
    }
    return this.#path
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined)
    await rm(this.#path, { force: true })
  }

  async #append(piece: Uint8Array): Promise<void> {
    // One write may take less than all of it, as it does when the space ends within.
    for (let done = 0; done < piece.length;) {
      const { bytesWritten } = await this.#file.write(piece, done, piece.length - done, this.#bytes + done)
      done += bytesWritten
    }
    this.#bytes += piece.length
  }

  async #moveToDisk(): Promise<void> {
    const path = join(this.#disk, randomUUID())
    mkdirSync(this.#disk, { recursive: true, mode: 0o700 })
    try {
      await copyFile(this.#path, path)
      await truncate(path, this.#bytes)
    } catch (error) {
      await rm(path, { force: true })
      throw meaning(error, path)
    }
    await this.discard()
    this.#path = path
    this.#file = await open(path, 'r+')
  }
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize >= minMemoryBytes
  } catch {
    return false
  }
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
}

function meaning(error: unknown, path: string): unknown {
  if (!isFull(error)) return error
  return new EngineFault(243, 'NOT_ENOUGH_SPACE', `No space left for ${path}: make room there`)
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
export function closeTempFiles(folder: string, ownerId: string): void {
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
