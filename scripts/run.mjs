// Every npm script begins here, on whatever Node the machine has: it installs what is missing, then goes on
// with the project's own Node 24 from node_modules.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')
const stamp = join(root, 'node_modules', '.arterial-lock')
const exe = process.platform === 'win32' ? '.cmd' : ''

function ensureInstalled() {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  process.stderr.write('Installing packages (about a minute, once)…\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const done = spawnSync(npm, ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (done.status !== 0) {
    process.stderr.write('npm ci failed; the lines above say why. Is the npm registry reachable?\n')
    process.exit(done.status ?? 1)
  }
  writeFileSync(stamp, lock)
}

/** The packaged Node where the platform has one, else this one if it is new enough. */
function node24() {
  const packaged = join(bin, `node${exe}`)
  if (existsSync(packaged)) return packaged
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  process.stderr.write(
    `Arterial needs Node 24 or newer; this is ${process.versions.node}, and npm has no packaged Node for ` +
      `${process.platform}-${process.arch}. Install Node 24 and try again.\n`,
  )
  process.exit(1)
}

ensureInstalled()
const node = node24()
const env = { ...process.env, PATH: `${bin}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` }
const cli = join(root, 'src/app/cli/main.ts')
const [verb, ...rest] = process.argv.slice(2)
// `npm run -s arterial -- x` keeps the folder it was called from, so that relative file names mean what the user sees.
const cwd = process.env.INIT_CWD ?? root

const commands = {
  arterial: [[cli, ...rest], cwd],
  start: [[cli, 'start', ...rest], cwd],
  bench: [[cli, 'bench', 'all', ...rest], cwd],
  crash: [[join(root, 'test/crash/main.ts'), ...rest], root],
  docs: [[join(root, 'scripts/docs.ts'), ...rest], root],
  test: [[join(root, 'scripts/test.mjs'), ...rest], root],
  check: [[join(root, 'scripts/test.mjs'), '--check', ...rest], root],
  build: [[join(root, 'node_modules/vite/bin/vite.js'), 'build', 'web', ...rest], root],
  vitest: [[join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', ...rest], root],
}
const command = commands[verb]
if (!command) {
  process.stderr.write(`run.mjs: unknown command ${verb}; one of ${Object.keys(commands).join(', ')}\n`)
  process.exit(2)
}
const [args, dir] = command
const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...args], { cwd: dir, env, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
