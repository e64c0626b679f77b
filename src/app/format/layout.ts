import { mkdir, readdir, rename, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DataFolderError } from '../../core/errors.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'
import { checkpointText, readCheckpoint } from '../../lake/once/checkpoint.ts'
import { version } from '../cli/version.ts'
import { readMark, writeMark } from './mark.ts'

/** Where the log is; format 1 had it in `log/`. */
export const SEGMENTS_FOLDER = 'segments'
/** What stands where the log was: a program of format 1 makes a folder there first of all, and stops at a file. */
export const OLD_LOG = 'log'
export const CHECKPOINT_FILE = 'checkpoint.json'

/** For who finds the file and wonders. */
function signpost(): string {
  return `The log of this data folder is in ${SEGMENTS_FOLDER}/ since Arterial ${version()} brought it to a new format.
This file keeps older programs, which can't read it, from starting a second log here. Leave it where it is.
To go back to an older program: arterial data downgrade.
`
}

/**
 * Brings a new or an old folder to this program's layout. Killed at any point, it is finished by the next start; and at
 * every point a program of format 1 stops before it changes anything. The caller holds the folder's lock.
 *
 * @throws {DataFolderError} when the folder holds two logs, or its log can't be moved
 */
export async function bringToFormat(folder: string): Promise<void> {
  const oldLog = join(folder, OLD_LOG)
  const segments = join(folder, SEGMENTS_FOLDER)
  let old = await kindOf(oldLog)
  if (old === 'folder' && (await kindOf(segments)) !== 'none') {
    await removeEmpty(oldLog, segments)
    old = 'none'
  }
  if (old === 'folder') {
    await closeToOldPrograms(folder)
    await move(oldLog, segments)
    old = 'none'
  }
  await mkdir(segments, { recursive: true, mode: 0o700 })
  if (old === 'none') await writeFileDurably(oldLog, signpost(), 0o600)
  if ((await readMark(folder)) === null) await writeMark(folder)
}

/**
 * Between the move and the signpost an old program would find no log, and begin a new one: it must not get that far. A
 * checkpoint as this program writes it stops it before.
 */
async function closeToOldPrograms(folder: string): Promise<void> {
  const path = join(folder, CHECKPOINT_FILE)
  const checkpoint = await readCheckpoint(path).catch((error: unknown) => {
    // What is no checkpoint stops an old program too; the loader names it.
    if (error instanceof DataFolderError) return null
    throw error
  })
  if (checkpoint !== null) await writeFileDurably(path, checkpointText(checkpoint), 0o600)
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new DataFolderError(
      `The log can't be moved from ${from} to ${to} (${code ?? String(cause)}), as the present format needs it. If ${from} is a disk of its own, stop everything, mount it at ${to} instead, and start again. Nothing is lost.`,
      { cause },
    )
  }
}

/** An old program that was started while this was going on made an empty folder and stopped. */
async function removeEmpty(oldLog: string, segments: string): Promise<void> {
  if ((await readdir(oldLog)).length === 0) {
    await rmdir(oldLog)
    return
  }
  throw new DataFolderError(
    `There are two logs: ${oldLog}/ as old programs write it, and ${segments}/. Move away the one that is not wanted, and start again. Nothing was touched.`,
  )
}

export async function kindOf(path: string): Promise<'none' | 'folder' | 'file'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none'
    throw error
  }
}
