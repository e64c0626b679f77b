import { cpSync, existsSync, truncateSync } from 'node:fs'
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../../../src/log/segments/index.ts'
import type { SegmentFiles, SegmentLog } from '../../../../src/log/segments/index.ts'
import { folder, opened, readAll, removeFolders } from '../sample.ts'
import { AT_ONCE, fill, lines, reading, sidecars, told } from './city.ts'

/** A disk whose machine loses power at the operation with that number: nothing works from there on, and a write that was not synced is there by half. */
class MortalDisk {
  readonly dir: string
  left = Infinity
  done = 0
  readonly #unsynced = new Map<string, { from: number; to: number }>()

  constructor(dir: string) {
    this.dir = dir
  }

  /** What is on the disk when the power is back. */
  after(): string {
    const copy = folder()
    cpSync(this.dir, copy, { recursive: true })
    for (const [path, { from, to }] of this.#unsynced) {
      const kept = join(copy, relative(this.dir, path))
      // A new segment whose first write failed is taken away again.
      if (existsSync(kept)) truncateSync(kept, Math.floor((from + to) / 2))
    }
    return copy
  }

  readonly files: SegmentFiles = {
    open: async path => {
      this.#step()
      const file = await diskFiles.open(path)
      return {
        ...file,
        write: async (bytes, offset) => {
          if (path.endsWith('.zst') || path.endsWith('.zst.tmp')) {
            const known = this.#unsynced.get(path)
            this.#unsynced.set(path, {
              from: Math.min(known?.from ?? offset, offset),
              to: offset + bytes.length,
            })
          }
          await file.write(bytes, offset)
          this.#step()
        },
        datasync: () => {
          this.#step()
          // What is synced is noted here alone: the real disk is not asked, it takes its time.
          this.#unsynced.delete(path)
          return Promise.resolve()
        },
        truncate: async bytes => {
          this.#step()
          await file.truncate(bytes)
        },
      }
    },
    rename: async (from, to) => {
      this.#step()
      if (this.#unsynced.has(from)) throw new Error(`${from} is renamed before it is synced`)
      await diskFiles.rename(from, to)
    },
    remove: async path => {
      this.#step()
      await diskFiles.remove(path)
      this.#unsynced.delete(path)
    },
    syncFolder: () => {
      this.#step()
      return Promise.resolve()
    },
  }

  #step(): void {
    if (this.left <= 0) throw Object.assign(new Error('EIO: no power'), { code: 'EIO', syscall: 'any' })
    this.left--
    this.done++
  }
}

interface Act {
  readonly appends: number
  readonly compact: boolean
}

/** Runs acts until the power goes; what was acknowledged, by position. */
async function live(log: SegmentLog, acts: readonly Act[]): Promise<Map<number, string>> {
  const acknowledged = new Map<number, string>()
  let n = 0
  for (const { appends, compact } of acts) {
    for (let i = 0; i < appends; i++, n++) {
      const text = reading(n)
      const appended = await log.append(lines([text], n)).catch(() => null)
      if (appended === null) return acknowledged
      acknowledged.set(appended.position, text)
    }
    if (compact) await log.compact(AT_ONCE).catch(() => null)
  }
  return acknowledged
}

async function survives(acts: readonly Act[], diesAt: number, segmentBytes: number): Promise<number> {
  const dir = folder()
  const disk = new MortalDisk(dir)
  let clock = 0
  const { log } = await opened(dir, {
    files: disk.files,
    segmentBytes,
    tailBytes: 1,
    now: () => (clock += 20_000),
  })
  disk.left = diesAt
  const acknowledged = await live(log, acts)
  disk.left = 0
  const after = disk.after()
  const { log: again, problems } = await opened(after, { tailBytes: 1 })
  expect(problems.filter(({ kind }) => kind !== 'cut')).toEqual([])
  const found = told(await readAll(again))
  for (const [position, text] of acknowledged) expect(found.get(position)?.endsWith(` ${text}`)).toBe(true)
  // Nothing but what was appended, each once.
  expect(new Set([...found.values()].map(line => line.slice(line.indexOf(' {')))).size).toBe(found.size)
  const sql = (sidecars(after) as { position: number; count: number }[][]).flat()
  expect(sql.reduce((sum, { count }) => sum + count, 0)).toBe(found.size)
  await again.compact(AT_ONCE)
  await fill(again, 10_000, 2)
  expect([...told(await readAll(again))].slice(0, found.size)).toEqual([...found])
  await again.close()
  disk.left = Infinity
  await log.close().catch(() => undefined)
  removeFolders()
  return disk.done
}

/** A real folder for each run, on whatever disk is there. */
const WITHIN_MS = 180_000

describe('a machine that loses its power during a compaction', () => {
  it(
    'at each single file operation of it has the old segment or the new one, and every line once',
    async () => {
      const acts = [
        { appends: 90, compact: true },
        { appends: 1, compact: false },
      ]
      const first = await survives([{ appends: 90, compact: false }], Infinity, 1_000_000)
      let diesAt = first
      for (; ; diesAt++) {
        const done = await survives(acts, diesAt, 1_000_000)
        if (done < diesAt) break
      }
      expect(diesAt - first).toBeGreaterThan(15)
    },
    WITHIN_MS,
  )

  it(
    'at any moment of a life with appends, full segments and compactions',
    async () => {
      const act = fc.record({ appends: fc.integer({ min: 1, max: 120 }), compact: fc.boolean() })
      await fc.assert(
        fc.asyncProperty(
          fc.array(act, { minLength: 1, maxLength: 4 }),
          fc.integer({ min: 12, max: 900 }),
          fc.constantFrom(3000, 20_000, 1_000_000),
          async (acts, diesAt, segmentBytes) => {
            await survives(acts, diesAt, segmentBytes)
          },
        ),
        { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 30) },
      )
    },
    WITHIN_MS,
  )
})
