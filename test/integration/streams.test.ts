import { streamFloorsOf } from '../../src/lake/once/checkpoint.ts'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Field } from '../../src/core/stream/index.ts'
import { Bronze } from '../../src/lake/bronze/index.ts'
import { tableOf } from '../../src/lake/streams/tables.ts'
import { verifyStreams } from '../../src/lake/streams/verify.ts'
import { streams } from '../lake/streams/sample/index.ts'
import { seededRandom } from '../random.ts'
import { Lake, remove } from './lake.ts'

const NOW = Date.parse('2026-03-02T12:00:00Z')
const MINUTE_MS = 60_000
const known = { list: streams, url: new URL('../lake/streams/sample/index.ts', import.meta.url).href }

let folder: string
let lake: Lake
/** `SEED=11 npm run test:integration -- test/integration/streams.test.ts` tries other lines in another order. */
const seed = Number(process.env['SEED'] ?? 7)
const random = seededRandom(seed)
const below = (end: number) => Math.floor(random() * end)
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * MINUTE_MS).toISOString()

/** A line of each stream, out of so few values that many repeat, contradict each other or break a rule. */
const draws: Record<string, () => object> = {
  // Two days, so that partitions are met in any order.
  air: () => ({
    ...{ station_id: `s${below(3)}`, timestamp: at(below(2) * 1440 + below(40)) },
    ...{ temperature_f: [50, 50, 51.5, 'warm'][below(4)], dust: below(2), dry: below(2) === 0 },
    // Nobody has declared it.
    noise: 5,
  }),
  kiosks: () => ({
    ...{ kiosk_id: `k${below(5)}`, name: ['north', 'south', null][below(3)], latitude: 51 + below(2) },
    ...(below(6) === 0 ? { withdrawn: true } : {}),
  }),
  plans: () => ({
    ...{ plan_id: `p${below(4)}`, updated_at: at(below(30)), title: ['a', 'b'][below(2)], tags: ['x'] },
    ...(below(20) === 0 ? { updated_at: '2027-01-01T00:00:00Z' } : {}),
  }),
  calls: () => ({
    ...{ called_at: at(below(2) * 1440 + below(30)), what: ['fire', 'crash', 'flood'][below(3)] },
    ...{ counts: { car: below(2) }, shape: { type: 'Point' } },
  }),
  notes: () => ({
    ...{ note_id: `n${below(4)}`, updated_at: at(below(8)), latitude: [51.05, 51.050000001][below(2)] },
    ...{ sure: [true, false, null][below(3)], text: ['a', 'b'][below(2)] },
    ...(below(8) === 0 ? { withdrawn: true } : {}),
    ...(below(12) === 0 ? { refused: ['unreadable'] } : {}),
  }),
}

interface Sent {
  readonly position: number
  readonly line: Record<string, unknown>
}

const sent: Record<string, Sent[]> = { air: [], kiosks: [], plans: [], calls: [], notes: [] }

async function send(kind: string, count: number): Promise<void> {
  const lines = Array.from({ length: count }, () => draws[kind]?.() ?? {})
  const body = Buffer.from(lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  const frame = { kind, source: 'test', arrivedAtMs: NOW, intervalS: null, lines: body, count }
  const { position } = await lake.log.append(frame)
  for (const [i, line] of lines.entries())
    sent[kind]?.push({ position: position + i, line: line as Record<string, unknown> })
}

/** The positions that a stream's table should hold, by what its declaration says; worked out from what was sent alone. */
function wanted(kind: string): number[] {
  const seen = new Map<string, string>()
  const rows: number[] = []
  for (const { position, line } of sent[kind] ?? []) {
    if (line['temperature_f'] === 'warm' || line['what'] === 'flood') continue
    if (String(line['updated_at']).startsWith('2027') || line['refused'] !== undefined) continue
    const content = JSON.stringify(line)
    const keys: Record<string, string> = {
      air: `${String(line['station_id'])} ${String(line['timestamp'])}`,
      kiosks: String(line['kiosk_id']),
      plans: `${String(line['plan_id'])} ${String(line['updated_at'])}`,
      calls: content,
      notes: content,
    }
    const key = keys[kind] ?? ''
    const isNew = kind === 'kiosks' ? seen.get(key) !== content : !seen.has(key)
    if (isNew) rows.push(position)
    if (isNew) seen.set(key, content)
  }
  return rows
}

async function differences(list = streams) {
  await new Bronze(lake.engine, lake.logDir, lake.log).refresh()
  return verifyStreams({
    ...{ engine: lake.engine, streams: list, floor: 0, holes: [], upto: lake.loader.visible },
    floors: streamFloorsOf(await lake.checkpoint()),
    signal: new AbortController().signal,
  })
}

const positions = async (table: string) =>
  (await lake.query<{ p: number }>(`SELECT toInt64(t.position) AS p FROM ${table} AS t ORDER BY p`)).map(
    ({ p }) => p,
  )

async function check(): Promise<void> {
  await lake.level()
  for (const stream of streams)
    expect([stream.name, await positions(tableOf(stream))]).toEqual([stream.name, wanted(stream.name)])
  expect(await differences()).toEqual([])
  for (const stream of streams) {
    const {
      records = 0,
      rows = 0,
      refused = 0,
      repeats = 0,
    } = lake.loader.lastLedger?.streamCount(stream) ?? {}
    const all = sent[stream.name] ?? []
    expect([stream.name, records, rows]).toEqual([stream.name, all.length, wanted(stream.name).length])
    expect(rows + refused + repeats).toBe(records)
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-streams-'))
  lake = new Lake(folder)
  lake.streams = known
  await lake.start()
})

afterAll(async () => {
  await lake.stop()
  await remove(folder)
})

describe('streams of which the log holds no line', () => {
  it('have tables of one instant, so that none of their columns counts as added later, however slow the start', async () => {
    expect(await lake.query('SELECT uniqExact(applied_at) AS instants FROM lake.migrations')).toEqual([
      { instants: 1 },
    ])
  })

  it('differ where their tables have rows or sums all the same', async () => {
    await lake.loader.exclusively(async () => {
      expect(await differences()).toEqual([])
      await lake.exec("INSERT INTO silver.calls (position, content_hash) VALUES (0, 'x'), (1, 'x')")
      await lake.exec("INSERT INTO gold.air_hourly_state (station_id, readings) VALUES ('s1', 1)")
      expect(await differences()).toMatchObject([
        { stream: 'air', what: expect.stringContaining('sums of gold.air_hourly_state') as string },
        { stream: 'calls', what: 'rows that are there twice', records: 1, positions: [1] },
      ])
      await lake.exec('TRUNCATE TABLE silver.calls')
      await lake.exec('TRUNCATE TABLE gold.air_hourly_state')
    })
  })
})

describe(`streams of every kind, seed ${seed}`, () => {
  it('are there once, in any order, with repeats and contradictions', async () => {
    for (let i = 0; i < 12; i++) for (const kind of Object.keys(draws)) await send(kind, 1 + below(12))
    await check()
    const rows = Object.keys(draws).reduce((sum, kind) => sum + wanted(kind).length, 0)
    expect(await lake.verify()).toMatchObject({ equal: true, readings: 0, streamRows: rows })
  })

  it('stay so while the engine is killed at random moments', async () => {
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 6; i++) {
        for (const kind of Object.keys(draws)) await send(kind, 1 + below(8))
        if (below(3) === 0) await lake.killEngine()
      }
      await check()
    }
  })

  it('come back from the log when parts of their tables are gone', async () => {
    await lake.loader.stop()
    await lake.locate()
    const parts = (await lake.parts()).filter(({ table }) =>
      /^(silver\.(air|plans|kiosks|calls|notes)|gold\.air)/.test(table),
    )
    await lake.engine.stop()
    await lake.log.close()
    for (const { path } of parts) if (below(2) === 0) await rm(path, { recursive: true })
    await lake.start()
    await check()
    await send('air', 5)
    await check()
  })

  it('show the newest version that was not withdrawn', async () => {
    const newest = new Map<unknown, Record<string, unknown>>()
    for (const { line } of sent['kiosks'] ?? []) newest.set(line['kiosk_id'], line)
    const there = [...newest].filter(([, line]) => line['withdrawn'] !== true).map(([id]) => id)
    const rows = await lake.query<{ id: string }>('SELECT kiosk_id AS id FROM silver.kiosks ORDER BY id')
    expect(rows.map(({ id }) => id)).toEqual(there.sort())
  })

  it('may be without what a field that was declared later says of older rows', async () => {
    const [air] = streams
    if (air === undefined) throw new Error('no air')
    const sql = pathToFileURL(`${join(folder, 'air-later')}/`)
    await cp(air.sql, sql, { recursive: true })
    await writeFile(
      new URL('03_noise.sql', sql),
      'ALTER TABLE silver.air ADD COLUMN IF NOT EXISTS noise Nullable(Int64) AFTER dry;\n',
    )
    const noise: Field = {
      type: 'number',
      whole: true,
      min: 0,
      max: 9,
      unit: null,
      decimals: 0,
      says: 'Noise',
    }
    const later = [{ ...air, fields: { ...air.fields, noise }, sql }]
    const added = (afterS: number) =>
      lake.exec(
        `INSERT INTO lake.migrations SELECT 'air/03_noise.sql', '', addSeconds(min(m.applied_at), ${afterS}) FROM lake.migrations AS m WHERE startsWith(m.name, 'air/0')`,
      )
    const forget = () =>
      lake.exec(
        "ALTER TABLE lake.migrations DELETE WHERE name = 'air/03_noise.sql' SETTINGS mutations_sync = 2",
      )
    const wrong = { stream: 'air', what: 'rows that say something else than their line' }
    await lake.loader.exclusively(async () => {
      await lake.exec('ALTER TABLE silver.air ADD COLUMN noise Nullable(Int64) AFTER dry')
      await added(3600)
      expect(await differences(later)).toEqual([])
      await lake.exec(
        'ALTER TABLE silver.air UPDATE noise = 6 WHERE position = (SELECT min(position) FROM silver.air) SETTINGS mutations_sync = 2',
      )
      expect(await differences(later)).toMatchObject([{ ...wrong, records: 1 }])
      // One start made the table and added the column: no row was there before.
      await forget()
      await added(0)
      const { length } = wanted('air')
      expect(await differences(later)).toMatchObject([{ ...wrong, records: length }])
      await forget()
      await lake.exec('ALTER TABLE silver.air DROP COLUMN noise')
    })
  })

  it('differ when a row is changed, doubled, missing or made up', async () => {
    await lake.loader.exclusively(async () => {
      await lake.exec(
        'ALTER TABLE silver.air UPDATE dust = 77 WHERE position = (SELECT min(position) FROM silver.air) SETTINGS mutations_sync = 2',
      )
      await lake.exec('INSERT INTO silver.calls SELECT * FROM silver.calls ORDER BY position LIMIT 1')
      await lake.exec(
        'ALTER TABLE silver.plans_versions DELETE WHERE position = (SELECT max(position) FROM silver.plans_versions) SETTINGS mutations_sync = 2',
      )
      await lake.exec(
        'ALTER TABLE silver.notes_versions DELETE WHERE position = (SELECT max(position) FROM silver.notes_versions) SETTINGS mutations_sync = 2',
      )
      const found = await differences()
      expect(found.map(({ stream, what }) => `${stream}: ${what}`)).toEqual(
        expect.arrayContaining([
          'air: rows that say something else than their line',
          'calls: rows that are there twice',
          'plans: lines that are nowhere',
          'notes: lines that are nowhere',
        ]),
      )
    })
  })
})
