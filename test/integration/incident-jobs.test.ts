import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import type { Job } from '../../src/serve/contract/index.ts'
import { BOUNDARY, incident, INCIDENT_TYPES, incidents } from '../sources/socrata/incident-rows.ts'
import { Portal } from '../sources/socrata/portal.ts'

/** The preset of Calgary's record, at a portal of ours: what a job brings is in the record while the system runs. */
const DEADLINE_MS = 240_000

let cwd: string
let portal: Portal
let system: RunningSystem
let url: string
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'arterial-incident-jobs-'))
  portal = await new Portal().start()
  portal.types = INCIDENT_TYPES
  portal.rows = [...incidents(20), incident(50, { latitude: '0.0051' })]
  writeFileSync(join(cwd, 'b.csv'), BOUNDARY)
  const config = [
    'city: {timeZone: America/Edmonton}',
    'server: {port: 0}',
    'limits: {minFreeDiskBytes: 0}',
    'polling: {allowAddresses: [127.0.0.1]}',
    'incidents: {boundary: b.csv}',
    'jobs:',
    '  datasets:',
    `    - {name: record, preset: calgary-traffic-incidents, address: "${portal.origin}/resource/35ra-9556"}`,
  ]
  writeFileSync(join(cwd, 'arterial.yaml'), config.join('\n'))
  system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
  url = system.url ?? ''
})
afterEach(async () => {
  await system.stop()
  await portal.stop()
  rmSync(cwd, { recursive: true, force: true })
})

async function until<T>(ask: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
  const endMs = performance.now() + DEADLINE_MS
  for (;;) {
    const answer = await ask()
    if (isThere(answer)) return answer
    if (performance.now() > endMs) throw new Error(`it never came there: ${JSON.stringify(answer)}`)
    await sleep(100)
  }
}

async function json<T>(path: string, method = 'GET'): Promise<T> {
  return (await fetch(`${url}${path}`, { method })).json() as Promise<T>
}

const total = async () => (await json<{ total: number }>('/v1/incident-record/overview')).total

async function runEnded(state: string): Promise<Job> {
  const { items } = await until(
    () => json<{ items: Job[] }>('/v1/jobs'),
    ({ items: [job] }) => job?.last_run?.trigger === state && job.last_run.state !== 'running',
  )
  return items[0] as Job
}

describe('the preset of an incident record', () => {
  it('shows in the record what was downloaded, changed and deleted, without a restart', async () => {
    const first = await runEnded('schedule')
    expect(first).toMatchObject({ schedule: '0 17 1,15 * *', zone: 'America/Edmonton', stream: 'incidents' })
    expect(first.last_run).toMatchObject({ state: 'succeeded', rows: 21, sent: 21, rejected: 1, error: null })
    expect(await until(total, found => found === 20)).toBe(20)

    const text = 'Two vehicle incident. Blocking the right lane.'
    const changed = incident(1, { description: text, modified_dt: '2024-07-01T09:00:00.000' })
    portal.rows = [
      ...portal.rows.filter(({ id }) => id !== 'row-00000' && id !== 'row-00001'),
      changed,
      incident(30),
    ]
    portal.replaceAll('2026-11-15T17:00:00.000Z')
    await json('/v1/jobs/record/run', 'POST')
    expect((await runEnded('manual')).last_run).toMatchObject({ sent: 4, withdrawn: 1, rejected: 1 })
    const detail = `/v1/incident-record/incidents/${encodeURIComponent(changed.values['id'] ?? '')}`
    const found = await until(
      () => json<{ description: string; versions: unknown[] }>(detail),
      ({ description }) => description === text,
    )
    expect(found.versions).toHaveLength(2)
    // One was deleted at the source, one came.
    expect(await until(total, now => now === 20)).toBe(20)
    const gone = incident(0).values['id'] ?? ''
    expect(await json(`/v1/incident-record/incidents/${encodeURIComponent(gone)}`)).toMatchObject({
      withdrawn: true,
    })
  })
})
