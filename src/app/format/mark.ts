import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { DataFolderError, NewerDataError } from '../../core/errors.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'
import { version } from '../cli/version.ts'

/**
 * The format of data folders that this program writes. 1 is what had no mark: the log in `log/`. 2: the mark, the log in
 * `segments/`, frames of several runs.
 */
export const FORMAT = 2
export const FORMAT_FILE = 'format.json'

/** What is read of a data folder before anything else. A newer program may have added to it; that stays. */
const FormatMark = z.looseObject({
  format: z.number().int().positive(),
  /** The lowest format a program must know to read the folder, and to write it. */
  leastReader: z.number().int().positive(),
  leastWriter: z.number().int().positive(),
  /** The program that brought the folder to this format. */
  writtenBy: z.string(),
})
export type FormatMark = z.infer<typeof FormatMark>

/**
 * The mark of a folder; null where there is none, as in an old or a new one.
 * @throws {DataFolderError} when it can't be understood
 */
export async function readMark(folder: string): Promise<FormatMark | null> {
  const path = join(folder, FORMAT_FILE)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
  try {
    return FormatMark.parse(JSON.parse(text))
  } catch (cause) {
    throw new DataFolderError(
      `${path} is damaged, so nobody can tell which program may use this folder. Restore it from a backup; or, if Arterial ${version()} was the last one here, remove it. Nothing was touched.`,
      { cause },
    )
  }
}

/**
 * Looks before anything is touched whether this program may write a folder.
 * @throws {NewerDataError} when only a newer one may
 */
export async function refuseNewerFolder(folder: string): Promise<void> {
  const mark = await readMark(folder)
  if (mark === null || mark.leastWriter <= FORMAT) return
  const can = mark.leastReader <= FORMAT ? 'could read but not write it' : 'can neither read nor write it'
  throw new NewerDataError(
    `The data folder ${folder} has format ${mark.format}, made by Arterial ${mark.writtenBy}; this is Arterial ${version()}, which knows formats up to ${FORMAT} and ${can}. Start Arterial ${mark.writtenBy} or a later one, or choose another folder with --data. Nothing was touched.`,
  )
}

export async function writeMark(folder: string): Promise<void> {
  const mark: FormatMark = { format: FORMAT, leastReader: FORMAT, leastWriter: FORMAT, writtenBy: version() }
  await writeFileDurably(join(folder, FORMAT_FILE), `${JSON.stringify(mark)}\n`, 0o600)
}
