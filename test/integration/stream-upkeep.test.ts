import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminOperations } from '../../src/app/doors/admin.ts'
import { verifyStreams } from '../../src/lake/streams/verify.ts'
import { streams } from '../lake/streams/sample/index.ts'
import { Lake } from './lake.ts'

const NOW = Date.parse('2026-03-10T12:00:00Z')
const KEEP = { silverDays: null, goldDays: null, quarantineDays: null }
const known = { list: streams, url: new URL('../lake/streams/sample/index.ts', import.meta.url).href }

let folder: string
let lake: Lake

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-stream-upkeep-'))
  lake = new Lake(folder)
  lake.streams = known
  await lake.start()
})

afterEach(async () => {
  await lake.stop().catch(() => {})
  await rm(folder, { recursive: true, force: true })
})

async function send(kind: string, records: readonly object[], arrivedAtMs = NOW): Promise<void> {
  const lines = Buffer.from(records.map(record => `${JSON.stringify(record)}\n`).join(''))
  const count = records.length
  await lake.log.append({ kind, source: 'test', arrivedAtMs, intervalS: null, lines, count })
  await lake.level()
}

const day = (d: number, minute = 0) => `2026-03-0${d}T10:${String(minute).padStart(2, '0')}:00Z`
const air = (d: number, minute = 0) => ({ station_id: 's', timestamp: day(d, minute), temperature_f: 50 + d })

const streamOf = (name: string) => {
  const stream = streams.find(one => one.name === name)
  if (stream === undefined) throw new Error(name)
  return stream
}
/** Until loading goes on after other work had the tables. */
async function loading(): Promise<void> {
  while (lake.loader.ledger === null) await sleep(10)
}
const figures = (name: string) => lake.loader.ledger?.streamCount(streamOf(name))
const readingsInGold = () => lake.query<{ n: number }>('SELECT sum(readings) AS n FROM gold.air_hourly_state')

async function rebuild(names: string[]): Promise<unknown> {
  const { engine, log, loader, rules } = lake
  const bronze = { refresh: async () => {} } as never
  const longLines = { dir: folder, keepDays: null }
  const admin = adminOperations({ engine, log, loader, bronze, rules, longLines, streams: known })
  const events = admin.rebuild({ from: null, to: null, streams: names }, new AbortController().signal)
  let result: unknown
  for await (const event of events) if ('result' in event) result = event.result
  await loading()
  return result
}

describe('retention', () => {
  it('drops observations by their own time, and lets none come back', async () => {
    await send(
      'air',
      [1, 2, 3, 4, 5, 6].map(d => air(d)),
    )
    await send(
      'calls',
      [1, 6].map(d => ({ called_at: day(d), what: 'fire' })),
    )
    await send('air', [{ station_id: 's', timestamp: 'then', temperature_f: 1 }])
    await lake.loader.dropOldDays({ ...KEEP, silverDays: 2 })
    await loading()
    expect(await lake.count('silver.air')).toBe(3)
    expect(await lake.count('silver.calls')).toBe(1)
    expect(await readingsInGold()).toEqual([{ n: 6 }])
    expect(figures('air')).toEqual({ records: 7, rows: 3, refused: 1, repeats: 0 })

    // A repeat of a dropped day, a late one of it, and one of a day that is kept.
    await send('air', [air(2), air(1, 30), air(4, 30)])
    expect(await lake.count('silver.air')).toBe(4)
    expect(
      await lake.query(
        "SELECT q.reasons AS reasons FROM quarantine.lines AS q WHERE q.stream = 'air' ORDER BY q.position",
      ),
    ).toEqual([
      { reasons: ['timestamp_format'] },
      { reasons: ['timestamp_too_old'] },
      { reasons: ['timestamp_too_old'] },
    ])
    expect(await readingsInGold()).toEqual([{ n: 7 }])
    const verified = await lake.verify()
    expect(verified).toMatchObject({ equal: true, streams: [] })
    expect(verified.notChecked.join()).toContain('air and its sums before 2026-03-04')

    await lake.stop()
    await lake.start()
    expect(await lake.count('silver.air')).toBe(4)
    expect(await readingsInGold()).toEqual([{ n: 7 }])
    expect(figures('air')).toEqual({ records: 10, rows: 4, refused: 3, repeats: 0 })
    expect(await lake.verify()).toMatchObject({ equal: true, streams: [] })
  })

  it('keeps every version of a thing, however old', async () => {
    const old = Date.parse('2025-01-01T00:00:00Z')
    await send('kiosks', [{ kiosk_id: 'k', latitude: 51 }], old)
    await send('plans', [{ plan_id: 'p', updated_at: '2025-01-01T00:00:00Z', title: 'a' }], old)
    await send(
      'air',
      [1, 6].map(d => air(d)),
    )
    await lake.loader.dropOldDays({ silverDays: 1, goldDays: 1, quarantineDays: null })
    await loading()
    expect(await lake.count('silver.air')).toBe(1)
    expect(await readingsInGold()).toEqual([{ n: 1 }])
    expect([await lake.count('silver.kiosks_versions'), await lake.count('silver.plans_versions')]).toEqual([
      1, 1,
    ])
    expect(await lake.verify()).toMatchObject({ equal: true, streams: [] })
  })

  it('that was killed halfway is finished by the next start', async () => {
    await send(
      'air',
      [1, 6].map(d => air(d)),
    )
    await lake.stop()
    const { readCheckpoint, saveCheckpoint } = await import('../../src/lake/once/checkpoint.ts')
    const checkpoint = await readCheckpoint(lake.checkpointPath)
    const floorMs = Date.parse('2026-03-05T00:00:00Z')
    checkpoint.streams['air'] = { records: 2, refused: 0, dropped: 1, floorMs }
    checkpoint.tables['silver.air'] = 1
    await saveCheckpoint(lake.checkpointPath, checkpoint)
    await lake.start()
    expect(await lake.count('silver.air')).toBe(1)
    expect(figures('air')).toEqual({ records: 2, rows: 1, refused: 0, repeats: 0 })
  })
})

describe('lake rebuild', () => {
  it('makes tables of streams and their sums anew from the log', async () => {
    await send('air', [air(1), air(2), { ...air(3), temperature_f: 'warm' }])
    await send('kiosks', [
      { kiosk_id: 'k', latitude: 51 },
      { kiosk_id: 'k', latitude: 52 },
    ])
    await send('calls', [{ called_at: day(1), what: 'flood' }])
    // As if another program had loaded them.
    await lake.exec('ALTER TABLE silver.air UPDATE temperature_c = 99 WHERE 1')
    await lake.exec("ALTER TABLE quarantine.lines UPDATE reasons = ['other'] WHERE stream = 'air'")
    expect((await lake.verify()).equal).toBe(false)
    expect(await rebuild(['air'])).toMatchObject({ streams: ['air'] })
    expect(await lake.verify()).toMatchObject({ equal: true, streams: [] })
    expect(
      await lake.query('SELECT q.stream AS s, q.reasons AS r FROM quarantine.lines AS q ORDER BY q.position'),
    ).toEqual([
      { s: 'air', r: ['temperature_f_type'] },
      { s: 'calls', r: ['what_value'] },
    ])
    await lake.exec('ALTER TABLE silver.kiosks_versions DELETE WHERE latitude = 52')
    expect(await rebuild([])).toMatchObject({ streams: known.list.map(({ name }) => name) })
    expect(await lake.count('silver.kiosks_versions')).toBe(2)
    expect(await lake.verify()).toMatchObject({ equal: true, streams: [] })
    await loading()
    expect(figures('air')).toMatchObject({ records: 3, rows: 2, refused: 1, repeats: 0 })
  })

  it('names a stream that there is not, and those there are', async () => {
    await expect(rebuild(['fog'])).rejects.toThrow(
      'there is no stream "fog"; there are air, kiosks, plans, calls',
    )
  })

  it('keeps the sums of rows that retention dropped', async () => {
    await send(
      'air',
      [1, 6].map(d => air(d)),
    )
    await lake.loader.dropOldDays({ ...KEEP, silverDays: 1 })
    await loading()
    await rebuild(['air'])
    expect(await lake.count('silver.air')).toBe(1)
    expect(await readingsInGold()).toEqual([{ n: 2 }])
    expect(await lake.verify()).toMatchObject({ equal: true, streams: [] })
  })
})

describe('verify', () => {
  it('knows two equal versions of a thing, one after the other, from two between which one was lost', async () => {
    await send('kiosks', [{ kiosk_id: 'k', latitude: 51 }])
    const lost = lake.log.synced
    await send('kiosks', [{ kiosk_id: 'k', latitude: 52 }])
    await send('kiosks', [{ kiosk_id: 'k', latitude: 51 }])
    expect(await lake.count('silver.kiosks_versions')).toBe(3)
    await lake.exec(`ALTER TABLE silver.kiosks_versions DELETE WHERE position = ${lost}`)
    const { engine } = lake
    const upto = lake.log.synced
    const given = { engine, streams: [streamOf('kiosks')], floor: 0, upto, floors: new Map<string, number>() }
    const twice = async (...holes: { from: number; to: number }[]) => {
      const found = await verifyStreams({ ...given, holes, signal: new AbortController().signal })
      return found.some(({ what }) => what === 'rows that are there twice')
    }
    expect(await twice({ from: lost, to: lost + 1 })).toBe(false)
    expect(await twice({ from: lost + 1, to: lost + 2 })).toBe(true)
    expect(await twice()).toBe(true)
  })
})
