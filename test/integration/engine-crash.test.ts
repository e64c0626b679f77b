import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { processMark } from '../../src/core/disk/process-mark.ts'
import { EngineUnavailableError } from '../../src/core/errors.ts'
import { startEmbeddedEngine, type Engine, type EngineState } from '../../src/lake/engine/index.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-crash-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function start(options: { pingEveryMs?: number; hangAfterMs?: number } = {}) {
  const problems: string[] = []
  const engine = await startEmbeddedEngine({
    dir: folder,
    ...options,
    onProblem: problem => problems.push(problem),
  })
  onTestFinished(() => engine.stop())
  return { engine, problems }
}

const pidOf = async () =>
  (JSON.parse(await readFile(join(folder, 'engine.pid'), 'utf8')) as { pid: number }).pid

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20)
}

/** Processes of the engine that this one has begun, with their states. */
const enginesOf = (parent: number): { pid: number; state: string }[] =>
  execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,state=,args='], { encoding: 'utf8' })
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(
      ([, ppid, , ...args]) => Number(ppid) === parent && args.join(' ').includes('engine/child/main.ts'),
    )
    .map(([pid, , state = '']) => ({ pid: Number(pid), state }))

const table = 'CREATE TABLE t.rows (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS fsync_after_insert = 1'
const count = async (engine: Engine) =>
  (await engine.query<{ n: number }>('SELECT count() AS n FROM t.rows'))[0]?.n

/** Whether the endless insert has begun. */
const isInserting = async (engine: Engine) =>
  (
    await engine.query(
      "SELECT query FROM system.processes WHERE query LIKE '%= 7%' AND query NOT LIKE '%LIKE%'",
    )
  ).length > 0

describe('an engine that is killed', () => {
  it('comes back with everything that was acknowledged', async () => {
    const { engine, problems } = await start()
    const states: EngineState[] = []
    engine.onState(state => states.push(state))
    await engine.exec('CREATE DATABASE t')
    await engine.exec(table)
    let acknowledged = 0
    for (let kill = 1; kill <= 3; kill++) {
      for (let i = 0; i < 5; i++) {
        await engine.exec('INSERT INTO t.rows SELECT number FROM numbers(1000)', { session: 'load' })
        acknowledged += 1000
      }
      process.kill(await pidOf(), 'SIGKILL')
      await until(() => engine.state === 'restarting')
      await expect(engine.query('SELECT 1')).rejects.toThrow(EngineUnavailableError)
      await until(() => engine.state === 'ready')
      expect(await count(engine)).toBe(acknowledged)
      expect(engine.restarts).toBe(kill)
    }
    expect(states).toEqual(Array.from({ length: 3 }, () => ['restarting', 'ready']).flat())
    expect(problems).toHaveLength(3)
    expect(problems[0]).toContain('SIGKILL')
  })

  it('fails the statement it was running as unavailable, not as refused', async () => {
    const { engine } = await start()
    const running = engine.query('SELECT count() FROM system.numbers WHERE number % 3 = 5')
    const failed = expect(running).rejects.toThrow(EngineUnavailableError)
    process.kill(await pidOf(), 'SIGKILL')
    await failed
  })
})

describe('a write whose caller gives up', () => {
  it('is final afterwards: the engine is ended, and the rows are all there or none', async () => {
    const { engine } = await start()
    await engine.exec('CREATE DATABASE t')
    await engine.exec(table)
    const endless = 'INSERT INTO t.rows SELECT number FROM system.numbers WHERE sipHash64(number) = 7'
    const givesUp = new AbortController()
    const { signal } = givesUp
    const failed = expect(engine.exec(endless, { session: 'load', signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
    await until(() => isInserting(engine))
    givesUp.abort()
    await failed
    await until(() => engine.restarts === 1 && engine.state === 'ready')
    expect(await count(engine)).toBe(0)
  })
})

describe('an engine that hangs', () => {
  it('is ended and started anew', async () => {
    // A well one on a busy machine may take a second to answer.
    const { engine, problems } = await start({ pingEveryMs: 100, hangAfterMs: 4000 })
    process.kill(await pidOf(), 'SIGSTOP')
    await until(() => engine.restarts > 0)
    await until(() => engine.state === 'ready')
    expect(await engine.query('SELECT 1 AS a')).toEqual([{ a: 1 }])
    expect(problems.join('\n')).toContain('did not answer')
  })
})

describe('an engine whose server is killed', () => {
  const server = (script: string) =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const source = JSON.stringify(new URL('../../src/lake/engine/index.ts', import.meta.url).href)

  it('ends itself and lets go of the data folder', async () => {
    const script = `
      const { startEmbeddedEngine } = await import(${source})
      const engine = await startEmbeddedEngine({ dir: ${JSON.stringify(folder)} })
      console.log('ready')
      await engine.query('SELECT count() FROM system.numbers WHERE number % 3 = 5')`
    const parent = server(script)
    await once(parent.stdout, 'data')
    const pid = await pidOf()
    const mark = await processMark(pid)
    expect(mark).not.toBeNull()
    parent.kill('SIGKILL')
    await until(async () => (await processMark(pid)) !== mark)
    const { engine } = await start()
    expect(await engine.query('SELECT 1 AS a')).toEqual([{ a: 1 }])
  })

  it('takes the readers with it, also those that sleep', async () => {
    const script = `
      const { startEmbeddedEngine, openReaders } = await import(${source})
      const dir = ${JSON.stringify(folder)}
      const engine = await startEmbeddedEngine({ dir })
      const readers = await openReaders(engine, { dir, listed: [], users: 1, maxMemoryBytes: 1e8 })
      await readers.page.query('SELECT 1')
      console.log('ready')`
    const parent = server(script)
    await once(parent.stdout, 'data')
    const children = enginesOf(parent.pid ?? 0)
    expect(children.length).toBeGreaterThan(1)
    const marks = await Promise.all(children.map(async ({ pid }) => [pid, await processMark(pid)] as const))
    await until(() => enginesOf(parent.pid ?? 0).some(({ state }) => state.startsWith('T')))
    parent.kill('SIGKILL')
    for (const [pid, mark] of marks) await until(async () => (await processMark(pid)) !== mark)
  })

  it('is ended by the next start when it could not end itself', async () => {
    const script = `
      const { startEmbeddedEngine } = await import(${source})
      await startEmbeddedEngine({ dir: ${JSON.stringify(folder)} })
      console.log('ready')`
    const parent = server(script)
    await once(parent.stdout, 'data')
    const pid = await pidOf()
    const mark = await processMark(pid)
    process.kill(pid, 'SIGSTOP')
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    expect(await processMark(pid)).toBe(mark)
    const { engine } = await start()
    expect(await processMark(pid)).not.toBe(mark)
    expect(engine.state).toBe('ready')
  })

  it('is left alone when its number now belongs to another process', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    onTestFinished(() => void stranger.kill('SIGKILL'))
    await once(stranger, 'spawn')
    await writeFile(
      join(folder, 'engine.pid'),
      JSON.stringify({ pid: stranger.pid, startedAt: 'another life' }),
    )
    await start()
    expect(await processMark(stranger.pid ?? 0)).not.toBeNull()
  })
})

describe('a start', () => {
  it('says why it failed', async () => {
    await writeFile(join(folder, 'lake'), 'not a folder')
    await expect(startEmbeddedEngine({ dir: folder })).rejects.toThrow(/the engine did not start: .+/)
  })

  it('is stopped once, and nothing answers afterwards', async () => {
    const { engine } = await start()
    const pid = await pidOf()
    await engine.stop()
    await engine.stop()
    expect(await processMark(pid)).toBeNull()
    await expect(engine.query('SELECT 1')).rejects.toThrow('the engine is stopped')
  })
})
