import { cpSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { seal, unseal } from '../../../src/core/disk/sealed-json.ts'
import { diskFiles } from '../../../src/log/segments/index.ts'
import type { SegmentFile, SegmentFiles } from '../../../src/log/segments/index.ts'
import { folder } from './sample.ts'

/**
 * How it ends.
 * - `kill`: the process is no more; what it had written is there, of a write that it was in the midst of the half
 * - `power`: the machine goes down; what was not synced is there by half, and of the names that were not, any
 * - `disk`: the disk takes nothing more, the process goes on for a while; what was not synced is there by half
 */
export type Death = 'kill' | 'power' | 'disk'

interface Options {
  readonly dir: string
  readonly death: Death
  /** Which of the names that were not synced a power cut leaves as they were before: a bit for each, the oldest lowest. */
  readonly forgets?: number
}

/** A disk that ends at the operation with the number `left`: nothing works from there on. */
export class MortalDisk {
  readonly #options: Options
  left = Infinity
  done = 0
  /** What of a file was written since it was synced. */
  readonly #unsynced = new Map<string, { from: number; to: number }>()
  /** Names made, replaced or removed since the folder was synced, with what they stood for. */
  readonly #names = new Map<string, Buffer | null>()
  #left: string | null = null

  constructor(options: Options) {
    this.#options = options
  }

  /** What is there when it is started again. */
  after(): string {
    return this.#left ?? this.#copy()
  }

  readonly files: SegmentFiles = {
    open: async path => {
      this.#step()
      if (!existsSync(path)) this.#remember(path)
      return this.#file(path, await diskFiles.open(path))
    },
    rename: async (from, to) => {
      this.#step()
      const unsynced = this.#unsynced.get(from)
      // A plain sidecar is never synced.
      if (unsynced !== undefined && !to.endsWith('.frames.ndjson'))
        throw new Error(`${from} is renamed before it is synced`)
      this.#remember(to)
      await diskFiles.rename(from, to)
      this.#unsynced.delete(from)
      this.#unsynced.delete(to)
      if (unsynced !== undefined) this.#unsynced.set(to, unsynced)
    },
    remove: async path => {
      this.#step()
      this.#remember(path)
      await diskFiles.remove(path)
      this.#unsynced.delete(path)
    },
    // The real disk is not asked, it takes its time; so with the bytes of files.
    syncFolder: async () => {
      await Promise.resolve()
      this.#step()
      this.#names.clear()
    },
  }

  #file(path: string, file: SegmentFile): SegmentFile {
    return {
      ...file,
      write: async (bytes, offset) => {
        if (this.left <= 0 && this.#left === null && this.#options.death === 'kill')
          await file.write(bytes.subarray(0, bytes.length >> 1), offset)
        if (this.#options.death === 'kill') this.#step()
        const known = this.#unsynced.get(path)
        const to = Math.max(known?.to ?? 0, offset + bytes.length)
        this.#unsynced.set(path, { from: Math.min(known?.from ?? offset, offset), to })
        await file.write(bytes, offset)
        if (this.#options.death !== 'kill') this.#step()
      },
      datasync: async () => {
        await Promise.resolve()
        this.#step()
        this.#unsynced.delete(path)
      },
      truncate: async bytes => {
        this.#step()
        await file.truncate(bytes)
      },
    }
  }

  #remember(path: string): void {
    if (this.#names.has(path)) return
    this.#names.set(path, existsSync(path) ? readFileSync(path) : null)
  }

  #step(): void {
    if (this.left <= 0) {
      if (this.#options.death !== 'disk') this.#left ??= this.#copy()
      throw Object.assign(new Error('EIO: no power'), { code: 'EIO', syscall: 'any' })
    }
    this.left--
    this.done++
  }

  #copy(): string {
    const { dir, death, forgets = 0 } = this.#options
    const copy = folder()
    cpSync(dir, copy, { recursive: true })
    if (death === 'kill') return copy
    const inCopy = (path: string) => join(copy, relative(dir, path))
    for (const [path, { from, to }] of this.#unsynced) {
      // On the same machine a sidecar can be read as it was written.
      if (death === 'disk' && path.endsWith('.frames.ndjson')) continue
      const kept = inCopy(path)
      const half = Math.floor((from + to) / 2)
      // A new segment whose first write failed may have been taken away again.
      if (existsSync(kept) && statSync(kept).size > half) truncateSync(kept, half)
    }
    if (death === 'disk') return copy
    for (const [i, [path, before]] of [...this.#names].entries()) {
      if ((forgets & (1 << i)) === 0) continue
      if (before === null) rmSync(inCopy(path), { force: true })
      else writeFileSync(inCopy(path), before)
    }
    markRebooted(join(copy, 'positions.json'))
    return copy
  }
}

/** As if the machine had gone down since. */
function markRebooted(path: string): void {
  if (!existsSync(path)) return
  const { value } = unseal(readFileSync(path, 'utf8'))
  writeFileSync(path, seal({ ...(value as object), boot: 'another' }))
}
