import { open, readdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SyncDepth } from '../engine.ts'
import type { Runner } from './runner.ts'
import { EngineFault } from './fault.ts'
import { literal } from './statement-queue.ts'

/** Files that wait for the disk together: as many as the process has threads for it. */
const AT_A_TIME = 24

interface TablePlace {
  readonly database: string
  readonly name: string
  readonly data_paths: readonly string[]
}

/**
 * Makes the last rename of every part of these tables durable: the engine syncs a part's files and its own
 * directory (by the table's settings) but not the table's directory, where the part gets its final name.
 *
 * @param names `database.table` each
 */
export async function syncTables(
  runner: Runner,
  lakeDir: string,
  names: readonly string[],
  depth: SyncDepth,
): Promise<void> {
  if (names.length === 0) return
  const list = (texts: string[]) => texts.map(literal).join(', ')
  // Filters on the columns alone leave the other tables unasked: the paths of one over files are refused.
  const places = await runner.ask<TablePlace>(
    `SELECT database, name, data_paths FROM system.tables
     WHERE database IN (${list(names.map(name => name.split('.')[0] ?? ''))})
       AND name IN (${list(names.map(name => name.split('.')[1] ?? ''))})
       AND concat(database, '.', name) IN (${list([...names])})`,
  )
  const found = new Set(places.map(place => `${place.database}.${place.name}`))
  const missing = names.filter(name => !found.has(name))
  if (missing.length > 0)
    throw new EngineFault(60, 'UNKNOWN_TABLE', `Cannot sync unknown table ${missing.join(', ')}`)

  const root = await realpath(lakeDir)
  if (depth === 'parts') await syncParts(places.flatMap(({ data_paths }) => data_paths))
  const folders = new Set<string>()
  for (const { database, data_paths } of places) {
    for (const path of data_paths) addWithParents(folders, await realpath(path), root)
    folders.add(await realpath(join(lakeDir, 'metadata', database)).catch(() => root))
  }
  await Promise.all([...folders].map(syncPath))
}

/**
 * Syncs every file of the parts in these folders, many at a time: a file system makes those that wait together durable in one step, so
 * that this takes a twentieth of the time that one after the other takes.
 */
async function syncParts(folders: readonly string[]): Promise<void> {
  const parts = (await Promise.all(folders.map(foldersIn))).flat()
  const files = (await Promise.all(parts.map(filesIn))).flat()
  let next = 0
  const work = async () => {
    for (let path = files[next++]; path !== undefined; path = files[next++]) await syncIfThere(path)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  await Promise.all(parts.map(syncIfThere))
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter(entry => entry.isDirectory()).map(({ name }) => join(folder, name))
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(gone)
  return (names ?? []).map(name => join(folder, name))
}

/** What was merged away meanwhile is in another part, which the engine has synced. */
async function syncIfThere(path: string): Promise<void> {
  await syncPath(path).catch(gone)
}

function gone(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
  throw error
}

/** The folders above matter when the table is new: its own name must survive too. */
function addWithParents(folders: Set<string>, path: string, root: string): void {
  for (let folder = path; folder.length >= root.length; folder = dirname(folder)) {
    if (folders.has(folder)) return
    folders.add(folder)
  }
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
