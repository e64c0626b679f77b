import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Session } from 'chdb'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import type { Status } from '../../src/serve/contract/index.ts'
import { TinyDisk } from '../tiny-disk.ts'

const KIB = 1024
const mounted = TinyDisk.mount(128 * KIB * KIB)
const skipped = typeof mounted === 'string' ? mounted : ''
const disk = mounted as TinyDisk

let data: string
let system: RunningSystem | null = null
const said: string[] = []

const dataFolder = () => join(data, 'city')

function start(
  more: { mayRebuild?: boolean; signal?: AbortSignal; port?: number } = {},
): Promise<RunningSystem> {
  const config = loadConfig({
    cwd: data,
    env: {},
    file: undefined,
    flags: {
      'data.dir': data,
      'simulation.mode': 'off',
      'server.port': more.port ?? 0,
      'limits.minFreeDiskBytes': '0B',
    },
  })
  return startSystem(config, { mode: 'serve', onProgress: line => said.push(line), ...more })
}

async function send(minute: number): Promise<Response> {
  const lines = Array.from({ length: 50 }, (_, i) =>
    JSON.stringify({
      sensor_id: `S-${i}`,
      timestamp: new Date(Date.UTC(2026, 0, 5, 9, minute)).toISOString(),
      vehicle_count: 3,
    }),
  )
  return fetch(`${system?.url ?? ''}/v1/readings`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  })
}

const status = async () => (await (await fetch(`${system?.url ?? ''}/v1/status`)).json()) as Status

async function untilSilver(rows: number): Promise<Status> {
  for (;;) {
    const now = await status()
    if (now.layers.silver.rows === rows && now.backlog.records === 0) return now
    await sleep(50)
  }
}

const untilDisk = (state: Status['disk']['state']) =>
  expect.poll(async () => (await status()).disk.state).toBe(state)

afterAll(() => {
  if (skipped === '') disk.unmount()
})

beforeEach(() => {
  if (skipped !== '') return
  data = mkdtempSync(join(disk.path, 'data-'))
  said.length = 0
})

afterEach(async () => {
  if (skipped !== '') return
  disk.empty()
  await system?.stop()
  system = null
  rmSync(data, { recursive: true, force: true })
})

describe.skipIf(skipped !== '')(`a full disk${skipped === '' ? '' : ` (${skipped})`}`, () => {
  it('refuses readings before it is full, answers reads, says so, and goes on by itself', async () => {
    system = await start()
    expect((await send(0)).status).toBe(200)
    await untilSilver(50)
    disk.fill(0)
    await untilDisk('full')
    const refused = await send(1)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ code: 'ART_DISK_NEARLY_FULL' })
    const full = await status()
    expect(full.disk.state).toBe('full')
    expect(full.problems.map(({ code }) => code)).toEqual(['disk_nearly_full', 'disk_full'])
    expect((await fetch(`${system.url ?? ''}/v1/sensors`)).status).toBe(200)
    disk.empty()
    await untilDisk('ok')
    expect((await send(1)).status).toBe(200)
    expect((await untilSilver(100)).problems).toEqual([])
  })

  it.each([0, 12 * KIB, 64 * KIB])('lets a start with %i bytes wait, which goes on by itself', async left => {
    system = await start()
    await send(0)
    await untilSilver(50)
    await system.stop()
    disk.fill(left)
    const starting = start()
    await expect.poll(() => said.join('\n')).toContain('Waiting for it')
    // It waits, it does not just say so.
    await sleep(600)
    disk.empty()
    system = await starting
    expect((await untilSilver(50)).problems).toEqual([])
    expect(readdirSync(dataFolder()).filter(name => name.startsWith('lake.damaged'))).toEqual([])
  })
})

describe.skipIf(skipped !== '')('a lake that can’t be opened', () => {
  beforeEach(async () => {
    system = await start()
    await send(0)
    await untilSilver(50)
    await system.stop()
    system = null
  })

  it.each(['bronze/segments.sql', 'silver/readings.sql'])(
    'is made anew from the log: %s is empty',
    async name => {
      const [database = '', file = ''] = name.split('/')
      writeFileSync(join(realpathSync(join(dataFolder(), 'lake/metadata', database)), file), '')
      await expect(start({ mayRebuild: false })).rejects.toMatchObject({ code: 'ART_LAKE_DAMAGED' })
      system = await start()
      const { problems, losses } = await untilSilver(50)
      expect(problems.map(({ code }) => code)).toEqual(['lake_set_aside'])
      expect(losses.count).toBe(0)
      expect(readdirSync(dataFolder()).filter(one => one.startsWith('lake.damaged'))).toHaveLength(1)
    },
  )

  it('is left alone while another process has it', async () => {
    const other = new Session(join(dataFolder(), 'lake'))
    try {
      await expect(start()).rejects.toMatchObject({ code: 'ART_LAKE_NOT_OPENED' })
      expect(readdirSync(dataFolder()).filter(name => name.startsWith('lake.damaged'))).toEqual([])
    } finally {
      other.close()
    }
    system = await start()
    expect((await untilSilver(50)).problems).toEqual([])
  })
})
