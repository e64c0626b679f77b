import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProblemBoard } from '../../src/app/problems.ts'
import { StatusKeeper } from '../../src/app/status.ts'
import { engineAsReaders } from '../../src/lake/engine/index.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import { seal } from '../../src/core/disk/sealed-json.ts'
import { NewerDataError } from '../../src/core/errors.ts'
import type { Append } from '../../src/core/log.ts'
import { Bronze } from '../../src/lake/bronze/index.ts'
import { migrate } from '../../src/lake/migrations/index.ts'
import { streams } from '../lake/streams/sample/index.ts'
import { Lake, remove } from './lake.ts'

const NOW = Date.parse('2026-03-02T12:00:00Z')

let folder: string
let lake: Lake

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-streams-'))
  lake = await new Lake(folder).start()
})

afterEach(async () => {
  await lake.stop()
  await remove(folder)
})

function readings(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const timestamp = new Date(NOW - 600_000 + (from + i) * 1000).toISOString()
    return JSON.stringify({ sensor_id: 's1', timestamp, vehicle_count: from + i, district: 'north' })
  })
}

/** Lines of a stream that this program does not know, as a later one will write them. */
async function weather(from: number, count: number): Promise<number> {
  const lines = Array.from({ length: count }, (_, i) => `${air(from + i)}\n`).join('')
  const append = {
    kind: 'air',
    source: 'metar',
    arrivedAtMs: NOW,
    intervalS: null,
    lines: Buffer.from(lines),
    count,
  }
  return (await lake.log.append(append satisfies Append)).position
}

/** Every fourth line breaks a rule. */
const air = (i: number) =>
  JSON.stringify({
    station_id: 's',
    timestamp: new Date(NOW - i * 60_000).toISOString(),
    dust: i % 4 === 3 ? -1 : i,
  })

const known = { list: streams, url: new URL('../lake/streams/sample/index.ts', import.meta.url).href }

describe('a stream that the program does not know', () => {
  it('is passed over and noted; a program that knows it loads from there, and nothing else twice', async () => {
    await lake.append(readings(0, 50), { arrivedAtMs: NOW })
    const first = await weather(0, 3)
    await lake.append(readings(50, 50), { arrivedAtMs: NOW })
    await weather(3, 2)
    await lake.level()
    await lake.loader.stop()
    expect(await lake.checkpoint()).toMatchObject({ version: 3, passed: { air: first }, readings: 100 })
    expect(lake.loader.saved).toBe(first)
    expect(await lake.count('silver.readings')).toBe(100)
    expect(await lake.count('quarantine.lines')).toBe(0)

    await lake.startLoader()
    const verified = await lake.verify()
    expect(verified).toMatchObject({ equal: true, readings: 100 })
    expect(verified.notChecked).toEqual([expect.stringContaining('5 records of the stream “air”')])
    await lake.loader.stop()
    expect(await lake.checkpoint()).toMatchObject({ passed: { air: first } })

    lake.streams = known
    await migrate(lake.engine, lake.logDir, streams)
    await lake.startLoader()
    const held = () => lake.query('SELECT position, dust FROM silver.air ORDER BY position')
    expect(await held()).toEqual([
      { position: 50, dust: 0 },
      { position: 51, dust: 1 },
      { position: 52, dust: 2 },
      { position: 104, dust: 4 },
    ])
    expect(await lake.query('SELECT position, stream, reasons FROM quarantine.lines')).toEqual([
      { position: 103, stream: 'air', reasons: ['dust_range'] },
    ])
    expect(await lake.query('SELECT sum(readings) AS n FROM gold.air_hourly_state')).toEqual([{ n: 4 }])
    await weather(5, 1)
    await lake.append(readings(100, 1), { arrivedAtMs: NOW })
    await lake.level()
    expect(await held()).toContainEqual({ position: 105, dust: 5 })
    await lake.loader.stop()
    expect(await lake.checkpoint()).toMatchObject({
      ...{ passed: {}, readings: 101 },
      streams: { air: { records: 6, refused: 1 } },
    })
    expect(await lake.count('silver.readings')).toBe(101)
    await lake.startLoader()
    expect(await lake.count('silver.air')).toBe(5)
    expect(await lake.query('SELECT sum(readings) AS n FROM gold.air_hourly_state')).toEqual([{ n: 5 }])
  })

  it('is counted in the status, and among no readings', async () => {
    await lake.append(readings(0, 20), { arrivedAtMs: NOW })
    await weather(0, 3)
    await lake.level()
    const status = new StatusKeeper({
      config: loadConfig({ env: {}, cwd: folder, flags: {} }),
      version: '0.0.0',
      log: lake.log,
      loader: lake.loader,
      engine: lake.engine,
      readers: engineAsReaders(lake.engine),
      problems: new ProblemBoard(Date.now),
      disk: { freeBytes: null, closed: null, full: null },
      usage: { sizes: null, fresh: () => Promise.resolve() },
      now: Date.now,
    })
    const { log, layers, backlog } = status.now()
    expect(log).toMatchObject({ accepted: 20, unknown: 3, position: 23 })
    expect(layers).toMatchObject({ bronze: { rows: 20 }, silver: { rows: 20 } })
    expect(backlog.records).toBe(0)
  })

  it('stands in bronze.lines with its name', async () => {
    await lake.append(readings(0, 2), { arrivedAtMs: NOW })
    await weather(0, 2)
    await new Bronze(lake.engine, join(folder, 'log'), lake.log).refresh()
    const rows = await lake.query(
      'SELECT position, kind, source, line FROM bronze.lines WHERE position >= 1 ORDER BY position',
    )
    expect(rows).toEqual([
      expect.objectContaining({ position: 1, kind: 'reading' }),
      { position: 2, kind: 'air', source: 'metar', line: air(0) },
      { position: 3, kind: 'air', source: 'metar', line: air(1) },
    ])
  })
})

describe('what a newer program left in the lake', () => {
  it('tables and fields of the checkpoint that are not known come back as they were', async () => {
    await lake.append(readings(0, 10), { arrivedAtMs: NOW })
    await lake.level()
    await lake.loader.stop()
    const saved = await lake.checkpoint()
    const later = { ...saved, watermarks: { weather: 7 }, tables: { ...saved.tables, weather: 12 } }
    await writeFile(lake.checkpointPath, seal(later))
    await lake.startLoader()
    await lake.append(readings(10, 10), { arrivedAtMs: NOW })
    await lake.level()
    await lake.loader.stop()
    const again = await lake.checkpoint()
    expect(again).toMatchObject({ readings: 20, watermarks: { weather: 7 }, tables: { weather: 12 } })
    await lake.startLoader()
  })

  it('a checkpoint of a later version is refused by its number, with the remedy', async () => {
    await lake.loader.stop()
    const saved = await readFile(lake.checkpointPath, 'utf8').catch(() => '{}')
    await writeFile(lake.checkpointPath, JSON.stringify({ version: 9 }))
    await expect(lake.checkpoint()).rejects.toThrow(/version 9.*up to 3.*newer program/)
    await remove(lake.checkpointPath)
    if (saved !== '{}') await writeFile(lake.checkpointPath, saved)
    await lake.startLoader()
  })

  it('a migration that is not known is refused by its name before anything is changed', async () => {
    await lake.exec("INSERT INTO lake.migrations (name, checksum) VALUES ('017_weather.sql', 'x')")
    await lake.exec('DROP VIEW bronze.lines')
    const refused = await migrate(lake.engine, join(folder, 'log')).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(NewerDataError)
    expect(String(refused)).toMatch(/017_weather\.sql.*newer program.*lake\//)
    expect(
      await lake.query("SELECT name FROM system.tables WHERE database = 'bronze' AND name = 'lines'"),
    ).toEqual([])
    await lake.exec("ALTER TABLE lake.migrations DELETE WHERE name = '017_weather.sql'")
  })
})
