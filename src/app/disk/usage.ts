import type { Stats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSetAside } from '../../lake/anew/index.ts'
import { DAMAGED_FOLDER } from '../../log/segments/index.ts'
import { SEGMENTS_FOLDER } from '../format/layout.ts'

/** What a data folder is made of: the log; the lake with what its engines need; too long lines; what was damaged and is kept. */
export const FOLDER_PARTS = ['segments', 'lake', 'oversize', 'setAside', 'rest'] as const
export type FolderPart = (typeof FOLDER_PARTS)[number]

export interface FolderSizes {
  readonly measuredAt: string
  readonly totalBytes: number
  readonly bytes: Readonly<Record<FolderPart, number>>
}

export interface UsageOptions {
  readonly folder: string
  /** ms, of a clock that only goes forward. */
  readonly elapsedMs: () => number
  readonly now: () => number
  /** How long who asks waits for newer figures, ms. */
  readonly waitMs?: number
}

/** A folder grows slowly; who watches it each second is told what was found so long ago at most. */
const EVERY_MS = 30_000
/** A folder of very many files is walked less often: the walk takes a twentieth of the time at most. */
const REST_FACTOR = 20
/** Who asks waits so long for figures that are newer; a common folder is walked in less. */
const WAIT_MS = 150
/** What POSIX counts blocks in, whatever the file system's own are. */
const BLOCK_BYTES = 512

/**
 * Says what a data folder takes of its disk, as `du` does: blocks and not lengths, folders too, a file of several names
 * once. It looks at one file at a time, and only while somebody asks: it is never in the way of who writes.
 */
export class FolderUsage {
  readonly #options: UsageOptions
  #sizes: FolderSizes | null = null
  #nextAtMs = -Infinity
  #walking: Promise<void> | null = null
  #isStopped = false

  constructor(options: UsageOptions) {
    this.#options = options
  }

  /** What the last walk found, null before the first one has ended; begins another one when that was long ago. */
  get sizes(): FolderSizes | null {
    void this.#refresh()
    return this.#sizes
  }

  /** Waits for another walk if one is due, but not for long. */
  async fresh(): Promise<void> {
    await Promise.race([this.#refresh(), sleep(this.#options.waitMs ?? WAIT_MS, undefined, { ref: false })])
  }

  /** Ends a walk that is going on. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#walking
  }

  #refresh(): Promise<void> {
    if (this.#walking === null && !this.#isStopped && this.#options.elapsedMs() >= this.#nextAtMs)
      this.#walking = this.#walk().finally(() => (this.#walking = null))
    return this.#walking ?? Promise.resolve()
  }

  async #walk(): Promise<void> {
    const { folder, elapsedMs, now } = this.#options
    const begunMs = elapsedMs()
    const bytes = await sizesOf(folder, () => this.#isStopped)
    this.#nextAtMs = elapsedMs() + Math.max(EVERY_MS, REST_FACTOR * (elapsedMs() - begunMs))
    if (this.#isStopped) return
    const totalBytes = FOLDER_PARTS.reduce((sum, part) => sum + bytes[part], 0)
    this.#sizes = { measuredAt: new Date(now()).toISOString(), totalBytes, bytes }
  }
}

/** Allocated bytes by part. What goes away meanwhile, or may not be looked at, counts nothing. */
async function sizesOf(folder: string, isStopped: () => boolean): Promise<Record<FolderPart, number>> {
  const bytes = Object.fromEntries(FOLDER_PARTS.map(part => [part, 0])) as Record<FolderPart, number>
  const counted = new Set<string>()
  const waiting: Place[] = [{ path: folder, depth: 0, part: 'rest' }]
  for (let place = waiting.pop(); place !== undefined && !isStopped(); place = waiting.pop()) {
    const found = await unlessGone(lstat(place.path))
    if (found === null || isRepeated(found, counted)) continue
    bytes[place.part] += found.blocks * BLOCK_BYTES
    if (!found.isDirectory()) continue
    for await (const child of childrenOf(place)) waiting.push(child)
  }
  return bytes
}

interface Place {
  readonly path: string
  /** 0 is the data folder itself. */
  readonly depth: number
  readonly part: FolderPart
}

async function* childrenOf({ path, depth, part }: Place): AsyncGenerator<Place> {
  const dir = await unlessGone(opendir(path))
  if (dir === null) return
  for await (const { name } of dir) {
    const own = depth === 0 ? partOf(name) : part
    const isDamaged = depth === 1 && part === 'segments' && name === DAMAGED_FOLDER
    yield { path: join(path, name), depth: depth + 1, part: isDamaged ? 'setAside' : own }
  }
}

function partOf(name: string): FolderPart {
  if (name === SEGMENTS_FOLDER) return 'segments'
  if (name === 'oversize') return 'oversize'
  if (isSetAside(name)) return 'setAside'
  // Beside the tables stand folders of the engines that read them and of answers on their way.
  return name === 'lake' || name.startsWith('lake-') ? 'lake' : 'rest'
}

/** The engine gives a file several names when it copies a part. */
function isRepeated(found: Stats, counted: Set<string>): boolean {
  if (found.nlink < 2 || found.isDirectory()) return false
  const file = `${found.dev}:${found.ino}`
  if (counted.has(file)) return true
  counted.add(file)
  return false
}

async function unlessGone<T>(looked: Promise<T>): Promise<T | null> {
  try {
    return await looked
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) return null
    throw error
  }
}
