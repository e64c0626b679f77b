import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Status } from '../../src/serve/contract/index.ts'

/** The README's way: the demo runs, then a city of one's own beside it, with the commands as they stand there. */
const ROOT = join(import.meta.dirname, '../..')
const CLI = `"${process.execPath}" "${join(ROOT, 'src/app/cli/main.ts')}"`
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const cwd = mkdtempSync(join(tmpdir(), 'arterial-two-'))
const servers: ChildProcess[] = []
const hasCurl = spawnSync('curl', ['--version']).status === 0
let ports: { demo: number; city: number }

/** A command of the README, with this checkout's program and free ports. */
function readme(words: string): string {
  const block = [...README.matchAll(/```sh\n(.*?)```/gs)]
    .map(match => match[1] ?? '')
    .find(text => text.includes(words))
  const commands = (block ?? '').split(/\n(?=\S)/).find(text => text.includes(words))
  if (commands === undefined) throw new Error(`the README has no command with ${words}`)
  return commands
    .replace('npm run -s arterial --', CLI)
    .replaceAll('8080', String(ports.demo))
    .replaceAll('8081', String(ports.city))
}

async function start(command: string): Promise<ChildProcess> {
  const env = { ...process.env, ARTERIAL_SIMULATION_BACKFILL_HOURS: '1', ARTERIAL_SIMULATION_GRID_SIZE: '3' }
  const server = spawn('/bin/sh', ['-c', `exec ${command} --no-build --json`], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  servers.push(server)
  await once(server.stdout, 'data')
  return server
}

function sh(command: string): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], { cwd, encoding: 'utf8' })
  return { code: status, stdout, stderr }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(done => server.close(done))
  return port
}

beforeAll(async () => {
  ports = { demo: await freePort(), city: await freePort() }
  await start(`${CLI} start --port ${ports.demo}`)
  await start(readme('start --simulate off'))
})

afterAll(async () => {
  for (const server of servers) {
    if (server.exitCode !== null || server.signalCode !== null) continue
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  rmSync(cwd, { recursive: true, force: true })
})

describe('a second city beside the demo, as the README has it', () => {
  it.skipIf(!hasCurl)('takes a first reading and answers in SQL', () => {
    expect(JSON.parse(sh(readme('curl')).stdout)).toMatchObject({ accepted: 1 })
    const { code, stdout, stderr } = sh(readme('silver.readings'))
    expect([code, stdout]).toEqual([0, expect.stringContaining('LOOP-17')])
    expect(stderr).toContain(`Unnamed city · data/city · http://localhost:${ports.city}`)
    expect(sh(readme('status')).stdout).toContain('Unnamed city')
  })

  it('is asked for by name where a command could mean either', () => {
    const { code, stdout, stderr } = sh(`${CLI} status`)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(
      `--data data/demo   Demo City · data/demo · http://localhost:${ports.demo} (simulated)`,
    )
    expect(stderr).toContain(`--data data/city   Unnamed city · data/city · http://localhost:${ports.city}`)
  })

  it('gives a command that reads no reason to make a folder', () => {
    expect(sh(`${CLI} status --data elsewhere`)).toMatchObject({ code: 3 })
    expect(existsSync(join(cwd, 'elsewhere'))).toBe(false)
  })

  it('counts what became of a file, of which half fell together and some is wrong', () => {
    const rows = Array.from({ length: 1200 }, (_, i) => `${i % 36},2026-03-01T06:00:00Z,${i % 100}`)
    writeFileSync(
      join(cwd, 'split.csv'),
      ['sensor_id,timestamp,average_speed', ...rows, 'x,never,1', ',,'].join('\n'),
    )
    const { code, stdout } = sh(`${CLI} replay --data data/city split.csv --json`)
    const told = JSON.parse(stdout) as Record<string, number>
    expect([code, told]).toMatchObject([5, { read: 1202, new: 36, quarantined: 2, unaccounted: 0 }])
    expect(told['new']! + told['repeats']! + told['conflicts']! + told['quarantined']!).toBe(1202)
    expect(told['hint']).toContain('split over two columns')
    const again = JSON.parse(sh(`${CLI} replay --data data/city split.csv --json`).stdout) as object
    expect(again).toMatchObject({ read: 1202, new: 0, quarantined: 2, unaccounted: 0 })
  })

  it('may be restarted in the midst of a replay, which then counts every row as what it was', async () => {
    const rows = Array.from(
      { length: 60_000 },
      (_, i) =>
        `r${i % 100},${new Date(Date.UTC(2026, 1, 1) + Math.floor(i / 100) * 60_000).toISOString()},${i % 100}`,
    )
    writeFileSync(join(cwd, 'long.csv'), ['sensor_id,timestamp,average_speed', ...rows].join('\n'))
    const replaying = spawn(
      '/bin/sh',
      ['-c', `exec ${CLI} replay --data data/city long.csv --speed 7200 --json`],
      {
        cwd,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let stdout = ''
    let stderr = ''
    replaying.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    replaying.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const accepted = async () => {
      const answer = await fetch(`http://localhost:${ports.city}/v1/status`)
      return ((await answer.json()) as Status).log.accepted
    }
    const before = await accepted()
    await expect.poll(accepted).toBeGreaterThan(before)
    servers[1]!.kill('SIGKILL')
    await once(servers[1]!, 'exit')
    await start(readme('start --simulate off'))
    const [code] = (await once(replaying, 'close')) as [number]
    expect([code, stderr]).toEqual([0, stderr])
    expect(JSON.parse(stdout)).toMatchObject({ read: 60_000, new: 60_000, repeats: 0, completed: true })
  })
})
