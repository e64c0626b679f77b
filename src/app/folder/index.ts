import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../../core/config/index.ts'
import { DataFolderError, DataFolderInUseError } from '../../core/errors.ts'
import { processMark } from '../../core/disk/process-mark.ts'
import type { LakePlace } from '../../lake/anew/index.ts'
import { bringToFormat, CHECKPOINT_FILE, SEGMENTS_FOLDER } from '../format/layout.ts'
import { refuseNewerFolder } from '../format/mark.ts'
import { closeFolder, makePrivateFiles } from './private.ts'

/** A folder of one mode, held by this process. */
export interface HeldFolder {
  readonly path: string
  readonly logDir: string
  readonly oversizeDir: string
  readonly lossesPath: string
  readonly checkpointPath: string
  readonly lake: LakePlace
  readonly controlSocket: string
  readonly adminSecret: string
  release(): Promise<void>
}

/** Simulated and real data never mix: each mode has a folder of its own. */
export function folderOf(config: Config): string {
  return join(config.data.dir, config.simulation.mode === 'profile' ? 'demo' : 'city')
}

/**
 * Takes the folder for this process, making it if it is new. A lock whose process is gone is taken over.
 * @throws {DataFolderInUseError} when another process holds it
 * @throws {NewerDataError} when only a newer program may write it; nothing is touched then
 * @throws {DataFolderError} when it can't be made or written
 */
export async function holdFolder(path: string): Promise<HeldFolder> {
  try {
    return await hold(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why = code === undefined ? undefined : UNUSABLE[code]
    if (why === undefined) throw cause
    throw new DataFolderError(
      `The data folder ${path} can't be used: ${why} (${code}). Choose another with --data or data.dir.`,
      { cause },
    )
  }
}

/** What the operating system says of a folder, in words. */
const UNUSABLE: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOTDIR: 'a file stands in its way',
  EEXIST: 'a file stands in its way',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENOENT: 'there is nothing to make it in',
}

async function hold(path: string): Promise<HeldFolder> {
  await refuseNewerFolder(path)
  makePrivateFiles()
  await mkdir(path, { recursive: true })
  const lock = join(path, 'arterial.lock')
  await takeLock(path, lock)
  const oversizeDir = join(path, 'oversize')
  try {
    await closeFolder(path)
    // Another program may have been here between the first look and the lock.
    await refuseNewerFolder(path)
    await bringToFormat(path)
    await mkdir(oversizeDir, { recursive: true })
  } catch (error) {
    await rm(lock, { force: true })
    throw error
  }
  const adminSecret = randomBytes(32).toString('base64url')
  const secretPath = join(path, 'admin.secret')
  const release = async () => {
    await rm(secretPath, { force: true })
    await rm(lock, { force: true })
  }
  try {
    await rm(secretPath, { force: true })
    await writeFile(secretPath, adminSecret, { mode: 0o600 })
  } catch (error) {
    await release()
    throw error
  }
  return {
    path,
    logDir: join(path, SEGMENTS_FOLDER),
    oversizeDir,
    lossesPath: join(path, 'losses.json'),
    checkpointPath: join(path, CHECKPOINT_FILE),
    lake: { folder: path, checkpointPath: join(path, CHECKPOINT_FILE) },
    controlSocket: join(path, 'control.sock'),
    adminSecret,
    release,
  }
}

async function takeLock(folder: string, lock: string): Promise<void> {
  const mine = JSON.stringify({ pid: process.pid, mark: await processMark(process.pid) })
  for (;;) {
    try {
      const file = await open(lock, 'wx', 0o600)
      try {
        await file.writeFile(mine)
      } catch (error) {
        await rm(lock, { force: true })
        throw error
      } finally {
        await file.close()
      }
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = await holderOf(lock)
    if (holder !== null) {
      throw new DataFolderInUseError(
        `${folder} is in use by process ${holder}; stop that one, or choose another folder with --data`,
      )
    }
    await rm(lock, { force: true })
  }
}

/** The process that holds the lock, null when it is gone. */
async function holderOf(lock: string): Promise<number | null> {
  try {
    const { pid, mark } = JSON.parse(await readFile(lock, 'utf8')) as { pid: number; mark: string | null }
    return mark !== null && (await processMark(pid)) === mark ? pid : null
  } catch {
    return null
  }
}
