import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import { Status } from '../../src/serve/contract/index.ts'

const READINGS = 5_000
let dir: string
let system: RunningSystem

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'arterial-figures-'))
  const flags = { 'data.dir': dir, 'server.port': '0', 'simulation.mode': 'off' }
  system = await startSystem(loadConfig({ env: {}, cwd: dir, flags }), { mode: 'serve' })
})

afterAll(async () => {
  await system.stop()
  await rm(dir, { recursive: true, force: true })
})

const ask = (path: string, body?: { type: string; text: string }) =>
  fetch(new URL(path, system.url ?? ''), {
    ...(body === undefined
      ? {}
      : { method: 'POST', body: body.text, headers: { 'content-type': body.type } }),
  })

/** Allocated bytes, as the system's own `du` says; nothing of it is asked of the server. */
function du(path: string): number {
  return Number(execFileSync('du', ['-s', '--block-size=1', path], { encoding: 'utf8' }).split('\t')[0])
}

async function loaded(): Promise<number> {
  const sql = 'SELECT count() AS n FROM silver.readings'
  const answer = await ask('/v1/sql?format=json', { type: 'application/json', text: JSON.stringify({ sql }) })
  return Number(((await answer.json()) as { rows?: [[unknown]] }).rows?.[0][0] ?? 0)
}

describe.skipIf(process.platform !== 'linux')('the folder in the status of a running system', () => {
  it('is what du says, in all and by part', async () => {
    const lines = Array.from({ length: READINGS }, (_, i) => {
      const timestamp = new Date(Date.now() - 3_600_000 + i * 500).toISOString()
      return `${JSON.stringify({ sensor_id: `s${i % 50}`, timestamp, vehicle_count: i % 40, average_speed: 31.5 })}\n`
    })
    expect((await ask('/v1/readings', { type: 'application/x-ndjson', text: lines.join('') })).status).toBe(
      200,
    )
    while ((await loaded()) < READINGS) await sleep(200)
    // Before and after: a merge that ends meanwhile moves the figure between the two.
    let before = du(system.folder)
    let { folder } = Status.parse(await (await ask('/v1/status')).json())
    // On a busy machine the first walk takes longer than an answer waits for it.
    while (folder === null) {
      await sleep(100)
      before = du(system.folder)
      ;({ folder } = Status.parse(await (await ask('/v1/status')).json()))
    }
    const after = du(system.folder)
    const slack = Math.abs(after - before) + 0.02 * after
    expect(Math.abs(folder.totalBytes - after)).toBeLessThanOrEqual(slack)
    expect(folder.bytes.segments).toBe(du(join(system.folder, 'segments')))
    expect(folder.bytes.lake).toBeGreaterThan(du(join(system.folder, 'lake')) * 0.9)
    expect(folder.bytes.setAside).toBe(0)
    const figures = await (await ask('/metrics')).text()
    expect(figures).toContain(`arterial_folder_bytes{part="segments"} ${folder.bytes.segments}\n`)
  })
})
