import { createHash } from 'node:crypto'
import type { ObjectStore } from '../../storage/index.ts'
import { backupNames, contentKey, readManifest, removeManifest } from './manifest.ts'
import type { Manifest } from './manifest.ts'

export interface ListedBackup {
  readonly name: string
  readonly made_at: string
  readonly version: string
  readonly files: number
  readonly bytes: number
  /** Position after its last record. */
  readonly end: number
}

/** What there is of a city, newest first. */
export async function listBackups(store: ObjectStore, city: string): Promise<ListedBackup[]> {
  const listed: ListedBackup[] = []
  for (const name of (await backupNames(store, city)).toReversed()) {
    const { made_at, version, files, log } = await readManifest(store, city, name)
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    listed.push({ name, made_at, version, files: files.length, bytes, end: log.end })
  }
  return listed
}

export interface CheckedBackup {
  readonly name: string
  readonly files: number
  /** Paths whose bytes are not there. */
  readonly missing: readonly string[]
  /** Paths whose bytes are not what was kept. */
  readonly damaged: readonly string[]
}

/** Reads every byte of a backup. */
export async function checkBackup(
  store: ObjectStore,
  city: string,
  name: string,
  onProgress: (share: number, text: string) => void,
  signal: AbortSignal,
): Promise<CheckedBackup> {
  const { files } = await readManifest(store, city, name)
  const missing: string[] = []
  const damaged: string[] = []
  for (const [i, { path, sha256 }] of files.entries()) {
    signal.throwIfAborted()
    onProgress(i / files.length, path)
    const bytes = await store.get(contentKey(city, sha256))
    if (bytes === null) missing.push(path)
    else if (createHash('sha256').update(bytes).digest('hex') !== sha256) damaged.push(path)
  }
  return { name, files: files.length, missing, damaged }
}

export interface Pruned {
  readonly removed: readonly string[]
  readonly kept: readonly string[]
  readonly files: number
}

/** Removes all but the newest backups, and the bytes that no other one needs; a backup goes before its bytes do. */
export async function prune(store: ObjectStore, city: string, keep: number): Promise<Pruned> {
  const names = await backupNames(store, city)
  const removed = names.slice(0, Math.max(0, names.length - keep))
  const old = new Set<string>()
  for (const name of removed)
    for (const hash of hashesOf(await readManifest(store, city, name))) old.add(hash)
  for (const name of removed) await removeManifest(store, city, name)
  // Those that came meanwhile are among them.
  const kept = await backupNames(store, city)
  for (const name of kept)
    for (const hash of hashesOf(await readManifest(store, city, name))) old.delete(hash)
  for (const hash of old) await store.remove(contentKey(city, hash))
  return { removed, kept, files: old.size }
}

function hashesOf({ files }: Manifest): string[] {
  return files.map(({ sha256 }) => sha256)
}
