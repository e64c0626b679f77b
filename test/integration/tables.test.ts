import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminOperations } from '../../src/app/doors/admin.ts'
import { DeltaTable } from '../../src/lake/delta/index.ts'
import type { Publisher, TableStore } from '../../src/lake/publish/index.ts'
import { folderStore } from '../../src/storage/index.ts'
import { streams } from '../lake/streams/sample/index.ts'
import { Lake, remove } from './lake.ts'
import { readersMissing, writeByDeltaRs } from './tables/readers.ts'
import { differencesToLake } from './tables/differences.ts'
import { publisherOf, steady } from './tables/publishing.ts'

const NOW = Date.parse('2026-03-02T12:00:00Z')
const MINUTE_MS = 60_000
const known = { list: streams, url: new URL('../lake/streams/sample/index.ts', import.meta.url).href }
if (readersMissing !== null) process.stdout.write(`skipped: ${readersMissing}\n`)

let folder: string
let base: string
let lake: Lake
let publisher: Publisher

const reading = (i: number, minutesAgo: number, more: object = {}) =>
  JSON.stringify({
    ...{
      sensor_id: `INT-0${i % 3}-SENSOR-01`,
      timestamp: new Date(NOW - minutesAgo * MINUTE_MS).toISOString(),
    },
    ...{ vehicle_count: i % 40, average_speed: 20 + (i % 30) + 0.5, occupancy_rate: 0.25 },
    ...more,
  })

async function send(kind: string, lines: readonly string[]): Promise<void> {
  await lake.log.append({
    ...{ kind, source: 'test', arrivedAtMs: NOW, intervalS: 30, count: lines.length },
    lines: Buffer.from(lines.map(line => `${line}\n`).join('')),
  })
}

const publisherOver = (store: TableStore, publisher = 'folder-1', now = () => clockMs) =>
  publisherOf(lake, store, { publisher, now })

/** An hour goes by between two rounds. */
let clockMs = Date.now()
const never = new AbortController().signal

async function publish(publisher: Publisher): Promise<void> {
  await steady(lake)
  clockMs += 3_600_000
  await publisher.round('all', never)
  expect(publisher.states.filter(({ problem }) => problem !== null)).toEqual([])
}

async function rebuild(from: string, to: string): Promise<void> {
  const { engine, log, loader, rules } = lake
  const bronze = { refresh: async () => {} } as never
  const longLines = { dir: folder, keepDays: null }
  const deps = { engine, log, loader, bronze, rules, longLines, streams: lake.streams }
  for await (const event of adminOperations(deps).rebuild({ from, to, streams: [] }, never))
    expect(event).toBeDefined()
}

const differences = () => differencesToLake(lake, { base })
const toDuckDb = () => differencesToLake(lake, { base, reader: 'duckdb' })
const stateOf = (publisher: Publisher, path: string) => publisher.states.find(one => one.path === path)
/** Paths of a table's files. */
const filesOf = async (path: string) => [
  ...(await DeltaTable.open(folderStore(base), path)).snapshot.files.keys(),
]

describe.skipIf(readersMissing !== null)('open tables', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tables-'))
    base = join(folder, 'tables')
    lake = new Lake(join(folder, 'lake'))
    lake.streams = known
    await lake.start()
  }, 420_000)
  afterAll(async () => {
    await lake.stop()
    await remove(folder)
  })

  it('are equal to the lake as delta-rs and DuckDB read them', async () => {
    const store = folderStore(base)
    await send(
      'reading',
      Array.from({ length: 300 }, (_, i) => reading(i, i * 7)),
    )
    await lake.append([Buffer.from([0x7b, 0xff, 0x7d])], { arrivedAtMs: NOW })
    await send('reading', ['{"sensor_id":1}', reading(1, 7, { vehicle_count: 39 })])
    await send(
      'air',
      Array.from({ length: 40 }, (_, i) =>
        JSON.stringify({
          station_id: `s${i % 3}`,
          timestamp: new Date(NOW - i * MINUTE_MS).toISOString(),
          temperature_f: 50 + i,
        }),
      ),
    )
    await send('kiosks', [
      '{"kiosk_id":"k1","name":"north","latitude":1.5}',
      '{"kiosk_id":"k1","name":"south","latitude":1.5}',
    ])
    publisher = publisherOver(store)
    await publish(publisher)
    expect(await differences()).toEqual([])
    await send(
      'reading',
      Array.from({ length: 30 }, (_, i) => reading(i, 2_500 + i)),
    )
    await publish(publisher)
    expect(await differences()).toEqual([])
    expect(await toDuckDb()).toEqual([])
    const verdicts = await publisher.verify(null, never, () => undefined)
    expect(verdicts.filter(({ differences }) => differences.length > 0)).toEqual([])
  }, 420_000)

  it('hold each row once, and replace a file of gold only where its hour is otherwise', async () => {
    const before = await filesOf('gold/hourly_summary')
    // An hour that has a file, and late.
    await send('reading', [reading(2, 2_510.5)])
    await publish(publisher)
    const after = await filesOf('gold/hourly_summary')
    expect(after).toHaveLength(before.length)
    expect(after.filter(path => !before.includes(path))).toHaveLength(1)
    const rows = stateOf(publisher, 'silver/readings')?.rows
    // Another start looks at everything again, and finds nothing to do.
    publisher = publisherOver(folderStore(base))
    await publish(publisher)
    expect(stateOf(publisher, 'silver/readings')?.rows).toBe(rows)
    expect(await filesOf('gold/hourly_summary')).toEqual(after)
    expect(await differences()).toEqual([])
  }, 300_000)

  it('replace a day that a rebuild changed in one commit, and no other', async () => {
    const place = { name: null, latitude: null, longitude: null, lanes: null, camera: null, interval_s: 30 }
    const sensor = { ...place, sensor_id: 'INT-00-SENSOR-01', intersection_id: 'INT-NEW', district: 'new' }
    await lake.change([{ op: 'put', sensor }])
    await publish(publisher)
    const before = stateOf(publisher, 'silver/readings')
    const files = await filesOf('silver/readings')
    await rebuild('2026-03-01', '2026-03-02')
    await publish(publisher)
    const after = stateOf(publisher, 'silver/readings')
    expect([after?.version, after?.epoch, after?.rows]).toEqual([
      (before?.version ?? 0) + 1,
      (before?.epoch ?? 0) + 1,
      before?.rows,
    ])
    const gone = files.filter(path => !path.startsWith('utc_date=2026-03-01/'))
    expect((await filesOf('silver/readings')).filter(path => files.includes(path)).sort()).toEqual(
      gone.sort(),
    )
    expect(await differences()).toEqual([])
  }, 300_000)

  it('accept that another program puts files together', async () => {
    const files = await filesOf('silver/readings')
    writeByDeltaRs({ base }, 'silver/readings', 'compact')
    expect((await filesOf('silver/readings')).length).toBeLessThan(files.length)
    await send('reading', [reading(1, 3)])
    await publish(publisher)
    expect(await differences()).toEqual([])
  }, 300_000)

  it('are the same after files were put together, old ones removed, and a column added', async () => {
    const before = stateOf(publisher, 'bronze/lines')?.files ?? 0
    const { after } = await publisher.optimise(null, join(folder, 'spool'), never, () => undefined)
    expect(after).toBeGreaterThan(0)
    expect(stateOf(publisher, 'bronze/lines')?.files).toBeLessThan(before)
    expect(await differences()).toEqual([])
    // Eight days later nobody reads the old files any more.
    const old = await publisherOver(folderStore(base), 'folder-1', () => clockMs + 8 * 86_400_000).vacuum(
      null,
      never,
      () => undefined,
    )
    expect(old).toBeGreaterThan(0)
    expect(await differences()).toEqual([])
    await lake.exec('ALTER TABLE silver.air ADD COLUMN wind_kmh Nullable(Float64)')
    await send('air', [JSON.stringify({ station_id: 's9', timestamp: new Date(NOW).toISOString(), dust: 3 })])
    await publish(publisher)
    expect(await differences()).toEqual([])
    expect(await toDuckDb()).toEqual([])
    const verdicts = await publisher.verify(null, never, () => undefined)
    expect(verdicts.filter(({ differences }) => differences.length > 0)).toEqual([])
  }, 300_000)

  it('lose the days that retention takes from the lake, but not what bronze has of them', async () => {
    const bronze = stateOf(publisher, 'bronze/lines')?.rows
    const isOld = (path: string) => path.startsWith('utc_date=2026-02-28/')
    expect((await filesOf('silver/readings')).filter(isOld)).not.toEqual([])
    await lake.loader.dropOldDays({ silverDays: 1, goldDays: 1, quarantineDays: null })
    await publish(publisher)
    expect(await differences()).toEqual([])
    expect(stateOf(publisher, 'bronze/lines')?.rows).toBe(bronze)
    expect((await filesOf('silver/readings')).filter(isOld)).toEqual([])
  }, 300_000)

  it('stop where a copy of the data folder publishes under the same name, and say so', async () => {
    const only = ['silver/readings']
    const copy = publisherOver(folderStore(base))
    await copy.round('all', never, { only })
    const turn = async (one: Publisher, minutes: number) => {
      await send('reading', [reading(2, minutes)])
      await steady(lake)
      await one.round('all', never, { only })
      return stateOf(one, 'silver/readings')?.problem ?? null
    }
    expect(await turn(publisher, 4.1)).toBeNull()
    // One commit that it does not know may be its own of before, which came late.
    expect(await turn(copy, 4.2)).toBeNull()
    expect(await turn(publisher, 4.3)).toBeNull()
    expect(await turn(copy, 4.4)).toMatch(
      /Does a copy of this data folder publish, too\? Remove tables-publisher/,
    )
    expect(await turn(copy, 4.5)).toMatch(/Does a copy of this data folder publish, too/)
    await publish(publisher)
    expect(await differences()).toEqual([])
  }, 300_000)

  it('are left alone, and named, where somebody else changed them, until they are published anew', async () => {
    writeByDeltaRs({ base }, 'silver/readings', 'update')
    const theirs = (await DeltaTable.open(folderStore(base), 'silver/readings')).snapshot.version
    await send('reading', [reading(1, 2)])
    await steady(lake)
    await publisher.round('all', never)
    const [failing, ...others] = publisher.states.filter(({ problem }) => problem !== null)
    expect(others).toEqual([])
    expect(failing?.path).toBe('silver/readings')
    expect(failing?.problem).toMatch(
      /somebody else changed it: version \d+ is by delta-rs.* \(UPDATE\).*tables rebuild/s,
    )
    expect((await DeltaTable.open(folderStore(base), 'silver/readings')).snapshot.version).toBe(theirs)
    // Another data folder touches nothing of this one's.
    const other = publisherOver(folderStore(base), 'folder-2')
    await other.round('all', never)
    expect(other.states.filter(({ problem }) => problem?.includes('another data folder') !== true)).toEqual(
      [],
    )
    await publisher.rebuild(['silver/readings'], never, () => undefined)
    await publish(publisher)
    expect(await differences()).toEqual([])
  }, 300_000)
})
