// `npm run test:feeds`: the real feeds through the whole chain, by the command line alone, and their hourly means against
// an independent computation from the Parquet files by DuckDB.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { DuckDBInstance } from '@duckdb/node-api'

const ROOT = resolve(import.meta.dirname, '../..')
const DATA = resolve(ROOT, '../shared/data')
const CLI = join(ROOT, 'src/app/cli/main.ts')
/** Hourly means may differ from the independent ones by this much, km/h. */
const TOLERANCE_KMH = 0.01

interface Feed {
  readonly name: string
  readonly readings: string
  readonly stations: number
  /** Rows of (hour in UTC as text, readings, mean speed km/h, mean occupancy, vehicles); @file is the Parquet file. */
  readonly sql: string
}

const FEEDS: readonly Feed[] = [
  {
    name: 'metr-la',
    readings: 'metr-la/readings.parquet',
    stations: 207,
    sql: `SELECT strftime(date_trunc('hour', timezone('UTC', timezone('America/Los_Angeles', timestamp))), '%Y-%m-%dT%H:00:00Z'), count(*)::INTEGER,
            avg(speed_mph * 1.609344), NULL::DOUBLE, NULL::DOUBLE FROM '@file' GROUP BY 1 ORDER BY 1`,
  },
  {
    name: 'pems-d12',
    readings: 'pems-d12/tustin_readings.parquet',
    stations: 18,
    sql: `SELECT strftime(date_trunc('hour', timezone('UTC', timezone('America/Los_Angeles', timestamp))), '%Y-%m-%dT%H:00:00Z'), count(*)::INTEGER,
            sum(flow_veh_per_5min * speed_mph * 1.609344) / sum(CASE WHEN speed_mph IS NULL THEN NULL ELSE flow_veh_per_5min END), avg(occupancy),
            sum(flow_veh_per_5min)::DOUBLE FROM '@file' GROUP BY 1 ORDER BY 1`,
  },
]

let passed = 0
let failed = 0
let skipped = 0
for (const feed of FEEDS) await run(feed)
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed > 0 ? 1 : 0

async function run(feed: Feed): Promise<void> {
  const file = join(DATA, feed.readings)
  if (!existsSync(file)) {
    skipped++
    console.log(`skipped ${feed.name}: its data is not here (../shared/data/${feed.readings})`)
    return
  }
  const folder = await mkdtemp(join(tmpdir(), 'arterial-feeds-'))
  let server: ChildProcess | null = null
  try {
    const started = await start(folder)
    server = started.server
    const begun = performance.now()
    const told = JSON.parse(
      await arterial([
        'replay',
        file,
        '--feed',
        feed.name,
        '--speed',
        'max',
        '--data',
        folder,
        '--simulate',
        'off',
        '--json',
      ]),
    ) as Record<string, number>
    const { read, new: fresh, repeats, conflicts, quarantined } = told
    check(
      `${feed.name}: ${read} rows read are ${fresh} new, ${repeats} repeats, ${conflicts} conflicts, ${quarantined} quarantined`,
      told['unaccounted'] === 0,
    )
    await level(started.url)
    console.log(`${feed.name}: replayed and level in ${Math.round((performance.now() - begun) / 1000)} s`)
    const verified = JSON.parse(
      await arterial(['verify', '--json', '--data', folder, '--simulate', 'off']),
    ) as {
      equal: boolean
      readings: number
    }
    check(`${feed.name}: verify says equal over ${verified.readings} readings`, verified.equal)
    const stations = await count(started.url, '/v1/intersections?limit=10000')
    check(`${feed.name}: ${stations} stations known`, stations === feed.stations)
    await compare(feed, file, started.url)
  } catch (error) {
    check(`${feed.name}: ${error instanceof Error ? error.message : String(error)}`, false)
  } finally {
    if (server !== null && server.exitCode === null) {
      server.kill('SIGTERM')
      await once(server, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
}

async function compare({ name, sql }: Feed, file: string, url: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const result = await connection.runAndReadAll(sql.replace('@file', file))
  const expected = result.getRows() as [string, number, number | null, number | null, number | null][]
  const hours = new Map<string, Record<string, number | null>>()
  for (let path: string | null = '/v1/gold/hourly-summary?limit=10000'; path !== null;) {
    const page = (await (await fetch(url + path)).json()) as {
      items: ({ window_start: string } & Record<string, number | null>)[]
      next: string | null
    }
    for (const row of page.items) hours.set(row.window_start, row)
    path = page.next
  }
  let worstKmh = 0
  let wrong = hours.size === expected.length ? 0 : 1
  for (const [hour, readings, speed, occupancy, vehicles] of expected) {
    const row = hours.get(hour)
    worstKmh = Math.max(worstKmh, Math.abs((row?.['mean_speed_kmh'] ?? Infinity) - (speed ?? 0)))
    if (row?.['readings'] !== readings) wrong++
    if (occupancy !== null && !(Math.abs((row?.['mean_occupancy'] ?? Infinity) - occupancy) < 1e-5)) wrong++
    if (vehicles !== null && row?.['vehicles'] !== vehicles) wrong++
  }
  check(`${name}: ${expected.length} hours, counts and occupancy equal (${wrong} differ)`, wrong === 0)
  check(
    `${name}: hourly mean speeds within ${TOLERANCE_KMH} km/h (worst ${worstKmh.toFixed(6)})`,
    worstKmh <= TOLERANCE_KMH,
  )
}

async function start(folder: string): Promise<{ server: ChildProcess; url: string }> {
  const args = [CLI, 'start', '--simulate', 'off', '--port', '0', '--no-build', '--json', '--data', folder]
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  for await (const line of createInterface({ input: server.stdout })) {
    return { server, url: (JSON.parse(line) as { url: string }).url }
  }
  throw new Error('the server ended before it was ready')
}

async function level(url: string): Promise<void> {
  for (;;) {
    const status = (await (await fetch(`${url}/v1/status`)).json()) as { backlog: { records: number } }
    if (status.backlog.records === 0) return
    await new Promise(done => setTimeout(done, 200))
  }
}

async function count(url: string, path: string): Promise<number> {
  return ((await (await fetch(url + path)).json()) as { items: unknown[] }).items.length
}

async function arterial(args: string[]): Promise<string> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  // 1: verify differs; 5: some rows are in quarantine.
  if (![0, 1, 5].includes(code))
    throw new Error(`arterial ${args[0] ?? ''} ended with code ${code}: ${err.slice(-500)}`)
  return out
}

function check(what: string, ok: boolean): void {
  if (ok) passed++
  else failed++
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}`)
}
