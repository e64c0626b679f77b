import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileDurably } from '../core/disk/write-file-durably.ts'
import type { ObjectStore, StoredObject } from './object-store.ts'

const FILE_MODE = 0o600
const FOLDER_MODE = 0o700
/** What `writeFileDurably` writes before it is whole. */
const HALF = '.new'

/** Objects as files below a folder, for their own user alone. */
export function folderStore(folder: string): ObjectStore {
  const known = new Set<string>()
  const pathOf = (key: string) => {
    if (!/^[\w.=-]+(\/[\w.=-]+)*$/.test(key) || /(^|\/)\.\.?(\/|$)/.test(key))
      throw new Error(`no key of an object: ${key}`)
    return join(folder, key)
  }
  const placeFor = async (key: string) => {
    const path = pathOf(key)
    if (!known.has(dirname(path))) await makeFolder(dirname(path))
    known.add(dirname(path))
    return path
  }
  return {
    put: async (key, bytes) => {
      await writeFileDurably(await placeFor(key), bytes, FILE_MODE)
    },
    putIfAbsent: async (key, bytes) => {
      const path = await placeFor(key)
      // Under a name of its own first: a link is made whole, and of two one alone.
      const own = `${path}.${randomUUID()}${HALF}`
      await writeFileDurably(own, bytes, FILE_MODE)
      try {
        return await linked(own, path)
      } finally {
        await rm(own, { force: true })
        await syncFolder(dirname(path))
      }
    },
    get: key => orNull(readFile(pathOf(key))),
    has: async key => (await orNull(stat(pathOf(key)))) !== null,
    list: async prefix => {
      const names = (await orNull(readdir(pathOf(prefix)))) ?? []
      return names.filter(name => !name.endsWith(HALF)).sort()
    },
    objects: async prefix => {
      const entries = (await orNull(readdir(pathOf(prefix), { withFileTypes: true }))) ?? []
      const names = entries
        .filter(entry => entry.isFile() && !entry.name.endsWith(HALF))
        .map(({ name }) => name)
      const found: StoredObject[] = []
      for (const name of names.sort()) {
        const file = await orNull(stat(join(pathOf(prefix), name)))
        if (file !== null) found.push({ name, bytes: file.size, mark: `${file.size}/${file.mtimeMs}` })
      }
      return found
    },
    remove: key => rm(pathOf(key), { force: true }),
  }
}

/** Makes a folder and those above it, so that they are there after a crash. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: FOLDER_MODE })
  if (first === undefined) return
  for (let at = path; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at))
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
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

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}
