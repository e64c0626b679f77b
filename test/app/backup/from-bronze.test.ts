import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restoreFromBronze } from '../../../src/app/backup/index.ts'
import { openLog } from '../../../src/log/segments/index.ts'
import type { ObjectStore } from '../../../src/storage/index.ts'
import { AT, tableOf } from '../../lake/publish/back/sample-table.ts'
import type { Line, Store } from '../../lake/publish/back/sample-table.ts'
import { readAll } from '../../log/segments/sample.ts'

const DAY_MS = 86_400_000
const never = new AbortController().signal
let root: string
let folder: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'arterial-bronze-'))
  folder = join(root, 'city')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** More lines of a day than are read at once. */
const dayOf = (day: number): Line[] =>
  Array.from({ length: 130_000 }, (_, i) => ({
    position: day * 130_000 + i,
    arrivedAtMs: AT + day * 2 * DAY_MS,
  }))

const restore = (store: Store, signal = never) =>
  restoreFromBronze({
    store: Object.assign(store, { where: 'memory' }) as unknown as ObjectStore,
    ...{ folder, signal, onProgress: () => undefined },
  })

describe('a data folder of published bronze', () => {
  it('is not there until it is whole, and goes on behind what was written when it was broken off', async () => {
    const store = await tableOf([dayOf(0), dayOf(1), dayOf(2), dayOf(3)])
    const last = 'bronze/lines/part=a b/3.parquet'
    const bytes = store.objects.get(last) ?? Buffer.alloc(0)
    store.objects.delete(last)
    await expect(restore(store)).rejects.toThrow(/3.parquet is gone/)
    expect(readdirSync(root)).toEqual(['city.restoring-bronze'])
    const kept = readdirSync(join(root, 'city.restoring-bronze/segments')).filter(name =>
      name.endsWith('.zst'),
    )
    expect(kept.length).toBeGreaterThan(0)

    store.objects.set(last, bytes)
    const asked: string[] = []
    const get = store.get.bind(store)
    store.get = key => {
      asked.push(key)
      return get(key)
    }
    expect(await restore(store)).toEqual({ lines: 520_000, floor: 0, end: 520_000, missing: 0, version: 0 })
    expect(readdirSync(root)).toEqual(['city'])
    expect(readdirSync(folder)).toEqual(['segments'])
    // What was written is not read again.
    expect(asked.filter(key => key.endsWith('0.parquet'))).toEqual([])
    const problems: unknown[] = []
    const log = await openLog(join(folder, 'segments'), { onProblem: problem => problems.push(problem) })
    const frames = await readAll(log, 0, 64 * 1024 * 1024)
    await log.close()
    expect(problems).toEqual([])
    expect(frames.reduce((sum, { count }) => sum + count, 0)).toBe(520_000)
    expect(new Set(frames.map(({ arrivedAtMs }) => arrivedAtMs)).size).toBe(4)
  }, 300_000)

  it('takes no place in which something is, and is not made of nothing', async () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'a'), '')
    await expect(restore(await tableOf([dayOf(0).slice(0, 1)]))).rejects.toThrow(
      /is there already; move it away/,
    )
    rmSync(folder, { recursive: true })
    await expect(restore(await tableOf([]))).rejects.toThrow(/has no lines: there is nothing to bring back/)
    expect(readdirSync(root)).toEqual([])
  })
})
