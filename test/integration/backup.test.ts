import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { azuriteMissing, motoMissing, startAzurite, startMoto } from './buckets/emulators.ts'
import type { Emulator } from './buckets/emulators.ts'
import type { Secret } from '../../src/core/config/index.ts'
import type { Status } from '../../src/serve/contract/index.ts'
import { ServerProcess } from '../crash/server-process.ts'

/** A city that takes readings is kept while it does, killed, and brought back somewhere else. */
const MAIN = join(import.meta.dirname, '../../src/app/cli/main.ts')
const START = Date.parse('2026-03-02T12:00:00Z')

let cwd: string
let s3: Emulator | null = null
let azure: Emulator | null = null
const servers: ServerProcess[] = []

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'arterial-backup-'))
  s3 = motoMissing === null ? await startMoto() : null
  azure = azuriteMissing === null ? await startAzurite() : null
})
afterAll(async () => {
  for (const server of servers) {
    server.kill()
    await server.gone()
  }
  await s3?.stop()
  await azure?.stop()
  rmSync(cwd, { recursive: true, force: true })
})

function start(folder: string): ServerProcess {
  const server = new ServerProcess(folder, join(folder, 'data/city'))
  servers.push(server)
  return server
}

const CITY = ['server: {port: 0}', 'limits: {minFreeDiskBytes: 0}']

/** The command line, in a folder; its one JSON document. */
async function arterial<T>(folder: string, ...words: string[]): Promise<T> {
  const args = ['--disable-warning=ExperimentalWarning', MAIN, ...words, '--json']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 24 })
  return JSON.parse(stdout) as T
}

async function json<T>(url: string, path: string, body?: string): Promise<T> {
  const headers = { 'content-type': 'application/x-ndjson' }
  const answer = await fetch(`${url}${path}`, body === undefined ? {} : { method: 'POST', body, headers })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json() as Promise<T>
}

/** Readings of one second of 50 sensors; resolves when they are acknowledged. */
async function send(url: string, second: number): Promise<void> {
  const timestamp = new Date(START + second * 1000).toISOString()
  const lines = Array.from({ length: 50 }, (_, i) =>
    JSON.stringify({ sensor_id: `S-${i}`, timestamp, vehicle_count: second % 7, average_speed: 30 }),
  )
  await json(url, '/v1/readings', lines.join('\n'))
}

async function level(url: string): Promise<Status> {
  for (;;) {
    const status = await json<Status>(url, '/v1/status')
    if (status.backlog.records === 0) return status
    await sleep(50)
  }
}

async function rowsOf(url: string, sql: string): Promise<unknown[][]> {
  const answer = await fetch(`${url}/v1/sql`, { method: 'POST', body: sql })
  const { rows, detail } = (await answer.json()) as { rows?: unknown[][]; detail?: string }
  if (rows === undefined) throw new Error(detail)
  return rows
}

const SECONDS = `SELECT measured_at, count(), sum(vehicles), any(intersection_id) FROM silver.readings GROUP BY measured_at ORDER BY measured_at`

async function comesBack(
  name: string,
  settings: readonly string[],
  target: readonly string[],
  key?: Secret | null,
): Promise<void> {
  const first = join(cwd, name)
  const second = join(cwd, `${name}-again`)
  for (const folder of [first, second]) {
    await promisify(execFile)('mkdir', ['-p', folder])
    writeFileSync(join(folder, 'arterial.yaml'), [...CITY, ...settings].join('\n'))
    if (key != null) writeFileSync(join(folder, 'key'), key.reveal(), { mode: 0o600 })
  }
  const server = start(first)
  const url = await server.ready
  let acknowledged = 0
  const over = new AbortController()
  const sending = (async () => {
    for (; !over.signal.aborted; acknowledged++) await send(url, acknowledged)
  })()
  const enough = async (seconds: number) => {
    const end = acknowledged + seconds
    while (acknowledged < end) await Promise.race([sleep(20), sending])
  }
  await enough(10)
  const one = await arterial<{ sentFiles: number }>(first, 'backup', ...target)
  await enough(10)
  const before = acknowledged
  const two = await arterial<{ files: number; sentFiles: number; end: number }>(first, 'backup', ...target)
  expect(two.sentFiles).toBeLessThan(one.sentFiles)
  await enough(3)
  over.abort()
  await sending
  await level(url)
  const told = await rowsOf(url, SECONDS)
  server.kill()
  await server.gone()

  await arterial(second, 'backup', 'check', ...target)
  const back = await arterial<{ end: number }>(second, 'restore', ...target)
  expect(back.end).toBe(two.end)
  const again = start(second)
  const there = await again.ready
  const status = await level(there)
  expect(status.problems).toEqual([])
  const rows = await rowsOf(there, SECONDS)
  // Whatever was acknowledged before the command began is in it; what came while it ran may be.
  expect(rows.length).toBeGreaterThanOrEqual(before)
  expect(rows.slice(0, before)).toEqual(told.slice(0, before))
  await send(there, 100_000)
  await level(there)
  expect(await arterial(second, 'verify')).toMatchObject({ equal: true })
  await again.stop()
}

const located = ({ bucket }: Emulator, kind: string) => [
  'backup:',
  `  kind: ${kind}`,
  `  bucket: ${bucket.bucket}`,
  `  prefix: ${bucket.prefix}`,
  `  endpoint: ${bucket.endpoint}`,
  `  keyId: ${bucket.keyId}`,
  '  key: "${file:key}"',
]

for (const missing of [motoMissing, azuriteMissing])
  if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
describe('a city that is kept while it takes readings', () => {
  it('comes back from a folder as it was, and verify says equal', () =>
    comesBack('folder', [], [join(cwd, 'kept')]))

  it.skipIf(motoMissing !== null)('comes back from a bucket of S3', () =>
    comesBack('s3', located(s3 as Emulator, 's3'), [], s3?.bucket.key),
  )

  it.skipIf(azuriteMissing !== null)('comes back from a container of Azure', () =>
    comesBack('azure', located(azure as Emulator, 'azure'), [], azure?.bucket.key),
  )
})
