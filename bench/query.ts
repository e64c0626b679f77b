import { join } from 'node:path'
import type { BenchOptions, BenchOutcome } from '../src/app/cli/commands/bench.ts'
import { mib, quantile, round, table, thousands } from './figures.ts'
import { fillLog } from './gold/fill.ts'
import { pastReadings } from './load/readings.ts'
import type { BenchServer } from './system/server.ts'
import { withFolder, withServer } from './system/server.ts'

const ROWS = 10_000_000
const SENSORS = 10_000
const TIMES = 20
const TIMEOUT_MS = 900_000
const HOUR_MS = 3_600_000

interface Question {
  readonly name: string
  readonly path: string
  /** Posted as JSON; null asks with GET. */
  readonly body: unknown
}

/** Loads a day of readings and asks what the page, an analyst and a BI tool ask. */
export async function run(options: BenchOptions): Promise<BenchOutcome> {
  const rows = options.rows ?? ROWS
  const { signal, onProgress } = options
  return withFolder(async dir => {
    onProgress(`Writing ${thousands(rows)} readings into the log…`)
    const readings = pastReadings(rows, { sensors: SENSORS, seed: options.seed ?? 1 }, Date.now())
    await fillLog(join(dir, 'city'), readings, signal)
    return withServer(dir, signal, async server => {
      onProgress('Loading them…')
      const status = await server.loaded(rows, TIMEOUT_MS, signal)
      const newestMs = Date.parse(status.newestAt ?? new Date().toISOString())
      const results = []
      for (const question of questions(newestMs)) {
        onProgress(`${question.name}…`)
        results.push({ name: question.name, ...(await ask(server, question, signal)) })
      }
      const json = {
        rows: status.layers.silver.rows,
        times: TIMES,
        queries: results,
        memoryBytes: server.tree.rssBytes(),
        peakMemoryBytes: server.tree.peakBytes,
      }
      const lines = results.map(one => [one.name, String(one.p50Ms), String(one.p95Ms), thousands(one.bytes)])
      const text = [
        `Queries over ${thousands(json.rows)} readings, ${TIMES} times each`,
        '',
        table([['', 'p50 ms', 'p95 ms', 'bytes'], ...lines]),
        '',
        `Memory of all processes: ${mib(json.memoryBytes)} MiB now, at most ${mib(json.peakMemoryBytes)} MiB while loading`,
      ].join('\n')
      return { json, text, ok: true }
    })
  })
}

function questions(newestMs: number): Question[] {
  const iso = (ms: number) => new Date(ms).toISOString()
  const span = (hours: number) => `from=${iso(newestMs - hours * HOUR_MS)}&to=${iso(newestMs)}`
  const get = (name: string, path: string): Question => ({ name, path, body: null })
  const sql = (name: string, query: string): Question => ({ name, path: '/v1/sql', body: { sql: query } })
  return [
    get('gold: hourly summary, 24 h', `/v1/gold/hourly-summary?${span(24)}&limit=500`),
    get('gold: district analytics, 24 h', `/v1/gold/district-analytics?${span(24)}&limit=500`),
    get(
      'gold: one intersection, 24 h',
      `/v1/gold/intersection-metrics?intersection_id=INT-0303&${span(24)}&limit=500`,
    ),
    get('gold: all intersections, last 5 min', `/v1/gold/intersection-metrics?${span(0.1)}&limit=2000`),
    get('silver: one sensor, 2 h', `/v1/silver/readings?sensor_id=INT-0303-SENSOR-01&${span(2)}&limit=500`),
    get('silver: newest 500 of the city', `/v1/silver/readings?${span(0.1)}&limit=500`),
    sql(
      'SQL: top 20 intersections by wait',
      'SELECT intersection_id, avg(mean_wait_s) AS wait FROM gold.intersection_metrics GROUP BY intersection_id ORDER BY wait DESC LIMIT 20',
    ),
    sql(
      'SQL: silver by hour and district',
      'SELECT toStartOfHour(measured_at) AS hour, district, count(), avg(speed_kmh) FROM silver.readings GROUP BY hour, district ORDER BY hour, district',
    ),
    sql('SQL: count of silver', 'SELECT count() FROM silver.readings'),
  ]
}

async function ask(
  server: BenchServer,
  { path, body }: Question,
  signal: AbortSignal,
): Promise<{ p50Ms: number; p95Ms: number; bytes: number }> {
  const init: RequestInit =
    body === null
      ? { signal }
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal,
        }
  const spentMs: number[] = []
  let bytes = 0
  for (let i = 0; i < TIMES; i++) {
    const started = performance.now()
    const answer = await fetch(`${server.url}${path}`, init)
    const text = await answer.text()
    spentMs.push(performance.now() - started)
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 500)}`)
    bytes = text.length
  }
  return { p50Ms: round(quantile(spentMs, 0.5), 1), p95Ms: round(quantile(spentMs, 0.95), 1), bytes }
}
