import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchOptions, BenchOutcome } from '../src/app/cli/commands/bench.ts'
import { listed, median, mib, perLineUs, round, table, thousands } from './figures.ts'
import { runChild } from './gold/child.ts'
import type { ChildRun } from './gold/child.ts'
import { fillLog } from './gold/fill.ts'
import { INTERVAL_S, pastReadings, readingsInMemory, slice, STEP } from './load/readings.ts'
import type { Readings } from './load/readings.ts'
import { sendAll, Sender } from './load/sender.ts'
import { cpuBetween, cpuTotalMs } from './system/processes.ts'
import type { BenchServer } from './system/server.ts'
import { withFolder, withServer } from './system/server.ts'

/** Lines a request, and how many connections send them. */
const REQUESTS = [
  { lines: 200, connections: 16 },
  { lines: 2000, connections: 8 },
  { lines: 20_000, connections: 4 },
] as const
const SENSORS = 10_000
const ROWS = 2_000_000
/** How often each of the two scripts runs, in turn. */
const PAIRS = 3
const TIMEOUT_MS = 600_000
const GOAL_ROWS_PER_S = 250_000
const GOAL_MEMORY_BYTES = 4 * 2 ** 30

interface HttpResult {
  readonly linesPerRequest: number
  readonly rowsPerS: number
  readonly ms: number
  /** µs of CPU a line, by process and thread; the generator's own apart. */
  readonly cpuUs: Readonly<Record<string, number>>
  readonly generatorCpuUs: number
  /** µs of wall clock a line; the stages overlap. */
  readonly stages: Readonly<Record<string, number>>
  readonly peakMemoryBytes: number
  readonly diskBytesPerReading: Readonly<Record<string, number>>
}

/**
 * Brings readings in through HTTP until they are in gold, at several sizes of request; then loads a full log, and
 * has a DuckDB script do the same, in turn.
 */
export async function run(options: BenchOptions): Promise<BenchOutcome> {
  const rows = Math.ceil((options.rows ?? ROWS) / STEP) * STEP
  const seed = options.seed ?? 1
  const { signal, onProgress } = options
  const sizes = REQUESTS.filter(({ lines }) => options.lines === undefined || options.lines === lines)
  const wanted = sizes.length > 0 ? sizes : [{ lines: wholeSteps(options.lines ?? STEP), connections: 4 }]
  const nowMs = Date.now()

  onProgress(`Making ${thousands(rows)} readings of ${thousands(SENSORS)} sensors (every ${INTERVAL_S} s)…`)
  const readings = readingsInMemory(rows, { sensors: SENSORS, seed }, nowMs)
  const http: HttpResult[] = []
  for (const size of wanted) {
    onProgress(`HTTP, ${thousands(size.lines)} lines a request…`)
    http.push(await overHttp(readings, size, signal))
  }
  const script = await logToGold(readings, { seed, nowMs, signal, onProgress })

  const best = http.at(-1) as HttpResult
  const peakMemoryBytes = Math.max(...http.map(result => result.peakMemoryBytes), script.peakMemoryBytes)
  const json = {
    rows,
    bytesPerLine: round(readings.bytes.length / rows, 1),
    generatorCost: 'counted: it runs on the same cores',
    rowsPerS: best.rowsPerS,
    duckdbRatio: script.duckdbRatio,
    stages: best.stages,
    cpuUs: best.cpuUs,
    peakMemoryBytes,
    diskBytesPerReading: best.diskBytesPerReading,
    http,
    logToGold: script,
  }
  const ok =
    best.rowsPerS >= GOAL_ROWS_PER_S && script.duckdbRatio >= 1 && peakMemoryBytes < GOAL_MEMORY_BYTES
  return { json, text: textOf(json, ok), ok }
}

async function overHttp(
  readings: Readings,
  { lines, connections }: { readonly lines: number; readonly connections: number },
  signal: AbortSignal,
): Promise<HttpResult> {
  return withFolder(dir =>
    withServer(dir, signal, async server => {
      const sender = new Sender(server.url, connections, signal)
      try {
        return await measure(server, sender, readings, { lines, connections }, signal)
      } finally {
        sender.close()
      }
    }),
  )
}

async function measure(
  server: BenchServer,
  sender: Sender,
  readings: Readings,
  { lines, connections }: { readonly lines: number; readonly connections: number },
  signal: AbortSignal,
): Promise<HttpResult> {
  const { count } = readings
  const before = { own: process.cpuUsage(), cpu: server.tree.cpu(), stages: await server.stages(signal) }
  let at = 0
  const next = () => {
    if (at >= count) return null
    const from = at
    at = Math.min(count, at + lines)
    return slice(readings, from, at)
  }
  const started = performance.now()
  await sendAll(sender, connections, next)
  await server.loaded(count, TIMEOUT_MS, signal)
  const ms = performance.now() - started

  const own = process.cpuUsage(before.own)
  const cpu = cpuBetween(before.cpu, server.tree.cpu())
  const stages = await server.stages(signal)
  const spentMs = Object.entries(stages).map(([name, s]) => [name, (s - (before.stages[name] ?? 0)) * 1000])
  return {
    linesPerRequest: lines,
    rowsPerS: Math.round((count / ms) * 1000),
    ms: Math.round(ms),
    cpuUs: perLineUs(cpu, count),
    generatorCpuUs: round((own.user + own.system) / count),
    stages: {
      'http and log (main thread, CPU)': round(((cpu['main thread'] ?? 0) * 1000) / count),
      ...perLineUs(Object.fromEntries(spentMs) as Record<string, number>, count),
    },
    peakMemoryBytes: server.tree.peakBytes,
    diskBytesPerReading: await diskUse(server, count, signal),
  }
}

async function diskUse(
  server: BenchServer,
  count: number,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  // Sizes are asked of the engine every two seconds.
  await new Promise(resolve => setTimeout(resolve, 2500))
  const { log, layers } = await server.status(signal)
  return {
    log: round(log.bytes / count, 1),
    silver: round(layers.silver.bytes / count, 1),
    gold: round(layers.gold.bytes / count, 1),
  }
}

interface LogToGold {
  /** DuckDB's time over ours, of the medians; at least 1 means we are at least as fast. */
  readonly duckdbRatio: number
  readonly rowsPerS: number
  readonly duckdbRowsPerS: number
  /** µs of wall clock a line, and of CPU. */
  readonly stages: Readonly<Record<string, number>>
  readonly cpuUs: Readonly<Record<string, number>>
  readonly duckdbStages: Readonly<Record<string, number>>
  readonly ms: readonly number[]
  readonly duckdbMs: readonly number[]
  readonly peakMemoryBytes: number
  readonly duckdbPeakMemoryBytes: number
}

async function logToGold(
  readings: Readings,
  deps: {
    readonly seed: number
    readonly nowMs: number
    readonly signal: AbortSignal
    readonly onProgress: (line: string) => void
  },
): Promise<LogToGold> {
  const { seed, nowMs, signal, onProgress } = deps
  return withFolder(async dir => {
    const file = join(dir, 'readings.ndjson')
    const database = join(dir, 'medallion.duckdb')
    const city = join(dir, 'city')
    await writeFile(file, readings.bytes)
    await fillLog(city, pastReadings(readings.count, { sensors: SENSORS, seed }, nowMs), signal)
    const ours: ChildRun[] = []
    const duckdb: ChildRun[] = []
    for (let pair = 1; pair <= PAIRS; pair++) {
      onProgress(`A full log into gold, and DuckDB from the same lines: ${pair} of ${PAIRS}…`)
      for (const name of ['lake', 'checkpoint.json'])
        await rm(join(city, name), { recursive: true, force: true })
      ours.push(await runChild('arterial', [city], signal))
      for (const path of [database, `${database}.wal`]) await rm(path, { force: true })
      duckdb.push(await runChild('duckdb', [file, database], signal))
    }
    return summary(readings.count, ours, duckdb)
  })
}

function summary(count: number, ours: readonly ChildRun[], duckdb: readonly ChildRun[]): LogToGold {
  const ourMs = median(ours.map(run => run.ms))
  const duckdbMs = median(duckdb.map(run => run.ms))
  const middle = ours.find(run => run.ms >= ourMs) ?? ours[0]
  const duckdbMiddle = duckdb.find(run => run.ms >= duckdbMs) ?? duckdb[0]
  return {
    duckdbRatio: round(duckdbMs / ourMs),
    rowsPerS: Math.round((count / ourMs) * 1000),
    duckdbRowsPerS: Math.round((count / duckdbMs) * 1000),
    stages: perLineUs(middle?.stagesMs ?? {}, count),
    cpuUs: perLineUs({ ...middle?.cpuMs, DuckDB: cpuTotalMs(duckdbMiddle?.cpuMs ?? {}) }, count),
    duckdbStages: perLineUs(duckdbMiddle?.stagesMs ?? {}, count),
    ms: ours.map(run => Math.round(run.ms)),
    duckdbMs: duckdb.map(run => Math.round(run.ms)),
    peakMemoryBytes: Math.max(...ours.map(run => run.peakMemoryBytes)),
    duckdbPeakMemoryBytes: Math.max(...duckdb.map(run => run.peakMemoryBytes)),
  }
}

function textOf(
  json: { rows: number; http: HttpResult[]; logToGold: LogToGold; peakMemoryBytes: number },
  ok: boolean,
): string {
  const { http, logToGold: script } = json
  const best = http.at(-1) as HttpResult
  const rows = http.map(result => [
    `HTTP, ${thousands(result.linesPerRequest)} lines a request`,
    thousands(result.rowsPerS),
    thousands(result.ms),
    String(round(cpuTotalMs(result.cpuUs))),
    String(result.generatorCpuUs),
    String(mib(result.peakMemoryBytes)),
  ])
  return [
    `Ingest of ${thousands(json.rows)} readings, end to end: HTTP in → durable → bronze, silver, gold complete`,
    '',
    table([['', 'rows/s', 'ms', 'CPU µs/line', 'generator', 'peak MiB'], ...rows]),
    '',
    `Where the time goes at ${thousands(best.linesPerRequest)} lines a request, µs a line (wall clock; stages overlap):`,
    `  ${listed(best.stages)}`,
    `  CPU: ${listed(best.cpuUs)}`,
    `Disk, bytes a reading: ${listed(best.diskBytesPerReading)}`,
    '',
    `Log → gold without HTTP: ${thousands(script.rowsPerS)} rows/s; DuckDB script ${thousands(script.duckdbRowsPerS)} rows/s; ratio ${script.duckdbRatio}`,
    `  µs a line: ${listed(script.stages)}`,
    `  DuckDB: ${listed(script.duckdbStages)}`,
    '',
    ok ? 'Goals reached.' : `Goals missed: ${thousands(GOAL_ROWS_PER_S)} rows/s, ratio 1, less than 4 GiB.`,
  ].join('\n')
}

function wholeSteps(lines: number): number {
  return Math.max(1, Math.round(lines / STEP)) * STEP
}
