import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeltaTable, markText, schemaString } from '../../../src/lake/delta/index.ts'
import type { Action, Mark } from '../../../src/lake/delta/index.ts'
import { MemoryStore } from './memory-store.ts'

const ROOT = 'silver/weather'
const DAY = 86_400_000
const add = (path: string, size = 10): Action => ({
  add: {
    ...{ path, size, partitionValues: { date: '2026-01-01' }, modificationTime: 5, dataChange: true },
    ...{ stats: '{"numRecords":3}', tags: { 'arterial.rows': '7' } },
  },
})
const remove = (path: string, deletionTimestamp = 9): Action => ({
  remove: { path, deletionTimestamp, dataChange: true },
})
const begin: Action[] = [
  { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
  {
    metaData: {
      ...{ id: 'table-1', name: 'silver.weather', format: { provider: 'parquet', options: {} } },
      schemaString: schemaString([{ name: 'position', type: 'long', comment: 'where it stands in the log' }]),
      ...{ partitionColumns: ['date'], configuration: { 'delta.appendOnly': 'false' }, createdTime: 1 },
    },
  },
]
let made = 0
function info(timestamp = 1_000, mark: Partial<Mark> | null = null): Action {
  const userMetadata = markText({ publisher: 'me', number: 1, position: 0, epoch: 0, ...mark })
  return {
    commitInfo: { timestamp, nonce: made++, ...(mark === null ? {} : { userMetadata }) },
  }
}
const pathsOf = (table: DeltaTable) => [...table.snapshot.files.keys()].sort()

describe('a table of Delta', () => {
  it('is without a version where nothing is', async () => {
    const table = await DeltaTable.open(new MemoryStore(), ROOT)
    expect(table.snapshot.version).toBe(-1)
  })

  it('is read as it was written, commit by commit', async () => {
    const store = new MemoryStore()
    const table = await DeltaTable.open(store, ROOT)
    expect(await table.commit([info(), ...begin, add('a')])).toBe(true)
    expect(await table.commit([info(), add('b'), { txn: { appId: 'me', version: 4 } }])).toBe(true)
    expect(await table.commit([info(), remove('a'), add('c')])).toBe(true)
    const again = await DeltaTable.open(store, ROOT)
    expect(again.snapshot).toEqual(table.snapshot)
    expect(again.snapshot.version).toBe(2)
    expect(pathsOf(again)).toEqual(['b', 'c'])
    expect(again.snapshot.txns.get('me')?.version).toBe(4)
    expect([...again.snapshot.removed.keys()]).toEqual(['a'])
  })

  it('is the same from a checkpoint as from all its commits, whatever they were', async () => {
    const path = fc.constantFrom('a', 'b', 'c', 'd=1/é %.parquet')
    const change = fc.oneof(
      path.map(name => add(name)),
      path.map(name => remove(name)),
      fc.nat(9).map(version => ({ txn: { appId: `app-${version % 3}`, version } })),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 8 }),
        fc.nat(8),
        async (commits, at) => {
          const store = new MemoryStore()
          const table = await DeltaTable.open(store, ROOT)
          await table.commit([info(), ...begin])
          for (const [i, actions] of commits.entries()) {
            if (i === at) await table.checkpoint(DAY, DAY)
            await table.commit([info(), ...actions])
          }
          const whole = await DeltaTable.open(store, ROOT)
          if (commits.length > at)
            for (let v = 0; v <= at; v++)
              store.objects.delete(`${ROOT}/_delta_log/${String(v).padStart(20, '0')}.json`)
          const short = await DeltaTable.open(store, ROOT)
          const news = <T extends { dataChange: boolean }>(all: Map<string, T>) =>
            [...all].map(([name, one]) => [name, { ...one, dataChange: false }]).sort()
          for (const other of [whole, short]) {
            expect(other.snapshot.version).toBe(table.snapshot.version)
            expect(news(other.snapshot.files)).toEqual(news(table.snapshot.files))
            expect(news(other.snapshot.removed)).toEqual(news(table.snapshot.removed))
            expect(other.snapshot.txns).toEqual(table.snapshot.txns)
            expect(other.snapshot.metadata).toEqual(table.snapshot.metadata)
          }
        },
      ),
      { numRuns: 60, seed: 1 },
    )
  })

  it('takes one of two commits of a version, and the other writer sees whose', async () => {
    const store = new MemoryStore()
    const first = await DeltaTable.open(store, ROOT)
    await first.commit([info(), ...begin])
    const second = await DeltaTable.open(store, ROOT)
    const done = await Promise.all([first.commit([info(), add('a')]), second.commit([info(), add('b')])])
    expect(done.toSorted()).toEqual([false, true])
    const loser = done[0] ? second : first
    const seen = await loser.refresh()
    expect(seen.map(({ version }) => version)).toEqual([1])
    expect(pathsOf(loser)).toEqual(done[0] ? ['a'] : ['b'])
    expect(await loser.commit([info(), add('c')])).toBe(true)
    expect((await DeltaTable.open(store, ROOT)).snapshot.files.size).toBe(2)
  })

  it('holds the commits of many writers once each, in whatever order they come', async () => {
    const store = new MemoryStore()
    await (await DeltaTable.open(store, ROOT)).commit([info(), ...begin])
    store.before = async () => {
      await new Promise(resolve => setImmediate(resolve))
    }
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      const table = await DeltaTable.open(store, ROOT)
      for (let i = 0; i < 5;) {
        if (await table.commit([info(), add(`${writer}-${i}`)])) i++
        else await table.refresh()
      }
    })
    await Promise.all(writers)
    const table = await DeltaTable.open(store, ROOT)
    expect(table.snapshot.version).toBe(30)
    expect(table.snapshot.files.size).toBe(30)
  })

  it('takes its own commit for done when the answer to it was lost', async () => {
    const store = new MemoryStore()
    const table = await DeltaTable.open(store, ROOT)
    store.lose = key => key.endsWith('.json')
    expect(await table.commit([info(), ...begin, add('a')])).toBe(true)
    expect((await DeltaTable.open(store, ROOT)).snapshot.version).toBe(0)
  })

  it('begins from the newest checkpoint that is whole', async () => {
    const store = new MemoryStore()
    const table = await DeltaTable.open(store, ROOT)
    await table.commit([info(), ...begin, add('a')])
    await table.checkpoint(0, 0)
    await table.commit([info(), add('b')])
    // One part of two: its writer was killed.
    store.objects.set(
      `${ROOT}/_delta_log/${'1'.padStart(20, '0')}.checkpoint.0000000001.0000000002.parquet`,
      Buffer.from('x'),
    )
    store.objects.set(`${ROOT}/_delta_log/.part-0.crc`, Buffer.from('x'))
    expect(pathsOf(await DeltaTable.open(store, ROOT))).toEqual(['a', 'b'])
  })

  it('is refused where its log has a hole, a line that is none, or asks for more than is known', async () => {
    const commit = (v: number) => `${ROOT}/_delta_log/${String(v).padStart(20, '0')}.json`
    const store = new MemoryStore()
    const table = await DeltaTable.open(store, ROOT)
    for (const actions of [begin, [add('a')], [add('b')]]) await table.commit([info(), ...actions])
    const kept = store.objects.get(commit(1)) ?? Buffer.alloc(0)
    store.objects.delete(commit(1))
    await expect(DeltaTable.open(store, ROOT)).rejects.toThrow(/silver\/weather: its log has no version 1/)
    store.objects.set(commit(1), Buffer.from('{"add":{"path":1}}\n'))
    await expect(DeltaTable.open(store, ROOT)).rejects.toThrow(/1\.json can't be read: line 1 is no action/)
    store.objects.set(commit(1), kept)
    await table
      .commit([info(), { protocol: { minReaderVersion: 3, minWriterVersion: 7 } }])
      .catch(() => undefined)
    await expect(DeltaTable.open(store, ROOT)).rejects.toThrow(/reader version 3 and writer version 7/)
  })

  it('wants a checkpoint after ten commits', async () => {
    const table = await DeltaTable.open(new MemoryStore(), ROOT)
    await table.commit([info(), ...begin])
    for (let i = 0; i < 8; i++) await table.commit([info(), add(`f${i}`)])
    expect(table.needsCheckpoint).toBe(false)
    await table.commit([info(), add('g')])
    expect(table.needsCheckpoint).toBe(true)
    await table.checkpoint(0, 0)
    expect(table.needsCheckpoint).toBe(false)
  })

  it('is cleaned of what is old, and stays readable from there on', async () => {
    const store = new MemoryStore()
    const table = await DeltaTable.open(store, ROOT)
    for (let day = 0; day < 30; day++) {
      await table.commit([info(day * DAY), ...(day === 0 ? begin : []), add(`f${day}`)])
      if (table.needsCheckpoint) await table.checkpoint(day * DAY, DAY)
    }
    expect(await table.cleanUp(30 * DAY, 7 * DAY)).toBe(20)
    const again = await DeltaTable.open(store, ROOT)
    expect(again.snapshot.version).toBe(29)
    expect(again.snapshot.files.size).toBe(30)
    const names = await store.list(`${ROOT}/_delta_log`)
    expect(names.filter(name => name.endsWith('.json'))[0]).toBe(`${'19'.padStart(20, '0')}.json`)
    expect(await table.cleanUp(30 * DAY, 7 * DAY)).toBe(0)
  })

  it('tells the commits since the newest of its own, also of before the checkpoint', async () => {
    const store = new MemoryStore()
    const table = await DeltaTable.open(store, ROOT)
    await table.commit([info(1, { number: 1 }), ...begin])
    await table.commit([info(2, { number: 2, position: 500 })])
    await table.commit([info(3), add('a')])
    await table.checkpoint(0, 0)
    await table.commit([info(4), add('b')])
    const again = await DeltaTable.open(store, ROOT)
    expect(again.recent.map(({ version }) => version)).toEqual([1, 2, 3])
  })
})
