import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Job } from '../../src/serve/contract/index.ts'
import { ServerProcess } from '../crash/server-process.ts'
import { BOUNDARY, incident, INCIDENT_TYPES, incidents } from '../sources/socrata/incident-rows.ts'
import { Portal } from '../sources/socrata/portal.ts'
import { mariadbMissing, startMariadb } from './databases/mariadb.ts'

/** From the portal to MariaDB through the real program, which is killed on the way. */
const ROWS = 3_000
const DEADLINE_MS = 240_000

let database: Awaited<ReturnType<typeof startMariadb>>
let root: Connection
let portal: Portal
let cwd: string
const server = { current: null as ServerProcess | null }

async function when<T>(ask: () => Promise<T> | T, isThere: (answer: T) => boolean): Promise<T> {
  const endMs = performance.now() + DEADLINE_MS
  for (;;) {
    const answer = await ask()
    if (isThere(answer)) return answer
    if (performance.now() > endMs)
      throw new Error(`it never came there: ${JSON.stringify(answer)}, ${server.current?.lastWords ?? ''}`)
    await sleep(20)
  }
}

async function rowsOf<T>(sql: string): Promise<T[]> {
  const [rows] = await root.query<(T & RowDataPacket)[]>(sql)
  return rows
}

/** The table over there, in the order of its key; without a row where it is not made yet. */
async function delivered(): Promise<Record<string, unknown>[]> {
  const there = await rowsOf("SELECT 1 FROM information_schema.tables WHERE table_name = 'incidents'")
  return there.length === 0 ? [] : rowsOf('SELECT * FROM city.incidents ORDER BY incident_id')
}

function settings(): string {
  const { port } = database.there
  return [
    'city: {timeZone: America/Edmonton}',
    'server: {port: 0}',
    'limits: {minFreeDiskBytes: 0}',
    'polling: {allowAddresses: [127.0.0.1]}',
    'incidents: {boundary: b.csv}',
    'jobs:',
    '  datasets:',
    `    - {name: record, preset: calgary-traffic-incidents, pageRows: 1000, address: "${portal.origin}/resource/35ra-9556"}`,
    'outputs:',
    '  databases:',
    `    - {name: planning, kind: mysql, port: ${port}, database: city, user: writer, password: "\${file:password}", tls: off}`,
  ].join('\n')
}

/** What is on the disk of a job; null before there is anything. */
function stateOf(job: string) {
  try {
    const text = readFileSync(join(cwd, 'data/city/jobs', job, 'state.json'), 'utf8')
    return JSON.parse(text) as { running: { step: string | null } | null; lastSuccessMs: number | null }
  } catch {
    return null
  }
}

/** The step that a job's run is in. */
const stepNow = (job: string) => stateOf(job)?.running?.step ?? null

const STEPS = ['download', 'land', 'clean', 'load']

/**
 * Starts the server of a city whose record never came to its end, and kills it within this step of the run.
 * @returns false when the step was over before anybody saw it
 */
async function killedWithin(step: string): Promise<boolean> {
  const { lives } = start()
  expect(lives).toBe(true)
  await when(
    () => stateOf('record'),
    state =>
      STEPS.indexOf(state?.running?.step ?? '') >= STEPS.indexOf(step) ||
      (state?.lastSuccessMs ?? null) !== null,
  )
  await kill()
  return stepNow('record') === step
}

function start(): ServerProcess {
  server.current = new ServerProcess(cwd, join(cwd, 'data/city'))
  return server.current
}

async function kill(): Promise<void> {
  server.current?.kill()
  await server.current?.gone()
}

async function json<T>(url: string, path: string, method = 'GET'): Promise<T> {
  return (await fetch(`${url}${path}`, { method })).json() as Promise<T>
}

const jobNow = (url: string, name: string) => async () => {
  const { items } = await json<{ items: Job[] }>(url, '/v1/jobs')
  return items.find(job => job.name === name)
}

/** Runs a job of a running server to its end. */
async function ranNow(url: string, name: string): Promise<Job['last_run']> {
  const before = (await jobNow(url, name)())?.last_run?.id
  await json(url, `/v1/jobs/${name}/run`, 'POST')
  const job = await when(
    jobNow(url, name),
    one => one?.last_run?.id !== before && one?.last_run?.state !== 'running',
  )
  return job?.last_run ?? null
}

async function inTheLake(url: string): Promise<number> {
  const answer = await fetch(`${url}/v1/sql`, {
    method: 'POST',
    body: 'SELECT count() FROM silver.incidents',
  })
  return Number(((await answer.json()) as { rows: unknown[][] }).rows[0]?.[0])
}

/** Starts the server and waits until the table over there has so many rows, and nothing is left to do. */
async function runToItsEnd(isThere: (rows: Record<string, unknown>[]) => boolean) {
  const url = await start().ready
  const rows = await when(delivered, isThere)
  await when(jobNow(url, 'output-planning'), job => job?.state === 'waiting')
  expect(await inTheLake(url)).toBe(rows.length)
  const again = await ranNow(url, 'output-planning')
  expect(again).toMatchObject({ state: 'unchanged', rows: rows.length, sent: 0, withdrawn: 0, error: null })
  await server.current?.stop()
  return delivered()
}

if (mariadbMissing !== null) process.stdout.write(`skipped: ${mariadbMissing}\n`)
describe.skipIf(mariadbMissing !== null)('a record that goes from its portal to MariaDB', () => {
  beforeAll(async () => {
    database = await startMariadb()
    root = await createConnection({ host: '127.0.0.1', port: database.there.port, user: 'root' })
  })
  afterAll(async () => {
    await root.end()
    await database.stop()
  })
  beforeEach(async () => {
    portal = await new Portal().start()
    portal.types = INCIDENT_TYPES
    portal.rows = incidents(ROWS)
    await root.query('DROP TABLE IF EXISTS city.incidents')
    open()
  })
  afterEach(async () => {
    await kill()
    await portal.stop()
    rmSync(cwd, { recursive: true, force: true })
  })
  /** Away from the city there is, into a new one. */
  const moveOut = async () => {
    rmSync(cwd, { recursive: true, force: true })
    await root.query('DROP TABLE IF EXISTS city.incidents')
    open()
  }
  /** A new city. */
  const open = () => {
    cwd = mkdtempSync(join(tmpdir(), 'arterial-output-jobs-'))
    writeFileSync(join(cwd, 'b.csv'), BOUNDARY)
    writeFileSync(join(cwd, 'password'), database.there.password ?? '', { mode: 0o600 })
    writeFileSync(join(cwd, 'arterial.yaml'), settings())
  }

  it('is the same there after kills in each step as without any, and no row is there twice', async () => {
    const whole = (rows: unknown[]) => rows.length === ROWS
    const expected = await runToItsEnd(whole)
    await moveOut()
    // A step may be over between two looks: then another city takes it.
    for (const step of STEPS) while (!(await killedWithin(step))) await moveOut()
    start()
    // Its first deliveries may have been of an empty record: this one is owed because the record has brought something.
    await when(delivered, rows => rows.length > 0 || stepNow('output-planning') === 'deliver')
    await kill()
    expect([0, ROWS]).toContain((await delivered()).length)
    expect(await runToItsEnd(whole)).toEqual(expected)
  })

  it('shows nothing of a run that is killed halfway through its transaction; the next run brings all of it', async () => {
    const before = await runToItsEnd(rows => rows.length === ROWS)
    const update = { description: 'Single vehicle incident.', modified_dt: '2024-02-01T00:00:00.000' }
    const changed = incidents(500).map((_, n) => incident(n, update))
    const later = Array.from({ length: 300 }, (_, n) => incident(ROWS + n))
    portal.rows = [...changed, ...incidents(ROWS).slice(500), ...later]
    portal.replaceAll('2026-11-15T17:00:00.000Z')

    // Nobody may add rows behind the last one as long as this transaction lasts.
    const holder = await createConnection({ host: '127.0.0.1', port: database.there.port, user: 'root' })
    const last = String(before.at(-1)?.['incident_id'])
    await holder.query('START TRANSACTION')
    await holder.query('SELECT * FROM city.incidents WHERE incident_id > ? FOR UPDATE', [last])
    const url = await start().ready
    await json(url, '/v1/jobs/record/run', 'POST')
    const adding = () =>
      rowsOf(
        "SELECT id FROM information_schema.processlist WHERE user = 'writer' AND info LIKE 'INSERT INTO `incidents`%'",
      )
    await when(adding, found => found.length > 0)
    // Rows have been changed in its transaction, and others wait to be added.
    expect(await delivered()).toEqual(before)
    await kill()
    await holder.query('ROLLBACK')
    await holder.end()
    await when(
      () => rowsOf("SELECT id FROM information_schema.processlist WHERE user = 'writer'"),
      found => found.length === 0,
    )
    expect(await delivered()).toEqual(before)

    const after = await runToItsEnd(rows => rows.length === ROWS + 300)
    expect(after.filter(row => row['type'] === 'single-vehicle')).toHaveLength(500)
    expect(new Set(after.map(row => row['incident_id'])).size).toBe(ROWS + 300)
  })
})
