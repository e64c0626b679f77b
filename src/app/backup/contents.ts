import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SEGMENTS_FOLDER } from '../format/layout.ts'

/** A file of the data folder, by its path below it. */
export interface FoundFile {
  readonly path: string
  readonly bytes: number
  readonly mark: string
}

/**
 * The lake is made anew from the log; the rest belongs to the process that runs, or to this very folder: a copy that published tables under
 * its name would write over what it goes on to publish.
 */
const LEFT_OUT =
  /^(lake(\.[^/]*|-[^/]*)?|checkpoint\.json|arterial\.lock|engine\.pid|serving\.json|control\.sock|admin\.secret|tables-publisher|tables-spool)$/
/** Of files that are being written. */
const HALF = /\.(new|tmp)$/
/** Of the log's folder only what cannot be made from its segments; those are read as the log knows them. */
const BESIDE_SEGMENTS = /^(damaged|losses\.json)$/

/** Every file of a data folder that a backup keeps as it is, but the log's segments; what is gone meanwhile is left out. */
export async function filesOf(folder: string): Promise<FoundFile[]> {
  return below(folder, '', name => !LEFT_OUT.test(name))
}

async function below(
  folder: string,
  prefix: string,
  isKept: (name: string) => boolean,
): Promise<FoundFile[]> {
  const entries = (await orNull(readdir(join(folder, prefix), { withFileTypes: true }))) ?? []
  const found: FoundFile[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!isKept(entry.name) || HALF.test(entry.name)) continue
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (entry.isDirectory()) {
      const isLog = path === SEGMENTS_FOLDER
      found.push(...(await below(folder, path, name => !isLog || BESIDE_SEGMENTS.test(name))))
    } else if (entry.isFile()) {
      const file = await orNull(stat(join(folder, path)))
      if (file !== null) found.push({ path, bytes: file.size, mark: markOf(file) })
    }
  }
  return found
}

/** Another one whenever a file was written or exchanged. */
export function markOf({ size, mtimeMs, ino }: { size: number; mtimeMs: number; ino: number }): string {
  return `${size}/${mtimeMs}/${ino}`
}

/** Null when there is nothing of that name. */
export async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
