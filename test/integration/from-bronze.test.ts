import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { restoreFromBronze } from '../../src/app/backup/index.ts'
import type { Frame } from '../../src/core/log.ts'
import { DeltaTable } from '../../src/lake/delta/index.ts'
import { BRONZE_LINES } from '../../src/lake/publish/index.ts'
import { openLog } from '../../src/log/segments/index.ts'
import type { Status } from '../../src/serve/contract/index.ts'
import { folderStore } from '../../src/storage/index.ts'
import { azureStore } from '../../src/storage/azure/store.ts'
import { s3Store } from '../../src/storage/s3/store.ts'
import { ServerProcess } from '../crash/server-process.ts'
import { readAll } from '../log/segments/sample.ts'
import { azuriteMissing, motoMissing, startAzurite, startMoto } from './buckets/emulators.ts'
import { readersMissing, writeByDeltaRs } from './tables/readers.ts'

/** A city publishes its lake, loses everything else, and is made anew of published bronze alone. */
const MAIN = join(import.meta.dirname, '../../src/app/cli/main.ts')
const START = Date.parse('2026-03-02T12:00:00Z')
const never = new AbortController().signal
const settled = { interval: 100, timeout: 300_000 }

let cwd: string
let first: string
let second: string
const servers: ServerProcess[] = []

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'arterial-bronze-'))
  first = join(cwd, 'first')
  second = join(cwd, 'second')
  for (const folder of [first, second]) {
    mkdirSync(folder)
    const settings = ['server: {port: 0}', 'limits: {minFreeDiskBytes: 0}']
    // Who is made anew publishes nothing: the tables are another folder's.
    if (folder === first) settings.push('tables: {folder: ./tables, optimiseCron: null, vacuumCron: null}')
    writeFileSync(join(folder, 'arterial.yaml'), settings.join('\n'))
  }
})
afterAll(async () => {
  for (const server of servers) {
    server.kill()
    await server.gone()
  }
  rmSync(cwd, { recursive: true, force: true })
})

function start(folder: string): ServerProcess {
  const server = new ServerProcess(folder, join(folder, 'data/city'))
  servers.push(server)
  return server
}

/** The command line, in a folder; its one JSON document. */
async function arterial<T>(folder: string, ...words: string[]): Promise<T> {
  const args = ['--disable-warning=ExperimentalWarning', MAIN, ...words, '--json']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 24 })
  return JSON.parse(stdout) as T
}

async function send(url: string, path: string, body: string | Buffer, source = 'http'): Promise<void> {
  const headers = { 'content-type': 'application/x-ndjson' }
  const answer = await fetch(`${url}${path}?source=${source}`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers,
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
}

const at = (second: number) => new Date(START + second * 1000).toISOString()
const reading = (i: number, second: number, more: object = {}) =>
  JSON.stringify({
    ...{ sensor_id: `INT-0${i % 7}-SENSOR-01`, timestamp: at(second), vehicle_count: (i * 7) % 40 },
    ...{ average_speed: 20 + (i % 30) + 0.5, occupancy_rate: 0.25, ...more },
  })
const batch = (from: number, count: number, more: object = {}) =>
  Array.from({ length: count }, (_, i) => reading(from + i, (from + i) * 30, more)).join('\n')

/** What a city of some weeks has: repeats, conflicts, lateness, garbage, other streams, the register. */
async function sendOfEach(url: string): Promise<void> {
  await send(url, '/v1/readings', batch(0, 400))
  await send(url, '/v1/readings', batch(0, 50), 'again')
  await send(url, '/v1/readings', batch(20, 10, { vehicle_count: 41 }), 'again')
  await send(url, '/v1/readings', Buffer.from([0x7b, 0xff, 0x7d, 0x0a, 0x5b, 0x31, 0x5d, 0x0a]))
  await send(url, '/v1/readings', `\uFEFF${reading(5, 9_000_000_000)}\n${reading(3, -260_000)}`)
  const weather = (second: number, more = {}) =>
    JSON.stringify({ station_id: 'W1', timestamp: at(second), temperature_f: 50, humidity: 0.5, ...more })
  await send(
    url,
    '/v1/weather',
    [weather(0), weather(300), weather(300, { humidity: 0.6 }), weather(600, { humidity: 2 })].join('\n'),
  )
  const sensor = {
    ...{ sensor_id: 'INT-01-SENSOR-01', intersection_id: 'INT-01', name: 'First', district: 'north' },
    ...{ latitude: 51, longitude: -114, interval_s: 30, lanes: 2, camera: false },
  }
  const answer = await fetch(`${url}/v1/sensors`, {
    ...{ method: 'PUT', body: JSON.stringify([sensor]), headers: { 'content-type': 'application/json' } },
  })
  if (!answer.ok) throw new Error(await answer.text())
}

async function level(url: string): Promise<void> {
  const backlog = async () => ((await (await fetch(`${url}/v1/status`)).json()) as Status).backlog.records
  await expect.poll(backlog, settled).toBe(0)
}

async function rowsOf(url: string, sql: string): Promise<unknown[]> {
  const answer = await fetch(`${url}/v1/sql`, { method: 'POST', body: sql })
  const { columns, rows, detail } = (await answer.json()) as {
    columns?: unknown[]
    rows?: unknown[][]
    detail?: string
  }
  if (rows === undefined) throw new Error(`${sql}: ${detail ?? ''}`)
  return [columns, ...rows]
}

/** Every row of every table that is made of the log. What a start appends itself comes after `end`. */
async function lakeOf(url: string, end: number): Promise<Record<string, unknown[]>> {
  const tables = [
    'silver.readings',
    'silver.conflicts',
    'silver.weather',
    'lake.stream_conflicts',
    'quarantine.lines',
    'bronze.lines',
  ]
  const others = [
    'gold.intersection_metrics',
    'gold.district_analytics',
    'gold.hourly_summary',
    'lake.sensors',
    'lake.intersections',
  ]
  const lake: Record<string, unknown[]> = {}
  for (const table of tables)
    lake[table] = await rowsOf(url, `SELECT * FROM ${table} WHERE position < ${end} ORDER BY position`)
  for (const table of others) lake[table] = await rowsOf(url, `SELECT * FROM ${table} ORDER BY ALL`)
  return lake
}

describe('a city of which only published bronze is left', () => {
  it('comes back with every line at its place, and the same silver, quarantine and gold', async () => {
    const server = start(first)
    const url = await server.ready
    await sendOfEach(url)
    await level(url)
    // What was reserved of positions stays a gap.
    server.kill()
    await server.gone()
    const again = start(first)
    const address = await again.ready
    await send(address, '/v1/readings', batch(400, 300), 'later')
    await send(address, '/v1/readings', reading(2, -400_000), 'later')
    await level(address)
    await arterial(first, 'tables', 'publish')
    const told = await lakeOf(address, Number.MAX_SAFE_INTEGER)
    expect(told['quarantine.lines']?.length).toBeGreaterThan(3)
    expect(told['silver.conflicts']?.length).toBeGreaterThan(1)
    await again.stop()

    const restoring = ['--simulate', 'off', '--data', join(second, 'data')]
    await expect(arterial(second, 'restore', '--from-bronze', ...restoring)).rejects.toThrow(
      'Say where the open tables are: a folder behind --from-bronze',
    )
    const made = await arterial<{ lines: number; end: number; missing: number; folder: string }>(
      second,
      ...['restore', '--from-bronze', join(first, 'tables'), ...restoring],
    )
    expect(made.lines).toBe((told['bronze.lines']?.length ?? 0) - 1)
    expect(made.missing).toBeGreaterThan(0)

    const restored = start(second)
    const there = await restored.ready
    await level(there)
    const lake = await lakeOf(there, made.end)
    for (const [table, rows] of Object.entries(told)) expect([table, lake[table]]).toEqual([table, rows])
    await send(there, '/v1/readings', batch(900, 10))
    await level(there)
    expect(await arterial(second, 'verify')).toMatchObject({ equal: true })
    const { problems } = (await (await fetch(`${there}/v1/status`)).json()) as Status
    expect(problems).toEqual([])
    await restored.stop()
  })

  it('comes back from where it was broken off, and refuses to go on with another table', async () => {
    const folder = join(cwd, 'broken/city')
    const store = folderStore(join(first, 'tables'))
    const restore = (from = store) =>
      restoreFromBronze({ store: from, folder, signal: never, onProgress: () => undefined })
    const cut = {
      ...store,
      get: (key: string) => (key.endsWith('.parquet') ? Promise.reject(new Error('cut')) : store.get(key)),
    }
    await expect(restore(cut)).rejects.toThrow(/can't be read: cut/)
    expect(readdirSync(join(cwd, 'broken'))).toEqual(['city.restoring-bronze'])
    const other = { ...store, get: async (key: string) => renamed(key, await store.get(key)) }
    await expect(restore(other)).rejects.toThrow(/was begun with another table/)
    const made = await restore()
    expect(readdirSync(join(cwd, 'broken'))).toEqual(['city'])
    expect(made.lines).toBeGreaterThan(700)
  })

  it.skipIf(readersMissing !== null)('comes back where delta-rs put the files together', async () => {
    const base = join(cwd, 'compacted')
    cpSync(join(first, 'tables'), base, { recursive: true })
    const files = async () => (await DeltaTable.open(folderStore(base), BRONZE_LINES)).snapshot.files.size
    const before = await files()
    writeByDeltaRs({ base }, BRONZE_LINES, 'compact')
    expect(await files()).toBeLessThan(before)
    const folder = join(cwd, 'of-compacted/city')
    await restoreFromBronze({ store: folderStore(base), folder, signal: never, onProgress: () => undefined })
    expect(await framesIn(folder)).toEqual(await framesIn(join(cwd, 'broken/city')))
  })

  for (const [name, missing, startEmulator, storeOf] of [
    ['a bucket of S3', motoMissing, startMoto, s3Store],
    ['a container of Azure', azuriteMissing, startAzurite, azureStore],
  ] as const)
    it.skipIf(missing !== null)(`comes back from ${name}`, async () => {
      const emulator = await startEmulator()
      try {
        const store = storeOf({ ...emulator.bucket, setting: 'tables', prefix: 'tables/' })
        for (const file of filesBelow(join(first, 'tables', BRONZE_LINES)))
          await store.put(`${BRONZE_LINES}/${file}`, readFileSync(join(first, 'tables', BRONZE_LINES, file)))
        const folder = join(cwd, `of ${name}/city`)
        await restoreFromBronze({ store, folder, signal: never, onProgress: () => undefined })
        expect(await framesIn(folder)).toEqual(await framesIn(join(cwd, 'broken/city')))
      } finally {
        await emulator.stop()
      }
    })
})

for (const missing of [motoMissing, azuriteMissing, readersMissing])
  if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)

async function framesIn(folder: string): Promise<Frame[]> {
  const log = await openLog(join(folder, 'segments'), { onProblem: () => undefined })
  const frames = await readAll(log)
  await log.close()
  return frames
}

function renamed(key: string, bytes: Buffer | null): Buffer | null {
  return bytes !== null && key.endsWith('.json')
    ? Buffer.from(bytes.toString().replace(/"metaData":\{"id":"[^"]+"/, '"metaData":{"id":"another"'))
    : bytes
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(name =>
    statSync(join(path, name)).isFile(),
  )
}
