import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import { startEmbeddedEngine } from '../../src/lake/engine/index.ts'
import type { Engine } from '../../src/lake/engine/index.ts'
import { garbage, good, large, LineSum, MIB, SUM_SQL } from './lines.ts'

export interface Outcome {
  /** Good readings sent, and in silver. */
  readonly good: readonly [sent: number, found: number]
  /** Bad lines by reason. */
  readonly bad: readonly [sent: Readonly<Record<string, number>>, found: Readonly<Record<string, number>>]
  /** Sum of the bytes of all bad lines but the ones kept as files. */
  readonly bytes: readonly [sent: string, found: string]
  /** SHA-256 of the lines that are kept as files. */
  readonly files: readonly [sent: readonly string[], found: readonly string[]]
  readonly isAlive: boolean
  readonly peakMib: { readonly server: number; readonly engine: number }
  readonly seconds: number
}

const LINES_A_REQUEST = 5000
/** Of each, among the others. */
const LARGE_BYTES = [1 * MIB, 4 * MIB, 10 * MIB]
const OVERSIZE_BYTES = 17 * MIB

/** Sends as many bad lines as good ones, mixed, through the door of a started system, and looks what became of them. */
export async function runGarbage(count: number, largeLines: number): Promise<Outcome> {
  const dir = await mkdtemp(join(tmpdir(), 'arterial-garbage-'))
  const flags = { 'data.dir': dir, 'simulation.mode': 'off', 'server.port': 0 }
  const began = performance.now()
  try {
    const system = await startSystem(loadConfig({ env: {}, cwd: dir, flags }), { mode: 'serve' })
    const memory = watchMemory(join(system.folder, 'engine.pid'))
    let isAlive = false
    let sent: Sent
    try {
      sent = await send(system.url ?? '', count, largeLines)
      await level(system.url ?? '')
      isAlive = (await fetch(`${system.url ?? ''}/healthz`)).ok
    } finally {
      await system.stop()
      memory.stop()
    }
    const engine = await startEmbeddedEngine({ dir: system.folder })
    try {
      const found = await look(engine, join(system.folder, 'oversize'))
      return {
        good: [sent.good, found.good],
        bad: [sent.bad, found.bad],
        bytes: [sent.sum.text, found.bytes],
        files: [sent.files.toSorted(), found.files],
        isAlive,
        peakMib: memory.peakMib(),
        seconds: (performance.now() - began) / 1000,
      }
    } finally {
      await engine.stop()
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

interface Sent {
  good: number
  readonly bad: Record<string, number>
  readonly sum: LineSum
  readonly files: string[]
}

async function send(url: string, count: number, largeLines: number): Promise<Sent> {
  const sent: Sent = { good: 0, bad: {}, sum: new LineSum(), files: [] }
  const baseMs = Date.now() - 24 * 3_600_000
  const at = new Date(baseMs).toISOString()
  let body: Buffer[] = []
  let lines = 0
  const flush = async () => {
    await post(url, Buffer.concat(body), lines)
    body = []
    lines = 0
  }
  const push = (line: Buffer) => {
    body.push(line, Buffer.from('\n'))
    lines++
  }
  const refuse = ([reason, line]: readonly [string, Buffer]) => {
    push(line)
    sent.bad[reason] = (sent.bad[reason] ?? 0) + 1
    if (reason === 'line_too_long') sent.files.push(createHash('sha256').update(line).digest('hex'))
    else sent.sum.add(line)
  }
  const every = Math.max(1, Math.floor(count / largeLines))
  for (let i = 0; i < count; i++) {
    push(Buffer.from(good(i, baseMs)))
    sent.good++
    refuse(garbage(i, at))
    if (i % every === every - 1) {
      const n = Math.floor(i / every)
      refuse(large(n, LARGE_BYTES[n % LARGE_BYTES.length]!, at))
      if (n % 4 === 0) refuse(['line_too_long', Buffer.alloc(OVERSIZE_BYTES + n, 0x5b)])
      await flush()
    } else if (lines >= LINES_A_REQUEST) await flush()
  }
  if (lines > 0) await flush()
  return sent
}

/** A door that asks for patience has kept the first lines: the rest is sent when it says. */
async function post(url: string, whole: Buffer, count: number): Promise<void> {
  let body = whole
  let lines = count
  for (;;) {
    const answer = await fetch(`${url}/v1/readings`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: new Uint8Array(body),
    })
    const text = await answer.text()
    if (answer.ok) {
      const { accepted } = JSON.parse(text) as { accepted: number }
      if (accepted !== lines) throw new Error(`${lines} lines were sent, ${accepted} accepted`)
      return
    }
    if (answer.status !== 429) throw new Error(`${answer.status}: ${text}`)
    const { durable } = JSON.parse(text) as { durable: number }
    for (let i = 0; i < durable; i++) body = body.subarray(body.indexOf(10) + 1)
    lines -= durable
    await sleep(1000 * Number(answer.headers.get('retry-after')))
  }
}

async function level(url: string): Promise<void> {
  for (;;) {
    const status = (await (await fetch(`${url}/v1/status`)).json()) as { backlog: { records: number } }
    if (status.backlog.records === 0) return
    await sleep(100)
  }
}

async function look(engine: Engine, oversizeDir: string) {
  const ask = async <T>(sql: string): Promise<T[]> =>
    engine.query<T>(sql, { settings: { output_format_json_quote_64bit_integers: 0 } })
  const [silver] = await ask<{ n: number }>(
    "SELECT uniqExact(sensor_id, measured_at) AS n FROM silver.readings WHERE startsWith(sensor_id, 'S-')",
  )
  const [rows] = await ask<{ n: number }>('SELECT count() AS n FROM silver.readings')
  const reasons = await ask<{ reason: string; n: number }>(
    "SELECT arrayStringConcat(reasons, ' ') AS reason, count() AS n FROM quarantine.lines GROUP BY reason",
  )
  const [bytes] = await ask<{ sum: string; wrong: number }>(
    `SELECT ${SUM_SQL} AS sum, countIf(bytes != length(line)) AS wrong FROM quarantine.lines WHERE file IS NULL`,
  )
  const kept = await ask<{ file: string; bytes: number }>(
    'SELECT toString(q.file) AS file, bytes FROM quarantine.lines AS q WHERE q.file IS NOT NULL',
  )
  const files = []
  for (const { file, bytes: size } of kept) {
    const line = await readFile(join(oversizeDir, file))
    files.push(size === line.length ? createHash('sha256').update(line).digest('hex') : `${file}: ${size}`)
  }
  return {
    // One that is there twice, or a bad one, would show here.
    good: silver?.n === rows?.n ? (silver?.n ?? 0) : -1,
    bad: Object.fromEntries(reasons.map(({ reason, n }) => [reason, n])),
    bytes: bytes?.wrong === 0 ? bytes.sum : 'wrong lengths',
    files: files.toSorted(),
  }
}

/** Resident memory of this process (which sends, too) and of the engine, looked at ten times a second. */
function watchMemory(pidFile: string) {
  let server = 0
  let engine = 0
  const timer = setInterval(() => {
    server = Math.max(server, process.memoryUsage.rss())
    void engineRss(pidFile).then(rss => (engine = Math.max(engine, rss)))
  }, 100)
  return {
    stop: () => clearInterval(timer),
    peakMib: () => ({ server: Math.round(server / MIB), engine: Math.round(engine / MIB) }),
  }
}

/** 0 where the system does not tell. */
async function engineRss(pidFile: string): Promise<number> {
  try {
    const { pid } = JSON.parse(await readFile(pidFile, 'utf8')) as { pid: number }
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kib ?? 0) * 1024
  } catch {
    return 0
  }
}
