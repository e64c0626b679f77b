import { link, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { renameDurably, syncFolder, writeFileDurably } from '../core/disk/write-file-durably.ts'
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
    where: `folder ${folder}`,
    isThere: async () => (await orNull(stat(folder)))?.isDirectory() ?? false,
    make: () => makeFolder(folder),
    put: async (key, bytes) => writeFileDurably(await placeFor(key), bytes, FILE_MODE),
    putIfAbsent: async (key, bytes) => putNew(await placeFor(key), bytes),
    putFile: async (key, path) => copyDurably(path, await placeFor(key)),
    get: key => orNull(readFile(pathOf(key))),
    range: (key, start, length) => orNull(readRange(pathOf(key), start, length)),
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

/** A link is made only where there is no such name; a rename would replace. */
async function putNew(path: string, bytes: Uint8Array): Promise<boolean> {
  const whole = `${path}.${randomBytes(6).toString('hex')}${HALF}`
  const file = await open(whole, 'wx', FILE_MODE)
  try {
    await file.writeFile(bytes)
    await file.sync()
    await link(whole, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await file.close()
    await rm(whole, { force: true })
  }
  await syncFolder(dirname(path))
  return true
}

async function copyDurably(from: string, to: string): Promise<void> {
  const half = `${to}${HALF}`
  try {
    await pipeline(createReadStream(from), createWriteStream(half, { mode: FILE_MODE, flush: true }))
  } catch (error) {
    await rm(half, { force: true })
    throw error
  }
  await renameDurably(half, to)
}

async function readRange(path: string, start: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const into = Buffer.alloc(Math.max(0, Math.min(length, (await file.stat()).size - start)))
    const { bytesRead } = await file.read(into, 0, into.length, start)
    return into.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Makes a folder and those above it, so that they are there after a crash. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: FOLDER_MODE })
  if (first === undefined) return
  for (let at = path; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at))
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
