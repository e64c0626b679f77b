import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DayReport } from '../../src/serve/contract/index.ts'
import type { Job, JobRun, ReportEntry } from '../../src/serve/contract/index.ts'
import { shows, TYPES } from '../app/datasets/dataset-room.ts'
import { ServerProcess } from '../crash/server-process.ts'
import { Portal } from '../sources/socrata/portal.ts'

/** Whole systems with a pipeline over open tables and a dataset. */
const ROWS = 40
const POLL = { timeout: 300_000, interval: 50 }
const MAIN = join(import.meta.dirname, '../../src/app/cli/main.ts')

let cwd: string
let portal: Portal
let server: ServerProcess | null = null
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'arterial-pipelines-'))
  portal = await new Portal().start()
  portal.types = TYPES
  portal.rows = shows(ROWS)
  const config = [
    'city: {name: Albany, timeZone: America/New_York}',
    'server: {port: 0}',
    'limits: {minFreeDiskBytes: 0}',
    'polling: {allowAddresses: [127.0.0.1]}',
    'tables: {folder: open, optimiseCron: null, vacuumCron: null}',
    'jobs:',
    '  pipelines: [nightly.yaml]',
    '  datasets:',
    '    - name: shows',
    `      address: "${portal.origin}/resource/abcd-1234.csv"`,
    '      cron: never',
    '      stream: events',
    '      constants: {kind: concert, status: confirmed}',
    '      mapping:',
    '        format: json',
    '        fields: {event_id: key, title: title, updated_at: changed, starts_at: begins, ends_at: begins}',
  ]
  writeFileSync(join(cwd, 'arterial.yaml'), config.join('\n'))
  writeFileSync(
    join(cwd, 'nightly.yaml'),
    [
      'cron: "30 2 * * *"',
      'steps:',
      '  - {name: publish, does: tables-publish}',
      '  - {name: shows, job: shows, needs: [publish]}',
      '  - {name: optimise, does: tables-optimise, needs: [shows]}',
      '  - {name: vacuum, does: tables-vacuum, needs: [optimise]}',
      '  - {name: verify, does: tables-verify, needs: [vacuum]}',
      '  - {name: lake, does: lake-verify, needs: [verify]}',
      '  - {name: rebuild, does: lake-rebuild, needs: [lake]}',
      '  - {name: retention, does: retention, needs: [lake]}',
      '  - {name: train, does: train, needs: [retention]}',
      '  - {name: report, does: report, needs: [train, rebuild], when: ended}',
    ].join('\n'),
  )
})
afterEach(async () => {
  server?.kill()
  await server?.gone()
  server = null
  await portal.stop()
  rmSync(cwd, { recursive: true, force: true })
})

function begin(): ServerProcess {
  server = new ServerProcess(cwd, join(cwd, 'data/city'))
  return server
}

async function ask<T>(url: string, path: string, body?: object): Promise<T> {
  const sent = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const answer = await fetch(`${url}${path}`, body === undefined ? {} : sent)
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json() as Promise<T>
}

async function nightly(url: string): Promise<Job> {
  const { items } = await ask<{ items: Job[] }>(url, '/v1/jobs')
  const job = items.find(({ name }) => name === 'nightly')
  if (job === undefined) throw new Error('there is no pipeline')
  return job
}

const runsOf = async (url: string) => (await ask<{ items: JobRun[] }>(url, '/v1/jobs/nightly/runs')).items
const stateOf = (run: JobRun | null | undefined, name: string) =>
  run?.steps?.find(step => step.name === name)?.state ?? null
const endOf = (url: string) => async () => {
  const { state, pipeline, last_run: last } = await nightly(url)
  return { state, waiting: pipeline?.days_waiting, error: last?.error ?? null }
}
const ENDED = { state: 'waiting', waiting: [], error: null }
const said = ({ trigger, day, state }: JobRun) => `${trigger} ${day ?? ''} ${state}`

describe('a server with a pipeline', () => {
  it('is killed in a step, takes it again, and does the other days of the range', async () => {
    let isHeld = true
    portal.misbehaves = async (_, response) => {
      while (isHeld && !response.destroyed) await new Promise(resolve => setTimeout(resolve, 20))
      return isHeld
    }
    const first = await begin().ready
    const line = (hour: string, speed: number | string) =>
      JSON.stringify({
        ...{ sensor_id: 'LOOP-1', timestamp: `2026-11-02T${hour}:30:00-05:00`, district: 'centre' },
        ...{ vehicle_count: 12, average_speed: speed },
      })
    // Local days: 2026-11-01 23:30 and 2026-11-02 08:30 there, of which the first is on 2026-11-02 by UTC, too.
    const lines = [line('08', 31), line('09', 'fast'), line('08', 31).replace('11-02T08', '11-01T23')]
    await fetch(`${first}/v1/readings`, {
      method: 'POST',
      body: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    })
    const days = { from: '2026-11-01', to: '2026-11-02' }
    await ask(first, '/v1/jobs/nightly/run', { days })
    await expect.poll(async () => stateOf((await nightly(first)).last_run, 'shows'), POLL).toBe('running')
    await expect.poll(() => portal.asked.length, POLL).toBeGreaterThan(0)
    expect((await nightly(first)).pipeline?.days_waiting).toEqual(['2026-11-02'])
    server?.kill()
    await server?.gone()
    isHeld = false

    const second = await begin().ready
    await expect.poll(endOf(second), POLL).toEqual(ENDED)
    const runs = await runsOf(second)
    expect(runs.map(said)).toEqual([
      'backfill 2026-11-02 succeeded',
      'resumed 2026-11-01 succeeded',
      'backfill 2026-11-01 interrupted',
    ])
    const attempts = (run: JobRun | undefined) =>
      Object.fromEntries(run?.steps?.map(step => [step.name, step.attempts]) ?? [])
    expect(stateOf(runs[2], 'shows')).toBe('stopped')
    expect(attempts(runs[1])).toMatchObject({ publish: 1, shows: 2, optimise: 1, verify: 1, report: 1 })
    expect(attempts(runs[0])).toMatchObject({ publish: 0, shows: 0, verify: 0, rebuild: 1, report: 1 })
    expect(stateOf(runs[0], 'publish')).toBe('covered')
    expect(runs[1]?.steps?.find(({ name }) => name === 'verify')?.notice).toMatch(
      /^\d+ tables are what the lake says/,
    )
    const { items } = await ask<{ items: ReportEntry[] }>(second, '/v1/reports')
    expect(items.map(({ day }) => day)).toEqual(['2026-11-02', '2026-11-01'])
    await expectReports(second)

    await server?.stop()
    const third = await begin().ready
    expect((await runsOf(third)).map(said)).toEqual(runs.map(said))
    await server?.stop()
  })

  /** The figures of both days, and what came of the steps. */
  async function expectReports(url: string): Promise<void> {
    const report = DayReport.parse(await ask(url, '/v1/reports/2026-11-02'))
    expect(report).toMatchObject({
      ...{ city: 'Albany', from: '2026-11-02T05:00:00.000Z', to: '2026-11-03T05:00:00.000Z' },
      readings: {
        valid: 1,
        vehicles: 12,
        mean_speed_kmh: 49.9,
        first_hour: '2026-11-02T13:00:00.000Z',
        hours: 1,
      },
      districts: [{ district: 'centre', readings: 1, sensors: 1, vehicles: 12, mean_speed_kmh: 49.9 }],
      ...{ problems: [], lag: { backlog_records: 0 } },
    })
    expect(report.steps.find(({ name }) => name === 'train')?.state).toBe('covered')
    const earlier = DayReport.parse(await ask(url, '/v1/reports/2026-11-01'))
    expect(earlier.readings).toMatchObject({ valid: 1, first_hour: '2026-11-02T04:00:00.000Z' })
    // The day has 25 hours there.
    expect([earlier.from, earlier.to]).toEqual(['2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'])
    const words = await (await fetch(`${url}/v1/reports/2026-11-02/markdown`)).text()
    expect(words).toContain('# Albany: 2026-11-02')
    expect(words).toContain('| centre | 1 | 1 | 12 | 49.9 |')
    expect(readFileSync(join(cwd, 'data/city/reports/2026-11-02.md'), 'utf8')).toBe(words)
    expect((await fetch(`${url}/v1/reports/2026-11-03`)).status).toBe(404)
  }

  it('breaks its run off when it is told to, with the job that a step waits for', async () => {
    portal.misbehaves = async (_, response) => {
      while (!response.destroyed) await new Promise(resolve => setTimeout(resolve, 20))
      return true
    }
    const url = await begin().ready
    await ask(url, '/v1/jobs/nightly/run', {})
    await expect.poll(async () => stateOf((await nightly(url)).last_run, 'shows'), POLL).toBe('running')
    await expect.poll(() => portal.asked.length, POLL).toBeGreaterThan(0)
    await ask(url, '/v1/jobs/nightly/stop', {})
    const job = await nightly(url)
    expect(job).toMatchObject({
      state: 'waiting',
      failures: 0,
      last_run: { state: 'stopped', trigger: 'manual' },
    })
    expect(job.last_run?.steps?.map(({ state }) => state)).toEqual([
      ...['succeeded', 'stopped'],
      ...Array<string>(8).fill('waiting'),
    ])
    const { items } = await ask<{ items: Job[] }>(url, '/v1/jobs')
    expect(items.find(({ name }) => name === 'shows')?.last_run).toMatchObject({
      state: 'stopped',
      trigger: 'pipeline',
    })
    await server?.stop()
  })
})

describe('without a server', () => {
  /** The portal answers meanwhile. */
  const arterial = async (...args: string[]) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], { cwd })
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ])
    return { status, stdout, stderr }
  }

  it('a range of days runs in the command, and a mistake is told where it stands', async () => {
    const ran = await arterial('jobs', 'run', 'nightly', '--from', '2026-11-01', '--to', '2026-11-02')
    expect(ran).toMatchObject({
      status: 0,
      stdout:
        '2026-11-01 succeeded, 10 of 10 steps\n2026-11-02 succeeded, 2 of 10 steps, 8 done with an earlier day\n',
    })
    writeFileSync(
      join(cwd, 'nightly.yaml'),
      'steps:\n  - {name: a, does: train, needs: [b]}\n  - {name: b, does: train, needs: [a]}\n',
    )
    const refused = await arterial('start', '--port', '0', '--no-build', '--simulate', 'off')
    expect(refused.stderr).toContain(
      'steps[0].needs: "a" needs "b" needs "a": a circle, in which none can begin; take one of these needs away (nightly.yaml:2)',
    )
    expect(refused.status).not.toBe(0)
    expect((await arterial('config', 'check')).stdout).toContain('nightly.yaml:2')
  })
})
