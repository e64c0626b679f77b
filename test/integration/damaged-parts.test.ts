import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, realpath, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startSystem, type RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import type { Status } from '../../src/serve/contract/index.ts'

const PATIENT = { timeout: 300_000, interval: 200 }
const DAY_MS = 86_400_000
const SOUND_DAYS = 3
const START = Date.parse('2026-01-05T12:00:00Z')
/** Ways a disk loses bytes. */
const MANNERS = ['flipped', 'cut', 'emptied', 'removed'] as const

let dir: string
let system: RunningSystem
/** A sound lake of some days, stopped: each test has a copy of it. */
let sound: string
/** What that says. */
let before: Record<string, unknown>

beforeAll(async () => {
  sound = dir = await mkdtemp(join(tmpdir(), 'arterial-parts-sound-'))
  await start()
  await sendDays(0, SOUND_DAYS)
  before = await soundLake()
  await system.stop()
})
afterAll(() => rm(sound, { recursive: true, force: true }))

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'arterial-parts-'))
  await promisify(execFile)('cp', ['-a', `${sound}/.`, dir])
})
afterEach(async () => {
  await system.stop().catch(() => undefined)
  await rm(dir, { recursive: true, force: true })
})

async function start(): Promise<void> {
  const flags = {
    'data.dir': dir,
    'simulation.mode': 'off',
    'server.port': 0,
    'limits.minFreeDiskBytes': '0B',
  }
  system = await startSystem(loadConfig({ env: {}, cwd: dir, flags }), { mode: 'serve' })
}

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  const answer = await fetch(new URL(path, system.url!), init)
  return { status: answer.status, text: await answer.text() }
}

async function post(path: string, lines: readonly object[]): Promise<void> {
  const body = lines.map(line => `${JSON.stringify(line)}\n`).join('')
  const headers = { 'content-type': 'application/x-ndjson' }
  const { status, text } = await ask(path, { method: 'POST', body, headers })
  if (status !== 200) throw new Error(text)
}

async function statusNow(): Promise<Status> {
  return JSON.parse((await ask('/v1/status')).text) as Status
}

async function level(): Promise<void> {
  const stand = async () => {
    const { backlog, problems } = await statusNow()
    return { records: backlog.records, problems: problems.filter(({ code }) => code !== 'lake_damaged') }
  }
  await vi.waitFor(async () => expect(await stand()).toEqual({ records: 0, problems: [] }), PATIENT)
}

/** @returns the rows, or the text of what was wrong */
async function sql(statement: string): Promise<unknown[][] | string> {
  const headers = { 'content-type': 'application/json' }
  const { status, text } = await ask('/v1/sql?format=json', {
    method: 'POST',
    headers,
    body: JSON.stringify({ sql: statement }),
  })
  return status === 200 ? (JSON.parse(text) as { rows: unknown[][] }).rows : text
}

interface Verified {
  readonly equal: boolean
  readonly damagedParts: { table: string; part: string }[]
}

async function verify(): Promise<Verified> {
  const secret = (await readFile(join(system.folder, 'admin.secret'), 'utf8')).trim()
  const headers = { authorization: `Bearer ${secret}` }
  const { text } = await ask('/v1/admin/verify', { method: 'POST', headers })
  const last = JSON.parse(text.trim().split('\n').at(-1) ?? '{}') as { result?: Verified }
  if (last.result === undefined) throw new Error(text.slice(-1000))
  return last.result
}

/** Some readings of each day, and what else fills tables; what comes at once is a part for each day. */
async function sendDays(from: number, count: number): Promise<void> {
  const days = Array.from({ length: count }, (_, i) => from + i)
  const at = (day: number, i: number) => new Date(START + day * DAY_MS + i * 60_000).toISOString()
  await post(
    '/v1/readings',
    days.flatMap(day =>
      Array.from({ length: 20 }, (_, i) => ({
        ...{
          sensor_id: `S-${i % 5}`,
          timestamp: at(day, i),
          intersection_id: `I-${i % 5}`,
          district: 'north',
        },
        ...{ average_speed: 20 + ((i * 7 + day) % 40), vehicle_count: (i * 3 + day) % 11, firmware: 'v1' },
      })),
    ),
  )
  await post(
    '/v1/weather',
    days.flatMap(day => [
      { station_id: 'W-1', timestamp: at(day, 0), temperature_f: 40 + (day % 30), humidity: 0.5 },
      { station_id: 'W-1', timestamp: at(day, 5), temperature_f: 41 + (day % 30), humidity: 7 },
    ]),
  )
  await level()
}

async function folderOf(table: string): Promise<string> {
  const folder = await realpath(join(dir, 'city', 'lake', 'data', ...table.split('.')))
  // A copy whose links led into what it was made of would damage that.
  if (!folder.startsWith(`${await realpath(dir)}/`)) throw new Error(`${folder} is not below ${dir}`)
  return folder
}

async function partsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter(name => /^[^_].*_\d+_\d+_\d+(_\d+)?$/.test(name)).sort()
}

async function damage(path: string, manner: (typeof MANNERS)[number]): Promise<void> {
  const bytes = await readFile(path)
  if (manner === 'removed') return rm(path)
  if (manner === 'emptied') return truncate(path, 0)
  if (manner === 'cut') return truncate(path, Math.floor(bytes.length / 2))
  const at = Math.floor(bytes.length / 2)
  bytes[at] = (bytes[at] ?? 0) ^ 0x01
  await writeFile(path, bytes)
}

/** Everything that a table says. */
const WHOLE = {
  'silver.readings':
    'SELECT toDate(measured_at), count(), sum(cityHash64(position, sensor_id, measured_at, vehicles, toString(speed_kmh), district)) FROM silver.readings GROUP BY 1 ORDER BY 1',
  'gold.hourly_summary_state':
    'SELECT count(), sum(cityHash64(window_start, district, readings, mean_speed_kmh)) FROM gold.hourly_summary',
  'quarantine.lines': 'SELECT count(), sum(cityHash64(position, line, reasons)) FROM quarantine.lines',
  'silver.weather':
    'SELECT count(), sum(cityHash64(position, station_id, observed_at, toString(temperature_c))) FROM silver.weather',
  'gold.weather_hourly_state':
    'SELECT count(), sum(cityHash64(window_start, station_id)) FROM gold.weather_hourly',
} as const
const TABLES = Object.keys(WHOLE) as (keyof typeof WHOLE)[]

/** One after the other: there are few slots for SQL, and a busy machine may need all of their time. */
async function wholeLake(): Promise<unknown> {
  const said: Record<string, unknown> = {}
  for (const table of TABLES) said[table] = await patient(WHOLE[table])
  return said
}

/** As `wholeLake`, of a lake that is sound: an answer that is none must not pass for what was there before. */
async function soundLake(): Promise<Record<string, unknown>> {
  const said = (await wholeLake()) as Record<string, unknown>
  for (const table of TABLES) expect(said[table], table).toBeInstanceOf(Array)
  return said
}

async function patient(statement: string): Promise<unknown[][] | string> {
  for (;;) {
    const rows = await sql(statement)
    if (typeof rows !== 'string' || !rows.includes('ART_SQL_BUSY')) return rows
    await sleep(1000)
  }
}

async function damagedProblem(): Promise<string> {
  return (await statusNow()).problems.find(({ code }) => code === 'lake_damaged')?.message ?? ''
}

describe('a lake whose files were damaged', () => {
  it('while it was stopped is told and mended, whichever file of a part it was and however it was damaged', async () => {
    const silver = await folderOf('silver.readings')
    const [first] = await partsIn(silver)
    const files = (await readdir(join(silver, first!))).sort()
    const cases = files.flatMap(file => MANNERS.map(manner => ({ file, manner })))
    await start()
    await sendDays(SOUND_DAYS, cases.length)
    const whole = await soundLake()
    await system.stop()
    const parts = await partsIn(silver)
    for (const [day, { file, manner }] of cases.entries()) {
      const dayText = new Date(START + (SOUND_DAYS + day) * DAY_MS)
        .toISOString()
        .slice(0, 10)
        .replaceAll('-', '')
      for (const part of parts.filter(name => name.startsWith(dayText)))
        await damage(join(silver, part, file), manner)
    }
    await start()
    // Nothing that is answered is wrong, and what fails is mended soon.
    await expect.poll(wholeLake, PATIENT).toEqual(whole)
    expect(await damagedProblem()).toContain('silver.readings')
    expect(await verify()).toMatchObject({ equal: true })
    expect(await wholeLake()).toEqual(whole)
    expect((await statusNow()).losses.count).toBe(0)
  })

  it.each(TABLES)('has a flipped byte in %s told and mended when somebody meets it', async table => {
    const folder = await folderOf(table)
    for (const part of await partsIn(folder)) await flipData(join(folder, part))
    await start()
    await expect.poll(() => patient(WHOLE[table]), PATIENT).toEqual(before[table])
    await expect.poll(damagedProblem, PATIENT).toContain(table)
    expect(await verify()).toMatchObject({ equal: true, damagedParts: [] })
    expect(await wholeLake()).toEqual(before)
  })

  it('while it runs is told and mended, and reading goes on', async () => {
    await start()
    expect(await soundLake()).toEqual(before)
    for (const table of TABLES) {
      const folder = await folderOf(table)
      for (const part of await partsIn(folder)) await flipData(join(folder, part))
    }
    await expect.poll(wholeLake, PATIENT).toEqual(before)
    await sendDays(SOUND_DAYS, 1)
    expect(await verify()).toMatchObject({ equal: true })
  })

  it('is found by `verify`, which says which parts were damaged', async () => {
    for (const table of ['lake.sensor_sightings', 'silver.readings', 'bronze.schema_drift_state']) {
      const folder = await folderOf(table)
      for (const part of await partsIn(folder)) await flipData(join(folder, part))
    }
    await start()
    const first = await verify()
    expect(first.equal).toBe(true)
    expect(await damagedProblem()).toMatch(/silver\.readings|lake\.sensor_sightings/)
    expect(await verify()).toMatchObject({ equal: true, damagedParts: [] })
  })
})

/** In every column's bytes. */
async function flipData(part: string): Promise<void> {
  const files = await readdir(part)
  for (const file of files.filter(name => name.endsWith('.bin'))) {
    const path = join(part, file)
    const bytes = await readFile(path)
    for (let at = 30; at < bytes.length; at += 60) bytes[at] = (bytes[at] ?? 0) ^ 0x10
    await writeFile(path, bytes)
  }
}
