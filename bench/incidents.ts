import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { BenchOptions, BenchOutcome } from '../src/app/cli/commands/bench.ts'
import { run as arterial } from '../src/app/cli/run.ts'
import { mib, quantile, round, table, thousands } from './figures.ts'
import { writeRecord, writeSettings } from './incidents/record.ts'
import type { RecordFile } from './incidents/record.ts'
import { weatherLines } from './incidents/weather.ts'
import { BenchFailedError, withFolder, withServer } from './system/server.ts'
import type { BenchServer } from './system/server.ts'

const ROWS = 1_000_000
const MORE = 1_000
/** A live feed tells of the last days. */
const MORE_DAYS = 2
const DAY_MS = 86_400_000
const TIMES = 20
const GOALS = { reloadS: 30, incrementalS: 1, p95Ms: 100 }

/** What the page asks for when somebody chooses something. */
const QUESTIONS: readonly (readonly [name: string, path: string])[] = [
  ['everything by day, hour, type and place', 'overview'],
  ['one year', 'overview?from=2023-01-01&to=2024-01-01'],
  ['one type on weekday mornings', 'overview?type=two-vehicle&weekday=1&weekday=2&hour_from=6&hour_to=9'],
  ['one community', 'overview?community=COMMUNITY%20150'],
  ['words of the text', 'overview?words=harbour'],
  ['a quarter of the map', 'overview?bbox=-114.3,50.84,-114.12,51.02'],
  ['one kind of weather', 'overview?weather=snow&weather=heavy_snow'],
  [
    'one kind of weather in a year, one type',
    'overview?weather=rain&from=2023-01-01&to=2024-01-01&type=stalled',
  ],
  ['newest 5,000 places', 'points?limit=5000'],
  ['newest 20,000 places, as the page asks', 'points?limit=20000'],
  ['newest 5,000 places in one kind of weather', 'points?weather=snow&limit=5000'],
  [
    'newest 5,000 places of a year, one quadrant',
    'points?from=2022-01-01&to=2023-01-01&quadrant=NE&limit=5000',
  ],
]

/** Brings in a synthetic incident record, then a thousand rows more, and asks what the page asks. */
export async function run(options: BenchOptions): Promise<BenchOutcome> {
  const { signal, onProgress } = options
  return withFolder(async dir => {
    const all: RecordFile = { rows: options.rows ?? ROWS, seed: options.seed ?? 1 }
    const more: RecordFile = {
      rows: MORE,
      seed: all.seed + 1,
      days: MORE_DAYS,
      updates: { of: all, rows: MORE / 2 },
    }
    // Local times are written as if they were UTC: a day is more than any zone is ahead.
    const endMs = Date.now() - DAY_MS
    onProgress(`Writing a record of ${thousands(all.rows)} incidents…`)
    await writeSettings(dir)
    await writeRecord(join(dir, 'all.csv'), all, endMs)
    await writeRecord(join(dir, 'more.csv'), more, endMs)
    return withServer(dir, signal, async server => {
      onProgress('Sending the weather of each hour…')
      await sendWeather(server, endMs, signal)
      onProgress('Importing it…')
      const reload = await imported(server, dir, 'all.csv', signal)
      onProgress(`Importing ${thousands(MORE)} rows more…`)
      const incremental = await imported(server, dir, 'more.csv', signal)
      const queries = []
      for (const [name, path] of QUESTIONS) {
        onProgress(`${name}…`)
        queries.push({ name, ...(await asked(server, `/v1/incident-record/${path}`, signal)) })
      }
      const { size } = await stat(join(dir, 'all.csv'))
      const memoryBytes = server.tree.peakBytes
      return outcome({ rows: all.rows, bytes: size, reload, incremental, queries, memoryBytes })
    })
  })
}

const LEVEL_WITHIN_MS = 120_000

async function sendWeather(server: BenchServer, endMs: number, signal: AbortSignal): Promise<void> {
  for (const body of weatherLines(endMs)) {
    const headers = { 'content-type': 'application/x-ndjson' }
    const answer = await fetch(`${server.url}/v1/weather`, { method: 'POST', headers, body, signal })
    if (!answer.ok)
      throw new BenchFailedError(`the weather was answered ${answer.status}: ${await answer.text()}`)
  }
  const { log } = await server.status(signal)
  await server.loaded(log.position, LEVEL_WITHIN_MS, signal)
}

interface Imported {
  readonly seconds: number
  readonly report: Readonly<Record<string, unknown>>
}

/** As `arterial incidents import` does it: until the record is made and every row counted. */
async function imported(
  server: BenchServer,
  dir: string,
  file: string,
  signal: AbortSignal,
): Promise<Imported> {
  const out = { stdout: '', stderr: '' }
  const began = performance.now()
  const code = await arterial(['incidents', 'import', file, '--url', server.url, '--json'], {
    stdout: { write: text => (out.stdout += text) },
    stderr: { write: text => (out.stderr += text) },
    stdin: () => Promise.resolve(''),
    input: () => Readable.from([]),
    ...{ cwd: dir, env: {}, exitCode: 0, signal },
    startSystem: () => Promise.reject(new Error('a server runs')),
  })
  const seconds = round((performance.now() - began) / 1000)
  if (code !== 0)
    throw new BenchFailedError(`the import of ${file} ended with ${code}: ${out.stderr}${out.stdout}`)
  return { seconds, report: JSON.parse(out.stdout) as Record<string, unknown> }
}

async function asked(server: BenchServer, path: string, signal: AbortSignal) {
  const spentMs: number[] = []
  for (let i = 0; i < TIMES; i++) {
    const began = performance.now()
    await server.text(path, signal)
    spentMs.push(performance.now() - began)
  }
  return { p50Ms: round(quantile(spentMs, 0.5), 1), p95Ms: round(quantile(spentMs, 0.95), 1) }
}

interface Measured {
  readonly rows: number
  readonly bytes: number
  readonly reload: Imported
  readonly incremental: Imported
  readonly queries: readonly { readonly name: string; readonly p50Ms: number; readonly p95Ms: number }[]
  readonly memoryBytes: number
}

function outcome(json: Measured): BenchOutcome {
  const { rows, bytes, reload, incremental, queries, memoryBytes } = json
  const said = ({ report }: Imported) =>
    ['new', 'updated', 'unchanged', 'quarantined'].map(name => `${String(report[name])} ${name}`).join(', ')
  const text = [
    `${thousands(rows)} incidents (${mib(bytes)} MiB of CSV) in ${reload.seconds} s (goal ${GOALS.reloadS} s): ${said(reload)}`,
    `${thousands(MORE)} rows more in ${incremental.seconds} s (goal ${GOALS.incrementalS} s): ${said(incremental)}`,
    '',
    table([
      ['', 'p50 ms', 'p95 ms'],
      ...queries.map(one => [one.name, String(one.p50Ms), String(one.p95Ms)]),
    ]),
    '',
    `Memory of all processes: at most ${mib(memoryBytes)} MiB`,
  ].join('\n')
  const ok =
    reload.seconds <= GOALS.reloadS &&
    incremental.seconds <= GOALS.incrementalS &&
    queries.every(({ p95Ms }) => p95Ms <= GOALS.p95Ms)
  return { json, text, ok }
}
