import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DataFolderInUseError } from '../../../src/core/errors.ts'
import { arterial, fakeDoor, problem, SECRET, Stage, statusDocument } from './fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

const status = { 'GET /v1/status': statusDocument() }

describe('a start that fails', () => {
  const lines = (stderr: string) =>
    stderr
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)

  it('is one entry of a log that is written as JSON, whatever it failed of', async () => {
    const start = ['start', '--no-build', '--log-format', 'json', '--simulate', 'off']
    const failing = (error: Error) => ({ startSystem: () => Promise.reject(error) })
    const known = await arterial(stage, start, failing(new DataFolderInUseError('the folder is taken')))
    expect(lines(known.stderr)).toMatchObject([
      { level: 50, msg: 'the folder is taken', code: 'ART_DATA_IN_USE' },
    ])
    const bug = await arterial(stage, start, failing(new TypeError('x is not a function')))
    expect(lines(bug.stderr)).toMatchObject([{ level: 50, msg: 'x is not a function', code: 'ART_INTERNAL' }])
    writeFileSync(join(stage.cwd, 'arterial.yaml'), 'server: {port: many}\n')
    const config = await arterial(stage, start)
    expect(lines(config.stderr)).toMatchObject([{ level: 50, code: 'ART_CONFIG' }])
  })

  it('is a text for people otherwise', async () => {
    const startSystem = () => Promise.reject(new DataFolderInUseError('the folder is taken'))
    const { stderr } = await arterial(stage, ['start', '--no-build', '--simulate', 'off'], { startSystem })
    expect(stderr).toBe('the folder is taken\n')
  })
})

describe('finding the system', () => {
  it('talks to the one that runs, with the administrator’s secret of its folder', async () => {
    await stage.serve('city', status)
    const { code, stdout } = await arterial(stage, ['status', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual(statusDocument())
    expect(stage.asked.map(asked => asked.authorization)).toEqual([`Bearer ${SECRET}`])
  })

  it('prefers the one that answers to the one that left its socket behind', async () => {
    mkdirSync(stage.folder('demo'), { recursive: true })
    writeFileSync(join(stage.folder('demo'), 'control.sock'), '')
    await stage.serve('city', status)
    expect((await arterial(stage, ['status'])).code).toBe(0)
  })

  it('takes the folder that --simulate names, whoever else runs', async () => {
    await stage.serve('city', { 'GET /v1/status': statusDocument({ version: 'city' }) })
    await stage.serve('demo', { 'GET /v1/status': statusDocument({ version: 'demo' }) })
    const version = async (mode: string) =>
      (
        JSON.parse((await arterial(stage, ['status', '--json', '--simulate', mode])).stdout) as {
          version: string
        }
      ).version
    expect(await version('off')).toBe('city')
    expect(await version('profile')).toBe('demo')
  })

  it('starts the engine itself where none runs, and stops it afterwards', async () => {
    mkdirSync(stage.folder('demo'), { recursive: true })
    const startSystem = stage.starter(status)
    const { code, stdout, stderr } = await arterial(stage, ['status', '--json'], { startSystem })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toHaveProperty('version')
    expect(stderr).toContain('no server is running')
    expect(stderr).toContain('engine started')
    expect(stage.started.map(config => config.simulation.mode)).toEqual(['profile'])
    expect(stage.stopped).toBe(1)
  })

  it('reads the real city without a server when only that has data', async () => {
    mkdirSync(stage.folder('city'), { recursive: true })
    await arterial(stage, ['status'], { startSystem: stage.starter(status) })
    expect(stage.started[0]?.simulation.mode).toBe('off')
  })

  it('brings real data to the real city, not to the demo', async () => {
    writeFileSync(join(stage.cwd, 's.csv'), 'sensor_id,latitude,longitude\na,1,2\n')
    const startSystem = stage.starter(fakeDoor(() => 0))
    const { code, stdout } = await arterial(stage, ['sensors', 'import', 's.csv', '--json'], { startSystem })
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { imported: 1, counted: true, new: 1 }])
    expect(stage.started[0]?.simulation.mode).toBe('off')
  })

  it('names the city, its folder and its address before it talks to it', async () => {
    await stage.serve('city', status)
    writeFileSync(
      join(stage.folder('city'), 'serving.json'),
      JSON.stringify({ city: 'Test\u001b[31mville', url: 'http://localhost:8081' }),
    )
    const { stderr, stdout } = await arterial(stage, ['status', '--json'])
    expect(stderr).toBe('Testville · data/city · http://localhost:8081\n')
    expect(JSON.parse(stdout)).toHaveProperty('version')
  })

  it('asks which one is meant where two run, whatever the command, and takes the folder of one', async () => {
    await stage.serve('city', { 'GET /v1/status': statusDocument({ version: 'city' }), ...fakeDoor(() => 1) })
    await stage.serve('demo', { 'GET /v1/status': statusDocument({ version: 'demo' }) })
    writeFileSync(
      join(stage.folder('demo'), 'serving.json'),
      JSON.stringify({ city: 'Demo City', url: 'http://localhost:8080' }),
    )
    writeFileSync(join(stage.cwd, 'r.csv'), 'sensor_id,timestamp\na,2026-03-01T06:00:00Z\n')
    const commands = [['status'], ['query', 'SELECT 1'], ['replay', 'r.csv'], ['verify'], ['sensors', 'list']]
    for (const args of commands) {
      const { code, stderr } = await arterial(stage, args)
      expect([args, code]).toEqual([args, 2])
      expect(stderr).toContain('--data data/demo   Demo City · data/demo · http://localhost:8080')
      expect(stderr).toContain('--data data/city')
    }
    expect(stage.asked).toEqual([])
    for (const one of ['demo', 'city']) {
      const { stdout } = await arterial(stage, ['status', '--json', '--data', `data/${one}`])
      expect(JSON.parse(stdout)).toHaveProperty('version', one)
    }
    const env = { ARTERIAL_SIMULATION_MODE: 'off' }
    expect((await arterial(stage, ['replay', 'r.csv'], { env })).code).toBe(0)
    const wrong = await arterial(stage, ['status', '--data', 'data/demo', '--simulate', 'off'])
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('leave one of them out')])
  })

  it('asks which one is meant where two have data and none runs', async () => {
    for (const mode of ['demo', 'city'] as const) mkdirSync(stage.folder(mode), { recursive: true })
    const { code, stderr } = await arterial(stage, ['verify'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('--data data/city')])
  })

  it('makes no folder for a command that only reads', async () => {
    for (const args of [
      ['status'],
      ['query', 'SELECT 1'],
      ['quarantine', 'list'],
      ['verify'],
      ['lake', 'rebuild'],
    ]) {
      const { code, stderr } = await arterial(stage, [...args, '--data', 'nowhere'])
      expect([args, code, stderr]).toEqual([args, 3, expect.stringContaining('no data in nowhere/demo')])
    }
    expect(existsSync(join(stage.cwd, 'nowhere'))).toBe(false)
    expect(existsSync(join(stage.cwd, 'data'))).toBe(false)
  })

  it('reads the secret anew when the server was restarted', async () => {
    let secret = SECRET
    const door = fakeDoor(() => 1)
    await stage.serve('city', {
      ...door,
      'POST /v1/readings': (asked, response) => {
        if (asked.authorization !== `Bearer ${secret}`) {
          problem(response, 401, 'ART_UNAUTHORIZED', 'Unknown access token')
          return
        }
        secret = 'the-secret-after-the-restart'
        writeFileSync(join(stage.folder('city'), 'admin.secret'), secret)
        const answer = door['POST /v1/readings']
        if (typeof answer === 'function') answer(asked, response)
      },
    })
    const rows = Array.from({ length: 50_000 }, (_, i) => `s${i},2026-03-01T06:00:00Z\n`)
    writeFileSync(join(stage.cwd, 'r.csv'), `sensor_id,timestamp\n${rows.join('')}`)
    const { code, stderr } = await arterial(stage, ['replay', 'r.csv', '--no-wait'])
    expect([code, stderr]).toEqual([0, expect.stringContaining('50,000 records')])
  })

  it('stops what it started even when the command fails', async () => {
    mkdirSync(stage.folder('demo'), { recursive: true })
    const { code } = await arterial(stage, ['status'], { startSystem: stage.starter({}) })
    expect(code).toBe(4)
    expect(stage.stopped).toBe(1)
  })

  it('talks to --url with the token of the environment', async () => {
    let authorization: string | undefined
    const server = createServer((request, response) => {
      authorization = request.headers.authorization
      response.end(JSON.stringify(statusDocument()))
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const { code } = await arterial(stage, ['status', '--url', url], { env: { ARTERIAL_TOKEN: 'art_x' } })
    await new Promise(done => server.close(done))
    expect([code, authorization]).toEqual([0, 'Bearer art_x'])
  })
})

describe('exit codes', () => {
  it('are 2 for a wrong command line, file or configuration, and say what is wrong', async () => {
    expect(await arterial(stage, ['nonsense'])).toMatchObject({ code: 2 })
    expect(await arterial(stage, ['status', '--nonsense'])).toMatchObject({ code: 2 })
    expect(await arterial(stage, ['start', '--port', '99999'])).toMatchObject({ code: 2 })
    expect(await arterial(stage, ['status', '--url', 'localhost:80'])).toMatchObject({ code: 2 })
    expect(await arterial(stage, ['sensors', 'import', 'missing.csv'])).toMatchObject({ code: 2 })
    expect(await arterial(stage, ['replay', 'missing.csv'])).toMatchObject({ code: 2 })
    expect(await arterial(stage, ['replay', 'x.csv', '--feed', 'no-such-feed'])).toMatchObject({ code: 2 })
    writeFileSync(join(stage.cwd, 'arterial.yaml'), 'server: {port: eighty}')
    const { code, stderr } = await arterial(stage, ['status'])
    expect(code).toBe(2)
    expect(stderr).toContain('server.port: "eighty"')
  })

  it('are 3 where no server can be had', async () => {
    expect(await arterial(stage, ['status', '--url', 'http://127.0.0.1:1'])).toMatchObject({ code: 3 })
    mkdirSync(stage.folder('demo'), { recursive: true })
    const startSystem = () => Promise.reject(new DataFolderInUseError('held by process 7'))
    const { code, stderr } = await arterial(stage, ['status'], { startSystem })
    expect(code).toBe(3)
    expect(stderr).toContain('held by process 7')
  })

  it('are 4 for a refusal, whose words and code are shown', async () => {
    await stage.serve('demo', {
      'POST /v1/sql': (_asked, response) => problem(response, 400, 'ART_SQL', 'file() may not be used'),
    })
    const { code, stderr, stdout } = await arterial(stage, ['query', 'SELECT 1', '--json'])
    expect(code).toBe(4)
    expect(stderr).toContain('file() may not be used (ART_SQL, status 400)')
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'ART_SQL', status: 400, message: 'file() may not be used (ART_SQL, status 400)' },
    })
  })

  it('leave one document on stdout under --json, whatever happens', async () => {
    const { stdout, code } = await arterial(stage, ['status', '--nonsense', '--json'])
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      { error: { code: 'ART_USAGE', message: "unknown option '--nonsense'" } },
    ])
    const controller = new AbortController()
    await stage.serve('city', {
      'POST /v1/sql': (_asked, response) => {
        response.write('{"rows":[')
        setTimeout(() => controller.abort(), 50)
      },
    })
    const cut = await arterial(stage, ['query', 'SELECT 1', '--json'], { signal: controller.signal })
    expect([cut.code, JSON.parse(cut.stdout)]).toEqual([
      130,
      { error: { code: 'ART_INTERRUPTED', message: 'Interrupted.' } },
    ])
  })

  it('are 70 for a bug, with the lines to report', async () => {
    mkdirSync(stage.folder('demo'), { recursive: true })
    const startSystem = () => Promise.reject(new TypeError('x is not a function'))
    const { code, stderr } = await arterial(stage, ['status'], { startSystem })
    expect(code).toBe(70)
    expect(stderr).toContain('A mistake in Arterial: x is not a function')
    expect(stderr).toContain('at ')
  })

  it('are 0 for help and version, which go to stdout', async () => {
    const help = await arterial(stage, ['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain('Exit codes:')
    expect((await arterial(stage, ['--version'])).stdout.trim()).toMatch(/^\d+\.\d+\.\d+/)
    const every = [
      'start',
      'status',
      'replay',
      'query',
      'verify',
      'bench',
      'sensors import',
      'lake rebuild',
      'token create',
    ]
    for (const name of every) {
      const { code, stdout } = await arterial(stage, [...name.split(' '), '--help'])
      expect([name, code]).toEqual([name, 0])
      expect(stdout).toContain('Examples:')
    }
  })
})

describe('colours', () => {
  it('are for terminals only, and not with NO_COLOR', async () => {
    await stage.serve('city', status)
    const written = async (isTTY: boolean, env: NodeJS.ProcessEnv) => {
      let text = ''
      await arterial(stage, ['status'], { stdout: { isTTY, write: part => (text += part) }, env })
      return text
    }
    expect(await written(true, {})).toContain('\x1b[')
    expect(await written(true, { NO_COLOR: '1' })).not.toContain('\x1b[')
    expect(await written(false, {})).not.toContain('\x1b[')
  })
})
