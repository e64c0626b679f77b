import { open, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Runner } from './runner.ts'
import { EngineFault } from './fault.ts'
import { literal } from './statement-queue.ts'

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
export async function syncTables(runner: Runner, lakeDir: string, names: readonly string[]): Promise<void> {
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
  const folders = new Set<string>()
  for (const { database, data_paths } of places) {
    for (const path of data_paths) addWithParents(folders, await realpath(path), root)
    folders.add(await realpath(join(lakeDir, 'metadata', database)).catch(() => root))
  }
  await Promise.all([...folders].map(syncFolder))
}

/** The folders above matter when the table is new: its own name must survive too. */
function addWithParents(folders: Set<string>, path: string, root: string): void {
  for (let folder = path; folder.length >= root.length; folder = dirname(folder)) {
    if (folders.has(folder)) return
    folders.add(folder)
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
