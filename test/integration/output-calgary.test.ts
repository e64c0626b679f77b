import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import type { RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/app/cli/run.ts'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import type { Job } from '../../src/serve/contract/index.ts'
import { calgary } from '../insight/incidents/identity/calgary.ts'
import { mariadbMissing, startMariadb } from './databases/mariadb.ts'

/** The whole record of Calgary's files in MariaDB; how long a run takes is printed, not judged. */
const INCIDENTS = 15_234
const missing = mariadbMissing ?? (calgary.present ? null : calgary.reason)

if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
describe.skipIf(missing !== null)('Calgary’s record in MariaDB', () => {
  let database: Awaited<ReturnType<typeof startMariadb>>
  let system: RunningSystem
  const cwd = mkdtempSync(join(tmpdir(), 'arterial-output-calgary-'))

  beforeAll(async () => {
    database = await startMariadb()
    const { port } = database.there
    writeFileSync(join(cwd, 'password'), database.there.password ?? '', { mode: 0o600 })
    const file = (name: string) => join(calgary.folder, name)
    const config = [
      'city: {timeZone: America/Edmonton}',
      'server: {port: 0}',
      'limits: {minFreeDiskBytes: 0}',
      `incidents: {communities: ${file('communities.csv')}, boundary: ${file('city_boundary.csv')}, signals: ${file('traffic_signals_2020.csv')}}`,
      'outputs:',
      '  databases:',
      `    - {name: planning, kind: mysql, port: ${port}, database: city, user: writer, password: "\${file:password}", tls: off}`,
    ]
    writeFileSync(join(cwd, 'arterial.yaml'), config.join('\n'))
    system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
  })
  afterAll(async () => {
    await system.stop()
    await database.stop()
    rmSync(cwd, { recursive: true, force: true })
  })

  async function arterial(...args: readonly string[]): Promise<string> {
    const said = { stdout: '', stderr: '' }
    await run(args, {
      stdout: { columns: 100, write: text => (said.stdout += text) },
      stderr: { columns: 100, write: text => (said.stderr += text) },
      stdin: () => Promise.resolve(''),
      input: () => Readable.from([]),
      ...{ cwd, env: {}, exitCode: 0 },
      signal: new AbortController().signal,
      startSystem: () => Promise.reject(new Error('a server is running')),
    })
    if (said.stdout === '') throw new Error(said.stderr)
    return said.stdout
  }

  /** What a run said, and how long it took, s. */
  async function delivered() {
    // A run that began by itself must have ended.
    for (;;) {
      const { items } = JSON.parse(await arterial('jobs', 'list', '--json')) as { items: Job[] }
      if (items[0]?.state !== 'running') break
      await sleep(50)
    }
    const job = JSON.parse(await arterial('jobs', 'run', 'output-planning', '--json')) as Job
    const { started_at: from, ended_at: to } = job.last_run ?? {}
    return { run: job.last_run, tookS: (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000 }
  }

  it('has every incident once; a second run changes no row', async () => {
    const paths = calgary.files.map(file => join(calgary.folder, file))
    expect(JSON.parse(await arterial('incidents', 'import', ...paths, '--json'))).toMatchObject({
      new: INCIDENTS,
    })
    const first = await delivered()
    expect(first.run).toMatchObject({ state: 'succeeded', rows: INCIDENTS, sent: INCIDENTS, withdrawn: 0 })
    const second = await delivered()
    expect(second.run).toMatchObject({ state: 'unchanged', rows: INCIDENTS, sent: 0, withdrawn: 0 })
    process.stdout.write(
      `${INCIDENTS} incidents to MariaDB: ${first.tookS.toFixed(1)} s, again ${second.tookS.toFixed(1)} s\n`,
    )

    const { host, port } = database.there
    const root = await createConnection({ host, port, user: 'root' })
    const [[found]] = await root.query<RowDataPacket[]>(
      'SELECT COUNT(DISTINCT incident_id) AS ids, SUM(repaired) AS repaired FROM city.incidents',
    )
    await root.end()
    const answer = await fetch(new URL('/v1/sql', system.url ?? ''), {
      method: 'POST',
      body: 'SELECT uniqExact(incident_id), countIf(repaired) FROM silver.incidents',
    })
    const { rows } = (await answer.json()) as { rows: unknown[][] }
    expect([found?.['ids'], found?.['repaired']].map(Number)).toEqual(rows[0]?.map(Number))
  })
})
