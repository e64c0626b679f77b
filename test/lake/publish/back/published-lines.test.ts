import { describe, expect, it } from 'vitest'
import type { Frame } from '../../../../src/core/log.ts'
import { PublishedLines } from '../../../../src/lake/publish/index.ts'
import { AT, Store, tableOf } from './sample-table.ts'
import type { Line } from './sample-table.ts'

const never = new AbortController().signal

async function framesFrom(store: Store, position = 0): Promise<Frame[]> {
  const table = await PublishedLines.open(store)
  const all: Frame[] = []
  for await (const frames of table.from(position, never)) all.push(...frames)
  return all
}

const positionsOf = (frames: readonly Frame[]) =>
  frames.flatMap(({ position, count }) => Array.from({ length: count }, (_, i) => position + i))
const lines = (from: number, count: number): Line[] =>
  Array.from({ length: count }, (_, i) => ({ position: from + i }))

describe('the lines of published bronze', () => {
  it('come in order of position, as frames of one kind, source and arrival', async () => {
    const store = await tableOf([
      [{ position: 3 }, { position: 0 }, { position: 4, source: 'mqtt' }],
      [
        { position: 2 },
        { position: 1 },
        { position: 5, source: 'mqtt', intervalS: 60 },
        { position: 9, kind: 'weather' },
      ],
    ])
    const head = { arrivedAtMs: AT, source: 'http', kind: 'reading', intervalS: null }
    expect(await framesFrom(store)).toEqual([
      { ...head, position: 0, count: 4, lines: Buffer.from('{"n":0}\n{"n":1}\n{"n":2}\n{"n":3}\n') },
      { ...head, source: 'mqtt', position: 4, count: 1, lines: Buffer.from('{"n":4}\n') },
      { ...head, source: 'mqtt', intervalS: 60, position: 5, count: 1, lines: Buffer.from('{"n":5}\n') },
      { ...head, kind: 'weather', position: 9, count: 1, lines: Buffer.from('{"n":9}\n') },
    ])
    expect(positionsOf(await framesFrom(store, 5))).toEqual([5, 9])
  })

  it('are byte for byte as they were received, also where they are no text', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x7d])
    const store = await tableOf([
      [
        { position: 0, line: '\uFEFF{"mark":"é 🚦"}' },
        { position: 1, line: '{\uFFFD}', base64: bytes.toString('base64') },
        { position: 2, line: '{"text":"\uFFFD"}' },
      ],
    ])
    const [frame] = await framesFrom(store)
    const end = Buffer.from('\n')
    expect(frame?.lines).toEqual(
      Buffer.concat([
        Buffer.from('\uFEFF{"mark":"é 🚦"}'),
        end,
        bytes,
        end,
        Buffer.from('{"text":"\uFFFD"}'),
        end,
      ]),
    )
  })

  it('come once each from large files that overlap, as another program puts them together', async () => {
    const all = lines(1_000, 300_000)
    const even = all.filter(({ position }) => position % 2 === 0)
    const odd = all.filter(({ position }) => position % 2 === 1).reverse()
    const store = await tableOf([odd, even], { rowGroupSize: 20_000, stated: false })
    const positions = positionsOf(await framesFrom(store))
    expect(positions.length).toBe(300_000)
    expect(positions.every((position, i) => position === 1_000 + i)).toBe(true)
  }, 300_000)

  it('tell of which table they are and how far it goes', async () => {
    const mark = { publisher: 'folder-1', number: 3, position: 700, epoch: 0 }
    const rest = { commitInfo: { timestamp: 1, userMetadata: JSON.stringify({ arterial: mark }) } }
    const store = await tableOf([lines(0, 3), lines(10, 2)], { rest })
    const { id, rows, version, position } = await PublishedLines.open(store)
    expect([id, rows, version, position]).toEqual(['table-1', 5, 0, 700])
  })

  it('are refused where two have one position, a file is gone, or there is no table', async () => {
    await expect(framesFrom(await tableOf([lines(0, 3), lines(2, 2)]))).rejects.toThrow(
      'table bronze/lines: two lines have the position 2',
    )
    const store = await tableOf([lines(0, 3)])
    store.objects.delete('bronze/lines/part=a b/0.parquet')
    await expect(framesFrom(store)).rejects.toThrow(/part=a b\/0.parquet is gone/)
    await expect(PublishedLines.open(new Store())).rejects.toThrow('there is no such table')
  })
})
