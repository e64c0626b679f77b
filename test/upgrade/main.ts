import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The first version, as far as the history of this checkout has it. */
const OLD = '8e3b758'
const READINGS = 600
/** A start of the new program is killed so many ms after it began. */
const KILL_AFTER_MS = [700, 1500, 2500]
const root = join(import.meta.dirname, '../..')
const top = mkdtempSync(join(tmpdir(), 'arterial-upgrade-'))
const city = join(top, 'data', 'city')
const oldRoot = join(top, 'old')
const counts = { passed: 0, failed: 0 }

function check(what: string, isTrue: boolean): void {
  counts[isTrue ? 'passed' : 'failed']++
  process.stdout.write(`${isTrue ? 'ok    ' : 'FAILED'} ${what}\n`)
}

function command(program: string, args: readonly string[]): string[] {
  return [
    join(program, 'src/app/cli/main.ts'),
    ...args,
    '--data',
    join(top, 'data'),
    '--simulate',
    'off',
    '--json',
  ]
}

function arterial(program: string, ...args: string[]): { code: number | null; out: string } {
  const { status, stdout } = spawnSync(process.execPath, command(program, args), {
    cwd: top,
    encoding: 'utf8',
  })
  return { code: status, out: stdout }
}

function verified(program: string, what: string): void {
  const { code, out } = arterial(program, 'verify')
  check(what, code === 0 && out.includes('"equal":true') && out.includes(`"readings":${READINGS}`))
}

/** Every file of the folder with what is in it. */
function picture(): string {
  const hash = createHash('sha256')
  for (const entry of readdirSync(city, { recursive: true, withFileTypes: true }).filter(one =>
    one.isFile(),
  )) {
    const path = join(entry.parentPath, entry.name)
    hash.update(path).update(readFileSync(path))
  }
  return hash.digest('hex')
}

function reading(n: number): string {
  const site = `INT-0${100 + (n % 20)}`
  const timestamp = new Date(Date.UTC(2026, 0, 5) + n * 1000).toISOString()
  const measures = { vehicle_count: n % 40, average_speed: 20 + (n % 30), wait_time_seconds: n % 60 }
  return `${JSON.stringify({ sensor_id: `${site}-SENSOR-01`, timestamp, intersection_id: site, district: 'North', ...measures })}\n`
}

async function play(): Promise<void> {
  mkdirSync(oldRoot)
  execFileSync('tar', ['-x', '-C', oldRoot], {
    input: execFileSync('git', ['archive', OLD], { cwd: root, maxBuffer: 2 ** 28 }),
  })
  symlinkSync(join(root, 'node_modules'), join(oldRoot, 'node_modules'))
  const file = join(top, 'readings.ndjson')
  writeFileSync(file, Array.from({ length: READINGS }, (_, n) => reading(n)).join(''))
  check('the old program writes a folder', arterial(oldRoot, 'replay', file).code === 0)
  verified(oldRoot, 'the old program verifies it')
  for (const ms of KILL_AFTER_MS) {
    const child = spawn(process.execPath, command(root, ['verify']), { cwd: top, stdio: 'ignore' })
    const ended = new Promise(resolve => child.once('exit', resolve))
    await sleep(ms)
    child.kill('SIGKILL')
    await ended
  }
  verified(root, 'the new program, killed while it began, upgrades and verifies it')
  const before = picture()
  check('the old program stops at the upgraded folder', arterial(oldRoot, 'verify').code !== 0)
  check('and changes no file', picture() === before)
  check('the folder is brought back', arterial(root, 'data', 'downgrade').code === 0)
  verified(oldRoot, 'the old program verifies it again')
  for (const name of ['lake', 'checkpoint.json']) rmSync(join(city, name), { recursive: true })
  verified(oldRoot, 'and makes its lake anew from the log')
  verified(root, 'the new program takes it up once more')
}

try {
  await play()
} finally {
  rmSync(top, { recursive: true, force: true })
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`)
process.exitCode = counts.failed > 0 ? 1 : 0
