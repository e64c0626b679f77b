import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import { DeltaTable } from '../../src/lake/delta/index.ts'
import type { Job, Status } from '../../src/serve/contract/index.ts'
import { folderStore } from '../../src/storage/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'arterial-tables-'))
const place = join(cwd, 'tables')
let system: RunningSystem

beforeAll(async () => {
  // No folder can be made below a file.
  writeFileSync(place, 'in the way')
  const config = [
    'city: {name: Testville}',
    'server: {port: 0}',
    'limits: {minFreeDiskBytes: 0}',
    'tables: {folder: ./tables, goldS: 5, restS: 5, lagS: 30}',
  ]
  writeFileSync(join(cwd, 'arterial.yaml'), config.join('\n'))
  system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
})

afterAll(async () => {
  await system.stop()
  rmSync(cwd, { recursive: true, force: true })
})

const status = async () => (await (await fetch(`${system.url ?? ''}/v1/status`)).json()) as Status
const PATIENTLY = { interval: 200, timeout: 300_000 }
const poll = (what: () => Promise<boolean>, message: string) =>
  expect.poll(what, { ...PATIENTLY, message }).toBe(true)

it('takes readings while their place is broken, says what is wrong, and catches up when it is mended', async () => {
  const line = JSON.stringify({ sensor_id: 'S-1', timestamp: new Date().toISOString(), vehicle_count: 3 })
  const told = async () => (await status()).problems.find(({ code }) => code === 'tables_storage')
  await poll(async () => (await told()) !== undefined, 'the problem is told')
  expect((await told())?.message).toContain('is no folder')
  const answer = await fetch(`${system.url ?? ''}/v1/readings`, {
    method: 'POST',
    body: line,
    headers: { 'content-type': 'application/x-ndjson' },
  })
  expect(answer.ok).toBe(true)
  await poll(async () => (await status()).layers.silver.rows === 1, 'the reading is in silver')
  expect((await status()).tables).toMatchObject({ state: 'failing', where: `folder ${place}` })

  rmSync(place)
  await poll(async () => (await status()).tables?.state === 'level', 'the tables are level')
  expect(await told()).toBeUndefined()
  const { snapshot } = await DeltaTable.open(folderStore(place), 'silver/readings')
  const rows = [...snapshot.files.values()].map(
    ({ stats }) => (JSON.parse(stats ?? '{}') as { numRecords: number }).numRecords,
  )
  expect(rows).toEqual([1])
  const { tables } = JSON.parse(((await folderStore(place).get('tables.json')) ?? '').toString()) as {
    tables: { location: string }[]
  }
  expect(tables.map(({ location }) => location)).toContain('silver/readings')
  // Their upkeep is a job, by the clock and whenever somebody asks.
  for (const name of ['tables-optimise', 'tables-vacuum']) {
    const run = await fetch(`${system.url ?? ''}/v1/jobs/${name}/run`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect(run.ok).toBe(true)
  }
  const runs = async () => {
    const { items } = (await (await fetch(`${system.url ?? ''}/v1/jobs`)).json()) as { items: Job[] }
    return items.map(({ name, last_run: last }) => [name, last?.state, last?.error ?? null])
  }
  // What the city itself noted may have come in a second round: then there are two files to put together.
  await expect.poll(runs, PATIENTLY).toEqual([
    ['tables-optimise', expect.stringMatching('unchanged|succeeded'), null],
    ['tables-vacuum', 'unchanged', null],
  ])
  const metrics = await (await fetch(`${system.url ?? ''}/metrics`)).text()
  expect(metrics).toContain('arterial_tables_lag_seconds 0')
})
