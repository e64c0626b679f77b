import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import type { CatalogEntry, Job, Status } from '../../src/serve/contract/index.ts'
import { show, shows, TYPES } from '../app/datasets/dataset-room.ts'
import { ServerProcess } from '../crash/server-process.ts'
import { Portal } from '../sources/socrata/portal.ts'

/** Whole systems that download a dataset from a portal of ours; what it says must be in the lake, once. */
const ROWS = 3_000
const DEADLINE_MS = 240_000
const POLL = { timeout: DEADLINE_MS, interval: 50 }

let cwd: string
let portal: Portal
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'arterial-jobs-'))
  portal = await new Portal().start()
  portal.types = TYPES
  portal.rows = shows(ROWS)
  const config = [
    'server: {port: 0}',
    'limits: {minFreeDiskBytes: 0}',
    'polling: {allowAddresses: [127.0.0.1]}',
    'jobs:',
    '  datasets:',
    '    - name: shows',
    `      address: "${portal.origin}/resource/abcd-1234.csv"`,
    '      cron: "0 0 1 1 *"',
    '      zone: UTC',
    '      reconcileDays: 0',
    '      pageRows: 1000',
    '      stream: events',
    '      constants: {kind: concert, status: confirmed}',
    '      mapping:',
    '        format: json',
    '        fields: {event_id: key, title: title, updated_at: changed, starts_at: begins, ends_at: begins}',
  ]
  writeFileSync(join(cwd, 'arterial.yaml'), config.join('\n'))
})
afterEach(async () => {
  await portal.stop()
  rmSync(cwd, { recursive: true, force: true })
})

const folder = () => join(cwd, 'data', 'city')

async function ask<T>(url: string, path: string, body?: object): Promise<T> {
  const sent = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  return (await fetch(`${url}${path}`, body === undefined ? {} : sent)).json() as Promise<T>
}

async function jobWhen(url: string, isThere: (job: Job) => boolean): Promise<Job> {
  const endMs = performance.now() + DEADLINE_MS
  for (;;) {
    const { items } = await ask<{ items: Job[] }>(url, '/v1/jobs')
    const [job] = items
    if (job !== undefined && isThere(job)) return job
    if (performance.now() > endMs) throw new Error(`the job never came there: ${JSON.stringify(items)}`)
    await sleep(50)
  }
}

async function sql(url: string, statement: string): Promise<unknown[][]> {
  const answer = await fetch(`${url}/v1/sql`, { method: 'POST', body: statement })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return (JSON.parse(text) as { rows: unknown[][] }).rows
}

const FIGURES = `SELECT count() AS shows, countIf(title = 'new title') AS changed FROM silver.events`
const VERSIONS = 'SELECT count() AS versions, countIf(withdrawn) AS withdrawn FROM silver.events_versions'

/** Counts as numbers, whichever way the engine writes them. */
async function figures(url: string): Promise<Record<string, number>> {
  const [things = []] = await sql(url, FIGURES)
  const [all = []] = await sql(url, VERSIONS)
  const [shows, changed, versions, withdrawn] = [...things, ...all].map(Number)
  return { shows: shows ?? -1, changed: changed ?? -1, versions: versions ?? -1, withdrawn: withdrawn ?? -1 }
}

/** What the lake comes to: a run has ended when its records are durable, and they are loaded a moment later. */
async function expectFigures(url: string, wanted: Record<string, number>): Promise<void> {
  const endMs = performance.now() + DEADLINE_MS
  for (;;) {
    const found = await figures(url)
    const isThere = Object.entries(wanted).every(([name, count]) => found[name] === count)
    if (isThere || performance.now() > endMs) {
      expect(found).toMatchObject(wanted)
      return
    }
    await sleep(100)
  }
}

describe('a system with a dataset', () => {
  let system: RunningSystem
  afterEach(() => system.stop())

  it('brings it into the lake, runs it when asked, and says when it has paused itself', async () => {
    system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
    const url = system.url ?? ''
    const first = await jobWhen(url, ({ last_run: last }) => last?.state === 'succeeded')
    expect(first).toMatchObject({ state: 'waiting', about: expect.stringContaining('abcd-1234') as string })
    expect(first.last_run).toMatchObject({ trigger: 'schedule', rows: ROWS, sent: ROWS, rejected: 0 })
    await expectFigures(url, { shows: ROWS, changed: 0, versions: ROWS, withdrawn: 0 })

    portal.rows = [show(1, 'new title', '2026-11-10T10:00:00Z'), ...shows(ROWS).slice(2)]
    portal.replaceAll('2026-11-15T17:00:00.000Z')
    expect(await ask<Job>(url, '/v1/jobs/shows/run', {})).toMatchObject({ name: 'shows' })
    const second = await jobWhen(url, job => job.last_run?.trigger === 'manual' && job.state === 'waiting')
    expect(second.last_run).toMatchObject({ sent: 2, withdrawn: 1 })
    await expectFigures(url, { shows: ROWS - 1, changed: 1, versions: ROWS + 2, withdrawn: 1 })

    portal.types = { ...TYPES, begins: 'number' }
    portal.replaceAll('2026-11-16T17:00:00.000Z')
    await ask(url, '/v1/jobs/shows/run', {})
    const third = await jobWhen(url, ({ state }) => state === 'paused')
    expect(third.paused?.why).toContain('begins: text → number')
    const problems = async () => (await ask<Status>(url, '/v1/status')).problems
    await expect
      .poll(problems, POLL)
      .toMatchObject([{ code: 'jobs:shows', message: expect.stringContaining('paused itself') as string }])
    await ask(url, '/v1/jobs/shows/resume', {})
    await jobWhen(url, ({ state, last_run: last }) => state === 'waiting' && last?.rows === ROWS - 1)
    await expect.poll(problems, POLL).toEqual([])

    const whole = portal.rows
    portal.rows = whole.slice(0, 1_000)
    portal.replaceAll('2026-11-17T17:00:00.000Z')
    await ask(url, '/v1/jobs/shows/run', {})
    const words = expect.stringContaining(`had ${ROWS - 1} records and has 1000 now`) as string
    expect(await jobWhen(url, ({ state }) => state === 'paused')).toMatchObject({ paused: { why: words } })
    await expect.poll(problems, POLL).toMatchObject([{ code: 'jobs:shows', message: words }])
    const entry = async () => {
      const { items } = await ask<{ items: CatalogEntry[] }>(url, '/v1/catalog')
      return items.find(({ name }) => name === 'shows')
    }
    await expect.poll(entry, POLL).toMatchObject({ held: words })
    await expectFigures(url, { shows: ROWS - 1, versions: ROWS + 2, withdrawn: 1 })
    portal.rows = whole
    portal.replaceAll('2026-11-18T17:00:00.000Z')
    await ask(url, '/v1/jobs/shows/resume', {})
    await jobWhen(url, ({ state, last_run: last }) => state === 'waiting' && last?.rows === ROWS - 1)
    await expectFigures(url, { shows: ROWS - 1, versions: ROWS + 2, withdrawn: 1 })

    const { items } = await ask<{ items: { state: string }[] }>(url, '/v1/jobs/shows/runs')
    expect(items.map(({ state }) => state)).toEqual([
      ...['unchanged', 'failed', 'unchanged', 'failed'],
      ...['succeeded', 'succeeded'],
    ])
    expect((await ask<{ status: number }>(url, '/v1/jobs/none/run', {})).status).toBe(404)

    writeFileSync(join(folder(), 'landing/inbox/shows/old.json'), JSON.stringify([show(9_001).values]))
    await jobWhen(url, ({ last_run: last }) => last?.trigger === 'file' && last.state === 'succeeded')
    await expectFigures(url, { shows: ROWS, versions: ROWS + 3 })
  })
})

describe('a server that is killed in each step of a run', () => {
  /** The step that the run is in, by what is on the disk. */
  const stepNow = (): string | null => {
    const path = join(folder(), 'jobs/shows/state.json')
    if (!existsSync(path)) return null
    try {
      const { running } = JSON.parse(readFileSync(path, 'utf8')) as {
        running: { step: string | null } | null
      }
      return running?.step ?? null
    } catch {
      return null
    }
  }

  /** Starts a server and kills it as soon as its run is in that step. */
  async function killIn(step: string): Promise<void> {
    const server = new ServerProcess(cwd, folder())
    const endMs = performance.now() + DEADLINE_MS
    while (server.lives && stepNow() !== step && performance.now() < endMs) await sleep(0)
    server.kill()
    await server.gone()
    expect({ step: stepNow(), said: server.lastWords }).toMatchObject({ step })
  }

  async function runToItsEnd(wanted: Record<string, number>): Promise<void> {
    const server = new ServerProcess(cwd, folder())
    const url = await server.ready
    try {
      const job = await jobWhen(url, ({ state, last_success_at: at }) => state === 'waiting' && at !== null)
      expect(job.last_run?.error).toBeNull()
      await expectFigures(url, wanted)
      expect(await sql(url, 'SELECT * FROM lake.stream_conflicts')).toEqual([])
    } finally {
      await server.stop()
    }
  }

  it('comes to the same tables, without a record doubled or in conflict', async () => {
    for (const step of ['download', 'land', 'clean', 'load']) await killIn(step)
    await runToItsEnd({ shows: ROWS, changed: 0, versions: ROWS, withdrawn: 0 })
    expect(readdirSync(join(folder(), 'landing/deliveries/shows'))).toHaveLength(1)
    const objects = readdirSync(join(folder(), 'landing/objects'), { recursive: true, encoding: 'utf8' })
    expect(objects.filter(name => name.endsWith('.zst'))).toHaveLength(ROWS / 1_000)
  })
})
