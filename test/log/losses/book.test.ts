import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FoundLoss, Loss } from '../../../src/core/schema/loss.ts'
import { LossBook } from '../../../src/log/losses/book.ts'
import { folder } from '../segments/sample.ts'

const NOW = Date.parse('2026-11-27T09:00:00Z')
const found = (from: number, to: number, more: Partial<FoundLoss> = {}): FoundLoss => ({
  layer: 'log',
  table: null,
  from,
  to,
  records: to - from,
  exact: true,
  inLake: null,
  arrivedFromMs: null,
  arrivedToMs: null,
  file: 'segments/0.ndjson.zst',
  offset: 100,
  bytes: 50,
  setAside: null,
  message: 'gone',
  key: null,
  ...more,
})

async function open(dir: string, told: Loss[] = []) {
  const paths = [join(dir, 'losses.json'), join(dir, 'log', 'losses.json')]
  const book = await LossBook.open({ paths, now: () => NOW, onLoss: loss => told.push(loss) })
  return { book, paths, told }
}

describe('the book of losses', () => {
  it('tells the same hole once, and only what is new of one that overlaps', async () => {
    const { book, told } = await open(folder())
    await book.add([found(10, 20)])
    await book.add([found(10, 20)])
    await book.add([found(5, 30)])
    expect(book.list().map(({ id, from, to, records }) => [id, from, to, records])).toEqual([
      ['log-10', 10, 20, 10],
      ['log-5', 5, 10, 5],
      ['log-20', 20, 30, 10],
    ])
    expect(told.map(({ id }) => id)).toEqual(['log-10', 'log-5', 'log-20'])
    expect(book.holes).toEqual([{ from: 5, to: 30 }])
  })

  it('tells rows of the lake apart by their key, not by their positions', async () => {
    const { book } = await open(folder())
    const day = { layer: 'lake', table: 'silver.readings 2026-03-02' } as const
    await book.add([found(0, 100, { ...day, records: 7, key: 'a' })])
    await book.add([found(0, 100, { ...day, records: 7, key: 'a' })])
    await book.add([found(0, 100, { ...day, records: 3, key: 'b' })])
    expect(book.list().map(({ id, records }) => [id, records])).toEqual([
      ['lake-0', 7],
      ['lake-0-2', 3],
    ])
    expect(book.holes).toEqual([])
  })

  it('keeps who acknowledged a loss, the first time, over restarts', async () => {
    const dir = folder()
    const { book } = await open(dir)
    await book.add([found(10, 20)])
    await book.acknowledge('log-10', { by: 'ana', note: 'rack 4' })
    await book.acknowledge('log-10', { by: 'bo', note: null })
    await book.counted('log-10', 4)
    expect(await book.acknowledge('log-11', { by: 'ana', note: null })).toBeNull()
    const { book: again } = await open(dir)
    expect(again.list()).toEqual(book.list())
    expect(again.list()[0]).toMatchObject({ inLake: 4, acknowledged: { by: 'ana', note: 'rack 4' } })
  })

  it.each([0, 1])('is whole again from copy %i alone', async left => {
    const dir = folder()
    const { book, paths } = await open(dir)
    await book.add([found(10, 20)])
    rmSync(paths[1 - left]!)
    const { book: again } = await open(dir)
    expect(again.list()).toEqual(book.list())
    await again.add([found(30, 31)])
    expect(readFileSync(paths[0]!, 'utf8')).toBe(readFileSync(paths[1]!, 'utf8'))
  })

  it('believes no copy in which a digit differs, and keeps its bytes', async () => {
    const dir = folder()
    const { book, paths } = await open(dir)
    await book.add([found(10, 20)])
    const wrong = readFileSync(paths[0]!, 'utf8').replace('"to":20', '"to":90')
    for (const path of paths) writeFileSync(path, wrong)
    const { book: again } = await open(dir)
    expect(again.list()).toEqual([])
    expect(again.unreadable).toEqual(paths)
    expect(readFileSync(`${paths[0]!}.damaged`, 'utf8')).toBe(wrong)
  })
})
