import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, expect, it } from 'vitest'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'

/** A whole system with a calendar; its days must be in the lake once, however often it starts. */
const cwd = mkdtempSync(join(tmpdir(), 'arterial-calendar-'))
let system: RunningSystem | null = null

afterEach(async () => {
  await system?.stop()
  system = null
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const year = new Date().getUTCFullYear()

async function start(calendar: string): Promise<void> {
  const config = ['server: {port: 0}', 'limits: {minFreeDiskBytes: 0}', `calendar: ${calendar}`]
  writeFileSync(join(cwd, 'arterial.yaml'), config.join('\n'))
  system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
}

async function sql(statement: string): Promise<unknown[][]> {
  const response = await fetch(`${system?.url ?? ''}/v1/sql?format=json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql: statement }),
  })
  const answer = (await response.json()) as { rows?: unknown[][] }
  if (answer.rows === undefined) throw new Error(JSON.stringify(answer))
  return answer.rows
}

async function until(
  statement: string,
  isThere: (rows: readonly unknown[][]) => boolean,
): Promise<unknown[][]> {
  let rows: unknown[][] = []
  await expect
    .poll(async () => isThere((rows = await sql(statement))), { interval: 100, message: statement })
    .toBe(true)
  return rows
}

const VERSIONS = 'SELECT event_id, updated_at FROM silver.events_versions ORDER BY event_id, updated_at'

it('is in gold.calendar, once for all starts; what the settings no longer name is withdrawn', async () => {
  const terms = `schoolTerms: [{from: ${year}-01-01, to: ${year}-12-31}]`
  await start(`{country: US, state: NY, ${terms}}`)
  const first = await until(VERSIONS, rows => rows.length > 30)

  const readings = [`${year}-01-01T17:00:00Z`, `${year}-01-08T17:00:00Z`].map(timestamp => ({
    timestamp,
    sensor_id: 'S-1',
    intersection_id: 'INT-1',
    vehicle_count: 5,
    average_speed: 25,
  }))
  const sent = await fetch(`${system?.url ?? ''}/v1/readings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(readings),
  })
  expect(sent.status).toBeLessThan(300)
  const days = await until(
    'SELECT toString(local_date) AS day, holiday, is_school_day FROM gold.calendar ORDER BY window_start',
    rows => rows.length === 2,
  )
  const weekday = new Date(Date.UTC(year, 0, 8)).getUTCDay()
  expect(days).toEqual([
    [`${year}-01-01`, "New Year's Day", 0],
    [`${year}-01-08`, null, Number(weekday >= 1 && weekday <= 5)],
  ])
  await system?.stop()

  await start(`{country: US, state: NY, ${terms}}`)
  await sleep(2000)
  expect(await sql(VERSIONS)).toEqual(first)
  await system?.stop()

  await start('{country: XX}')
  const left = await until('SELECT event_id FROM silver.events', rows => rows.length === 0)
  expect(left).toEqual([])
  const status = (await (await fetch(`${system?.url ?? ''}/v1/status`)).json()) as object
  expect(JSON.stringify(status)).toContain('the country \\"XX\\" is unknown')
})
