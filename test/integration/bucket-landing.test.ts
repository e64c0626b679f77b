import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import type { Job } from '../../src/serve/contract/index.ts'
import type { ObjectStore } from '../../src/storage/index.ts'
import { s3Store } from '../../src/storage/s3/store.ts'
import { show, shows, TYPES } from '../app/datasets/dataset-room.ts'
import { Portal } from '../sources/socrata/portal.ts'
import { motoMissing, startMoto } from './buckets/emulators.ts'
import type { Emulator } from './buckets/emulators.ts'

/** A system that keeps what it receives in a bucket, and takes what others put there. */
const ROWS = 40
const DEADLINE_MS = 240_000

if (motoMissing !== null) process.stdout.write(`skipped: ${motoMissing}\n`)
describe.skipIf(motoMissing !== null)('a system whose landing is a bucket', () => {
  let cwd: string
  let portal: Portal
  let emulator: Emulator
  let store: ObjectStore
  let system: RunningSystem | null = null
  let url = ''
  beforeEach(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'arterial-bucket-'))
    portal = await new Portal().start()
    portal.types = TYPES
    portal.rows = shows(ROWS)
    emulator = await startMoto()
    store = s3Store(emulator.bucket)
    writeFileSync(join(cwd, 'secret'), 'hidden', { mode: 0o600 })
    const fields = '{event_id: key, title: title, updated_at: changed, starts_at: begins, ends_at: begins}'
    const config = [
      'server: {port: 0}',
      'limits: {minFreeDiskBytes: 0}',
      'polling: {allowAddresses: [127.0.0.1]}',
      // Between two looks nothing is seen but by a message.
      `landing: {kind: s3, bucket: city-landing, prefix: a/b, endpoint: "${emulator.bucket.endpoint ?? ''}", keyId: key, key: "\${file:secret}", lookS: 24h}`,
      'jobs:',
      '  datasets:',
      `    - {name: shows, address: "${portal.origin}/resource/abcd-1234", cron: "0 0 1 1 *", reconcileDays: 0, pageRows: 20, stream: events, constants: {kind: concert, status: confirmed}, mapping: {format: json, fields: ${fields}}}`,
    ]
    writeFileSync(join(cwd, 'arterial.yaml'), config.join('\n'))
  })
  afterEach(async () => {
    await system?.stop()
    await portal.stop()
    await emulator.stop()
    rmSync(cwd, { recursive: true, force: true })
  })

  async function post<T>(path: string, body: object = {}): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    return (
      await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    ).json() as Promise<T>
  }

  async function ended(trigger: string): Promise<Job['last_run']> {
    const endMs = performance.now() + DEADLINE_MS
    for (;;) {
      const { items } = (await (await fetch(`${url}/v1/jobs`)).json()) as { items: Job[] }
      const last = items[0]?.last_run ?? null
      if (last?.trigger === trigger && last.state !== 'running') return last
      if (performance.now() > endMs) throw new Error(JSON.stringify(items))
      await sleep(50)
    }
  }

  const file = (n: number) => Buffer.from(JSON.stringify([show(n).values]))

  it('keeps downloads there, takes files that others put there, and makes the same of all of it again', async () => {
    await store.put('inbox/shows/before.json', file(9_001))
    system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
    url = system.url ?? ''
    // The one that lay there already comes with the first run.
    expect(await ended('schedule')).toMatchObject({ state: 'succeeded', sent: ROWS + 1, error: null })
    expect(await store.list('deliveries/shows')).toHaveLength(2)
    expect(await store.list('processed/shows')).toHaveLength(2)
    expect(await store.list('objects')).not.toHaveLength(0)

    await store.put('inbox/shows/after.json', file(9_002))
    const message = (key: string) => ({
      Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key } } }],
    })
    // Its own output is news to nobody.
    expect(await post('/v1/jobs/bucket-events', message('a/b/deliveries/shows/x.json'))).toEqual({ jobs: [] })
    expect(await post('/v1/jobs/bucket-events', message('a/b/inbox/shows/after.json'))).toEqual({
      jobs: ['shows'],
    })
    expect(await ended('file')).toMatchObject({ state: 'succeeded', sent: 1, error: null })

    await post('/v1/jobs/shows/run', { from: 'landing' })
    expect(await ended('landing')).toMatchObject({ rows: ROWS + 2, rejected: 0, error: null })
  })
})
