import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StartSystem } from '../../../src/app/cli/shell.ts'
import { arterial, fakeDoor, problem, Stage, statusDocument } from './fake.ts'
import type { Ran } from './fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

const ndjson =
  (...lines: unknown[]) =>
  (_asked: unknown, response: { end(text: string): unknown }) =>
    void response.end(lines.map(line => `${JSON.stringify(line)}\n`).join(''))

async function expectFailure(ran: Promise<Ran>, code: number, words: string): Promise<void> {
  const { code: got, stderr } = await ran
  expect([got, stderr]).toEqual([code, stderr.includes(words) ? stderr : words])
}

describe('status', () => {
  it('tells people the layers, the backlog and every problem', async () => {
    const problems = [{ code: 'engine_down', message: 'The engine restarts', since: '2026-03-01T06:00:00Z' }]
    await stage.serve('city', { 'GET /v1/status': statusDocument({ problems, ready: false }) })
    const { stdout } = await arterial(stage, ['status'])
    expect(stdout).toContain('Testville')
    expect(stdout).toMatch(/silver\s+1,200\s+2 KiB/)
    expect(stdout).toContain('p50 120 ms, p95 1.5 s, p99 –')
    expect(stdout).toContain('! The engine restarts (engine_down')
  })

  it('tells what the folder takes, by part, and what only a newer program knows', async () => {
    const log = { accepted: 10, bytes: 10, position: 12, unknown: 2 }
    await stage.serve('city', { 'GET /v1/status': statusDocument({ log }) })
    const { stdout } = await arterial(stage, ['status'])
    expect(stdout).toMatch(
      /folder\s+36 KiB \(log 4 KiB, lake 20 KiB, long lines 4 KiB, rest 8 KiB\); 46.6 GiB free/,
    )
    expect(stdout).toMatch(/unknown\s+2 records of streams/)
  })
})

describe('query', () => {
  const sql = 'SELECT {x:UInt8} AS n'

  it('sends the statement with its parameters and prints a table', async () => {
    const columns = [
      { name: 'n', type: 'UInt8' },
      { name: 't', type: 'Nullable(String)' },
    ]
    const rows = [
      [1, 'a\u001b[31m'],
      [22, null],
    ]
    await stage.serve('city', { 'POST /v1/sql?format=json': { columns, rows, truncated: false } })
    const { stdout } = await arterial(stage, ['query', sql, '--param', 'x=1', '--param', 'y=a=b'])
    expect(JSON.parse(stage.asked[0]!.body.toString())).toEqual({ sql, params: { x: '1', y: 'a=b' } })
    expect(stdout.split('\n')).toEqual([' n  t', '──  ─', ' 1  a', '22  –', '2 rows', ''])
  })

  it('passes JSON and CSV on as they come', async () => {
    await stage.serve('city', {
      'POST /v1/sql?format=csv': (_asked, response) => void response.end('n\n1\n'),
      'POST /v1/sql?format=json': (_asked, response) => {
        response.setHeader('x-truncated', 'true')
        response.end('{"rows":[]}')
      },
    })
    expect((await arterial(stage, ['query', sql, '--format', 'csv'])).stdout).toBe('n\n1\n')
    const json = await arterial(stage, ['query', sql, '--json'])
    expect(json.stdout).toBe('{"rows":[]}\n')
    expect(json.stderr).toContain('limits.sqlMaxRows')
    expect(json.code).toBe(6)
  })

  it('reads the statement from standard input', async () => {
    await stage.serve('city', { 'POST /v1/sql': { columns: [], rows: [], truncated: false } })
    await arterial(stage, ['query', '-', '--json'], { stdin: () => Promise.resolve('SELECT 7\n') })
    expect(JSON.parse(stage.asked[0]!.body.toString())).toMatchObject({ sql: 'SELECT 7\n' })
    await expectFailure(arterial(stage, ['query', '-']), 2, 'Standard input is empty')
  })

  it('shows the columns of an empty answer', async () => {
    const columns = [{ name: 'n', type: 'UInt8' }]
    await stage.serve('city', { 'POST /v1/sql': { columns, rows: [], truncated: false } })
    expect((await arterial(stage, ['query', sql])).stdout).toBe('n\n─\n0 rows\n')
  })

  it('refuses a parameter without a name', async () => {
    expect(await arterial(stage, ['query', sql, '--param', '=1'])).toMatchObject({ code: 2 })
  })
})

describe('verify', () => {
  it('is 0 and says equal', async () => {
    await stage.serve('city', {
      'POST /v1/admin/verify': ndjson(
        { progress: 0.5, message: 'silver' },
        { result: { equal: true, readings: 1200 } },
      ),
    })
    const { code, stdout } = await arterial(stage, ['verify'])
    expect(code).toBe(0)
    expect(stdout).toContain('equal: every layer')
    expect(stdout).toMatch(/readings\s+1,200/)
  })

  it('is 1 and shows the differing windows', async () => {
    const differences = [{ table: 'gold.hourly_summary', window_start: '2026-03-01T06:00:00Z' }]
    await stage.serve('city', { 'POST /v1/admin/verify': ndjson({ result: { equal: false, differences } }) })
    const text = await arterial(stage, ['verify'])
    expect(text.code).toBe(1)
    expect(text.stdout).toContain('NOT equal')
    expect(text.stdout).toContain('2026-03-01T06:00:00Z')
    const json = await arterial(stage, ['verify', '--json'])
    expect([json.code, JSON.parse(json.stdout)]).toEqual([1, { equal: false, differences }])
  })

  it('fails when the answer ends in an error or in nothing', async () => {
    const error = {
      type: 't',
      title: 't',
      status: 503,
      detail: 'The engine is away',
      code: 'ART_ENGINE_UNAVAILABLE',
    }
    await stage.serve('city', { 'POST /v1/admin/verify': ndjson({ progress: 0, message: 'a' }, { error }) })
    await expectFailure(arterial(stage, ['verify']), 4, 'engine is away')
    await stage.serve('demo', { 'POST /v1/admin/verify': ndjson({ progress: 0, message: 'a' }) })
    expect(await arterial(stage, ['verify', '--simulate', 'profile'])).toMatchObject({ code: 3 })
  })

  it('is 3 when the server breaks off', async () => {
    await stage.serve('city', {
      'POST /v1/admin/verify': (_asked, response) => {
        response.write('{"progress":0.1,"message":"a"}\n')
        setTimeout(() => response.destroy(), 20)
      },
    })
    await expectFailure(arterial(stage, ['verify']), 3, 'broke off')
  })
})

describe('lake rebuild', () => {
  it('takes days as their start in UTC and instants as they are', async () => {
    await stage.serve('city', { 'POST /v1/admin/rebuild': ndjson({ result: { rows: 5 } }) })
    const { code, stdout } = await arterial(stage, [
      'lake',
      'rebuild',
      '--from',
      '2026-03-01',
      '--to',
      '2026-03-02T01:00:00+01:00',
      '--json',
    ])
    expect([code, JSON.parse(stdout)]).toEqual([0, { rows: 5 }])
    expect(decodeURIComponent(stage.asked[0]!.path)).toContain(
      'from=2026-03-01T00:00:00.000Z&to=2026-03-02T00:00:00.000Z',
    )
    expect(await arterial(stage, ['lake', 'rebuild', '--from', 'yesterday'])).toMatchObject({ code: 2 })
    expect(await arterial(stage, ['lake', 'rebuild', '--from', '2026-03-01T06:00:00'])).toMatchObject({
      code: 2,
    })
  })
})

describe('quarantine list', () => {
  const line = {
    position: 7,
    arrived_at: '2026-03-01T06:00:00.000Z',
    source: 'http',
    stream: 'readings',
    reasons: ['json_syntax', 'utf8'],
    bytes: 12,
    line: 'bad \u001b]0;x\u0007\nline',
    file: null,
  }

  it('follows the pages up to the limit', async () => {
    await stage.serve('city', {
      'GET /v1/quarantine?limit=3': { items: [line, line], next: '/v1/quarantine?cursor=b' },
      'GET /v1/quarantine?cursor=b': { items: [line, line], next: null },
    })
    const { code, stdout } = await arterial(stage, ['quarantine', 'list', '--limit', '3', '--json'])
    const answer = JSON.parse(stdout) as { items: unknown[]; more: boolean }
    expect([answer.items.length, answer.more, code]).toEqual([3, true, 6])
  })

  it('never lets a foreign line move the cursor', async () => {
    await stage.serve('city', { 'GET /v1/quarantine': { items: [line], next: null } })
    const { stdout } = await arterial(stage, ['quarantine', 'list'])
    expect(stdout).toContain('json_syntax, utf8')
    expect(stdout).toContain('\\u000aline')
    expect(stdout).not.toContain('\u0007')
    expect(stdout).not.toContain('\u001b')
  })

  it('says when there is none', async () => {
    await stage.serve('city', { 'GET /v1/quarantine': { items: [], next: null } })
    expect((await arterial(stage, ['quarantine', 'list'])).stdout).toBe('Nothing is in quarantine.\n')
  })
})

describe('sensors', () => {
  it('are sent as NDJSON, completed from the flags', async () => {
    writeFileSync(join(stage.cwd, 's.csv'), 'index,sensor_id,latitude,longitude\n0,773869,34.1,-118.3\n')
    await stage.serve(
      'city',
      fakeDoor(() => 0),
    )
    const { code, stderr } = await arterial(stage, [
      'sensors',
      'import',
      's.csv',
      '--interval',
      '5m',
      '--district',
      'LA',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(stage.asked[0]!.body.toString())).toMatchObject({
      sensor_id: '773869',
      latitude: 34.1,
      interval_s: 300,
      district: 'LA',
    })
    expect(stderr).toContain('index')
  })

  it('are all refused when one is wrong, without asking any server', async () => {
    writeFileSync(join(stage.cwd, 's.csv'), 'sensor_id,latitude,longitude\na,1,2\nb,91,0\n')
    const { code, stderr } = await arterial(stage, ['sensors', 'import', 's.csv'])
    expect(code).toBe(2)
    expect(stderr).toContain('latitude')
  })

  it('get the demo’s refusal in words', async () => {
    writeFileSync(join(stage.cwd, 's.csv'), 'sensor_id,latitude,longitude\na,1,2\n')
    await stage.serve('demo', {
      'PUT /v1/sensors': (_asked, response) =>
        problem(response, 409, 'ART_SIMULATED', 'Start it with --simulate off'),
    })
    const { code, stderr } = await arterial(stage, ['sensors', 'import', 's.csv'])
    expect(code).toBe(4)
    expect(stderr).toContain('--simulate off')
  })
})

describe('token create', () => {
  it('gives the token once and its hash for the configuration', async () => {
    const { code, stdout } = await arterial(stage, [
      'token',
      'create',
      '--name',
      'nw',
      '--scopes',
      'read,write',
      '--json',
    ])
    const made = JSON.parse(stdout) as { token: string; sha256: string; scopes: string[] }
    expect(code).toBe(0)
    expect(made.sha256).toBe(createHash('sha256').update(made.token).digest('hex'))
    expect(made.scopes).toEqual(['read', 'write'])
    expect(await arterial(stage, ['token', 'create', '--name', 'nw', '--scopes', 'root'])).toMatchObject({
      code: 2,
    })
  })
})

describe('start', () => {
  const start = (args: readonly string[], controller = new AbortController()) => {
    const starter = stage.starter({})
    const startSystem: StartSystem = async (...given) => {
      const system = await starter(...given)
      // After what it prints then.
      setTimeout(() => controller.abort(), 50)
      return system
    }
    return arterial(stage, ['start', '--no-build', ...args], { startSystem, signal: controller.signal })
  }

  it('prints the address as JSON on the first line, runs until the signal and stops cleanly', async () => {
    const { code, stdout, stderr } = await start(['--json', '--port', '0', '--readings-per-minute', '1000'])
    expect([code, stdout]).toEqual([0, '{"url":"http://127.0.0.1:4321"}\n'])
    expect(stderr).toContain('engine started')
    expect(stage.started[0]).toMatchObject({
      server: { port: 0 },
      simulation: { mode: 'profile', readingsPerMinute: 1000 },
    })
    expect(stage.stopped).toBe(1)
  })

  it('says where the city is, and that it is simulated', async () => {
    const { stdout } = await start([])
    expect(stdout).toContain('The simulated city is live at http://127.0.0.1:4321')
    const real = await start(['--simulate', 'off', '--data', 'elsewhere'])
    expect(real.stdout).toContain('Your city is live')
    expect(stage.started[1]?.data.dir).toBe(join(stage.cwd, 'elsewhere'))
  })

  it('refuses another host without tokens', async () => {
    await expectFailure(start(['--host', '0.0.0.0']), 2, 'server.tokens')
  })

  it('says in words that the port is taken', async () => {
    const startSystem = () =>
      Promise.reject(Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 8080 }))
    const { code, stderr } = await arterial(stage, ['start', '--no-build'], { startSystem })
    expect(code).toBe(3)
    expect(stderr).toContain('--port 0')
  })
})

describe('bench', () => {
  it('hands its options to the benchmark and is 1 when a goal is missed', async () => {
    mkdirSync(join(stage.cwd, 'bench'))
    writeFileSync(
      join(stage.cwd, 'bench/ingest.ts'),
      'export const run = async ({ onProgress, signal, ...given }) => { onProgress("working"); return { ok: given.rows < 5, json: given, text: "table" } }',
    )
    const { benchCommand } = await import('../../../src/app/cli/commands/bench.ts')
    let stdout = ''
    const shell = {
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: () => true },
      stdin: () => Promise.resolve(''),
      input: () => Readable.from([]),
      cwd: stage.cwd,
      env: {},
      signal: new AbortController().signal,
      exitCode: 0,
      startSystem: () => Promise.reject(new Error('unused')),
    }
    const folder = join(stage.cwd, 'bench')
    await benchCommand(shell, folder).parseAsync(['ingest', '--rows', '9', '--lines', '2', '--json'], {
      from: 'user',
    })
    expect(JSON.parse(stdout)).toEqual({ rows: 9, lines: 2 })
    expect(shell.exitCode).toBe(1)
  })

  it('knows its kinds', async () => {
    expect(await arterial(stage, ['bench', 'nonsense'])).toMatchObject({ code: 2 })
  })
})
