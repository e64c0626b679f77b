import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DataFolderError } from '../../core/errors.ts'
import { SEGMENT_END } from '../../core/segment-names.ts'
import { LogMovedError, readLog } from '../../log/segments/index.ts'
import type { LogAtHand, SegmentAtHand } from '../../log/segments/index.ts'
import type { ObjectStore } from '../../storage/index.ts'
import { version } from '../cli/version.ts'
import { SEGMENTS_FOLDER } from '../format/layout.ts'
import { filesOf, markOf, orNull } from './contents.ts'
import { backupName, backupNames, contentKey, putManifest, readManifest, removeManifest } from './manifest.ts'
import type { KeptFile } from './manifest.ts'

export interface BackupOptions {
  /** Of one city. */
  readonly folder: string
  /** As the folder is called: `city` or `demo`. */
  readonly city: string
  readonly store: ObjectStore
  readonly nowMs: number
  readonly onProgress: (text: string) => void
  readonly signal: AbortSignal
}

export interface MadeBackup {
  readonly name: string
  readonly files: number
  readonly bytes: number
  /** What was not there already. */
  readonly sentFiles: number
  readonly sentBytes: number
  /** Position after the last record in it. */
  readonly end: number
  /** First position that the log still has: rows of the lake that were made of older ones are not in it. */
  readonly floor: number
}

/** Larger files are sent in parts. */
const LARGE_BYTES = 64 * 1024 * 1024
/** Retention drops a segment now and then; a copy that never gets through has another reason. */
const TRIES = 5

/**
 * Keeps a data folder as it is now, also while it is in use: nothing that was acknowledged before is missing. What the last backup
 * has already is not sent again. Broken off at any point it leaves the backups before it as they are.
 *
 * What notes how far others were read is copied before the log, and so never knows of records that the copy lacks; long lines, which the
 * log points to, after it.
 * @throws {DataFolderError} when there is no data folder
 */
export async function makeBackup(options: BackupOptions): Promise<MadeBackup> {
  const { folder, city, store, nowMs, onProgress, signal } = options
  if ((await orNull(stat(join(folder, SEGMENTS_FOLDER)))) === null)
    throw new DataFolderError(`There is nothing to keep: ${folder} is no data folder. Name one with --data.`)
  const last = (await backupNames(store, city)).at(-1)
  const before = last === undefined ? [] : (await readManifest(store, city, last)).files
  const files = new SentFiles(store, city, before)
  const isLongLine = (path: string) => path.startsWith('oversize/')
  const keep = async (isWanted: (path: string) => boolean) => {
    for (const { path, mark } of await filesOf(folder)) {
      if (!isWanted(path)) continue
      signal.throwIfAborted()
      onProgress(path)
      await files.keep(folder, path, mark)
    }
  }
  await keep(path => !isLongLine(path))
  const log = await keepLog(options, files)
  await keep(isLongLine)

  const name = await free(backupName(nowMs), await backupNames(store, city))
  const manifest = {
    ...{ format: 1 as const, version: version(), made_at: new Date(nowMs).toISOString() },
    log: { ...log, bases: [...log.bases] },
    files: [...files.all],
  }
  if (!(await putManifest(store, city, name, manifest)))
    throw new DataFolderError(`Another backup ${name} is being made in ${store.where}; wait for it.`)
  // Another command may have cleaned up meanwhile, before it could know of this backup.
  const gone = await files.gone()
  if (gone !== null) {
    await removeManifest(store, city, name)
    throw new DataFolderError(
      `${gone} was removed from ${store.where} while the backup was made, as by \`backup prune\`; make it again.`,
    )
  }
  const bytes = files.all.reduce((sum, file) => sum + file.bytes, 0)
  const { count: sentFiles, bytes: sentBytes } = files.sent
  const floor = log.positions?.floor ?? log.bases[0] ?? 0
  return { name, files: files.all.length, bytes, sentFiles, sentBytes, end: log.end, floor }
}

async function keepLog({ folder, onProgress, signal }: BackupOptions, files: SentFiles): Promise<LogAtHand> {
  for (let tries = 1; ; tries++) {
    try {
      return await readLog(join(folder, SEGMENTS_FOLDER), async segment => {
        signal.throwIfAborted()
        onProgress(`${SEGMENTS_FOLDER}/${segment.name}`)
        await files.keepSegment(segment)
      })
    } catch (error) {
      if (!(error instanceof LogMovedError) || tries === TRIES) throw error
      files.forgetSegments()
    }
  }
}

/** Two backups within a second differ by it. */
async function free(name: string, taken: readonly string[]): Promise<string> {
  if (!taken.includes(name)) return name
  await new Promise(resolve => setTimeout(resolve, 1_000))
  return free(backupName(Date.now()), taken)
}

/** Files that one backup holds, each sent unless the last one has it. */
class SentFiles {
  readonly #store: ObjectStore
  readonly #city: string
  readonly #before: ReadonlyMap<string, KeptFile>
  readonly #there: Set<string>
  readonly #kept = new Map<string, KeptFile>()
  readonly #sentNow: KeptFile[] = []

  constructor(store: ObjectStore, city: string, before: readonly KeptFile[]) {
    this.#store = store
    this.#city = city
    this.#before = new Map(before.map(file => [file.path, file]))
    this.#there = new Set(before.map(({ sha256 }) => sha256))
  }

  get all(): readonly KeptFile[] {
    return [...this.#kept.values()]
  }

  get sent(): { readonly count: number; readonly bytes: number } {
    return { count: this.#sentNow.length, bytes: this.#sentNow.reduce((sum, { bytes }) => sum + bytes, 0) }
  }

  /** A file that is exchanged as a whole, never written on. One that is gone meanwhile is none. */
  async keep(folder: string, path: string, mark: string): Promise<void> {
    if (this.#isKnown(path, mark)) return
    const local = join(folder, path)
    const file = await orNull(stat(local))
    if (file === null) return
    if (file.size > LARGE_BYTES) {
      const sha256 = await hashOf(local)
      return this.#add({ path, bytes: file.size, sha256, mark }, key => this.#store.putFile(key, local))
    }
    const bytes = await orNull(readFile(local))
    if (bytes !== null) await this.#addBytes(path, bytes, mark)
  }

  async keepSegment({ name, handle, bytes: length }: SegmentAtHand): Promise<void> {
    const path = `${SEGMENTS_FOLDER}/${name}`
    const file = await handle.stat()
    // The newest one is written on: a frame that is not whole yet has changed its time already.
    const mark = `${markOf(file)}/${length}`
    if (this.#isKnown(path, mark)) return
    const bytes = Buffer.allocUnsafe(length)
    for (let at = 0; at < length;) {
      const { bytesRead } = await handle.read(bytes, at, length - at, at)
      if (bytesRead === 0) throw new LogMovedError(name)
      at += bytesRead
    }
    await this.#addBytes(path, bytes, mark)
  }

  forgetSegments(): void {
    for (const path of this.#kept.keys()) if (path.endsWith(SEGMENT_END)) this.#kept.delete(path)
  }

  /** A file whose bytes were sent and are not there any more; null where all are. */
  async gone(): Promise<string | null> {
    for (const { path, sha256 } of this.#sentNow)
      if (!(await this.#store.has(contentKey(this.#city, sha256)))) return path
    return null
  }

  #isKnown(path: string, mark: string): boolean {
    const known = this.#before.get(path)
    if (known?.mark !== mark) return false
    this.#kept.set(path, known)
    return true
  }

  #addBytes(path: string, bytes: Buffer, mark: string): Promise<void> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return this.#add({ path, bytes: bytes.length, sha256, mark }, key => this.#store.put(key, bytes))
  }

  async #add(file: KeptFile, send: (key: string) => Promise<void>): Promise<void> {
    const { path, sha256 } = file
    if (!this.#there.has(sha256)) {
      await send(contentKey(this.#city, sha256))
      this.#there.add(sha256)
      this.#sentNow.push(file)
    }
    this.#kept.set(path, file)
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path)) hash.update(part as Buffer)
  return hash.digest('hex')
}
