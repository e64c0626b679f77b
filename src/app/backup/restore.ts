import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolder, writeFileDurably } from '../../core/disk/write-file-durably.ts'
import { DataFolderError } from '../../core/errors.ts'
import { settleLog } from '../../log/segments/index.ts'
import type { ObjectStore } from '../../storage/index.ts'
import { SEGMENTS_FOLDER } from '../format/layout.ts'
import { orNull } from './contents.ts'
import { contentKey, readManifest } from './manifest.ts'
import type { KeptFile, Manifest } from './manifest.ts'

export interface RestoreOptions {
  readonly store: ObjectStore
  readonly city: string
  /** Which backup. */
  readonly name: string
  /** Where the data folder of the city shall be; nothing may be there yet. */
  readonly folder: string
  /** @param share of the bytes, 0–1 */
  readonly onProgress: (share: number, text: string) => void
  readonly signal: AbortSignal
}

const FOLDER_MODE = 0o700
const FILE_MODE = 0o600
/** Parts of a large object that are read at a time. */
const PART_BYTES = 16 * 1024 * 1024

/**
 * Makes the data folder of a backup. It has its name only when it is whole; what was broken off goes on with the files that are there. The
 * first start makes the lake anew from the log.
 * @throws {DataFolderError} when something is there already, or bytes of the backup are not what was kept
 */
export async function restore({
  store,
  city,
  name,
  folder,
  onProgress,
  signal,
}: RestoreOptions): Promise<Manifest> {
  const there = await orNull(readdir(folder))
  if (there !== null && there.length > 0)
    throw new DataFolderError(`${folder} is there already; move it away, or name another place with --data.`)
  const manifest = await readManifest(store, city, name)
  const half = `${folder}.restoring-${name}`
  await mkdir(half, { recursive: true, mode: FOLDER_MODE })
  const all = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  const folders = new Set<string>([half])
  for (const file of manifest.files) {
    signal.throwIfAborted()
    onProgress(all === 0 ? 1 : done / all, file.path)
    await bring(store, city, file, placeIn(half, file.path))
    for (let at = dirname(placeIn(half, file.path)); at.length > half.length; at = dirname(at))
      folders.add(at)
    done += file.bytes
  }
  const log = join(half, SEGMENTS_FOLDER)
  await mkdir(log, { recursive: true, mode: FOLDER_MODE })
  await settleLog(log, manifest.log)
  for (const one of folders) await syncFolder(one)
  if (there !== null) await rm(folder, { recursive: true })
  await rename(half, folder)
  await syncFolder(dirname(folder))
  return manifest
}

/** A list of files that was tampered with writes nowhere else. */
function placeIn(folder: string, path: string): string {
  if (path.startsWith('/') || path.split('/').some(part => part === '' || part === '.' || part === '..'))
    throw new DataFolderError(
      `The backup names a file outside of its folder: ${JSON.stringify(path)}. It was not made by Arterial.`,
    )
  return join(folder, path)
}

async function bring(store: ObjectStore, city: string, file: KeptFile, to: string): Promise<void> {
  const before = await orNull(readFile(to))
  if (before !== null && hashOf(before) === file.sha256) return
  await mkdir(dirname(to), { recursive: true, mode: FOLDER_MODE })
  const key = contentKey(city, file.sha256)
  if (file.bytes <= PART_BYTES) {
    const bytes = await store.get(key)
    if (bytes === null) throw missing(store, file)
    if (hashOf(bytes) !== file.sha256) throw damaged(store, file, key)
    return writeFileDurably(to, bytes, FILE_MODE)
  }
  await bringInParts(store, file, key, to)
}

async function bringInParts(store: ObjectStore, file: KeptFile, key: string, to: string): Promise<void> {
  const half = `${to}.new`
  const hash = createHash('sha256')
  await writeFile(half, '', { mode: FILE_MODE })
  for (let at = 0; at < file.bytes; at += PART_BYTES) {
    const part = await store.range(key, at, PART_BYTES)
    if (part === null) throw missing(store, file)
    hash.update(part)
    await writeFile(half, part, { flag: 'a', flush: true })
  }
  if (hash.digest('hex') !== file.sha256) throw damaged(store, file, key)
  await rename(half, to)
}

function missing(store: ObjectStore, { path, sha256 }: KeptFile): DataFolderError {
  return new DataFolderError(
    `${store.where} lacks the bytes of ${path} (${sha256}). Take another backup (\`backup list\`); \`backup check\` tells which are whole.`,
  )
}

function damaged(store: ObjectStore, { path }: KeptFile, key: string): DataFolderError {
  return new DataFolderError(
    `The bytes of ${path} in ${store.where} (${key}) are not those that were kept. Take another backup (\`backup list\`); \`backup check\` tells which are whole.`,
  )
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
