import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import { DeltaTable } from '../../src/lake/delta/index.ts'
import type { Status } from '../../src/serve/contract/index.ts'
import { s3Store } from '../../src/storage/s3/store.ts'
import { motoMissing, startMoto } from './buckets/emulators.ts'
import type { Emulator } from './buckets/emulators.ts'
import { faultProxy } from './buckets/fault-proxy.ts'
import type { FaultProxy } from './buckets/fault-proxy.ts'

if (motoMissing !== null) process.stdout.write(`skipped: ${motoMissing}\n`)
describe.skipIf(motoMissing !== null)('a system whose open tables go to a bucket', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'arterial-tables-bucket-'))
  let emulator: Emulator
  let proxy: FaultProxy
  let system: RunningSystem
  let sent = 0
  beforeAll(async () => {
    emulator = await startMoto()
    proxy = await faultProxy(emulator.bucket.endpoint ?? '')
    writeFileSync(join(cwd, 'secret'), 'hidden', { mode: 0o600 })
    const config = [
      'city: {name: Testville}',
      'server: {port: 0}',
      'limits: {minFreeDiskBytes: 0}',
      `tables: {kind: s3, bucket: city-tables, prefix: open, region: us-east-1, endpoint: "${proxy.endpoint}", keyId: key, key: "\${file:secret}", goldS: 5, restS: 5}`,
    ]
    writeFileSync(join(cwd, 'arterial.yaml'), config.join('\n'))
    system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
  })
  afterAll(async () => {
    await system.stop()
    await proxy.stop()
    await emulator.stop()
    rmSync(cwd, { recursive: true, force: true })
  })

  const status = async () => (await (await fetch(`${system.url ?? ''}/v1/status`)).json()) as Status
  const poll = (what: () => Promise<boolean>, message: string) =>
    expect.poll(what, { interval: 200, timeout: 120_000, message }).toBe(true)
  const told = async () => (await status()).problems.find(({ code }) => code === 'tables_storage')?.message
  const bucket = () => s3Store({ ...emulator.bucket, bucket: 'city-tables', prefix: 'open/' })

  async function send(): Promise<void> {
    const timestamp = new Date(Date.now() - 60_000 + sent++).toISOString()
    const answer = await fetch(`${system.url ?? ''}/v1/readings`, {
      method: 'POST',
      body: JSON.stringify({ sensor_id: 'S-1', timestamp, vehicle_count: 3 }),
      headers: { 'content-type': 'application/x-ndjson' },
    })
    expect(answer.ok).toBe(true)
    await poll(async () => (await status()).layers.silver.rows === sent, 'the reading is in silver')
  }

  async function expectPublished(): Promise<void> {
    await poll(async () => {
      const { tables } = await status()
      return tables?.state === 'level'
    }, 'the tables are level')
    expect(await told()).toBeUndefined()
    const { snapshot } = await DeltaTable.open(bucket(), 'silver/readings')
    const rows = [...snapshot.files.values()].map(
      ({ stats }) => (JSON.parse(stats ?? '{}') as { numRecords: number }).numRecords,
    )
    expect(rows.reduce((sum, one) => sum + one, 0)).toBe(sent)
  }

  it('starts without the bucket, takes readings, says what to do, and catches up once it is there', async () => {
    await poll(async () => (await told()) !== undefined, 'the problem is told')
    expect(await told()).toMatch(/city-tables.* is not there; make it, or set tables\.bucket/)
    await send()
    await bucket().make()
    await expectPublished()
  })

  it('takes readings while the service is away or refuses, and catches up', async () => {
    proxy.decide = () => ({ status: 503, code: 'SlowDown', retryAfterS: 60 })
    await send()
    await poll(async () => (await told())?.includes('has too many requests') === true, 'it is away')
    proxy.decide = ({ method }) => (method === 'GET' ? 'none' : { status: 403, code: 'AccessDenied' })
    await send()
    await poll(
      async () => (await told())?.includes('does not let us in') === true,
      'it refuses to be written',
    )
    proxy.decide = () => 'none'
    await expectPublished()
  })
})
