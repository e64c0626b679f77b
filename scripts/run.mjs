// Every npm script begins here, on whatever Node the machine has: it installs what is missing, then goes on
// with the project's own Node 24 from node_modules.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')
const windows = process.platform === 'win32'

/** Whether node_modules holds what the lock file asks for; npm keeps its own record of what it put there. */
function isInstalled() {
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'))
  const wanted = readLock(join(root, 'package-lock.json'))
  return Object.entries(wanted).every(
    // Packages for other platforms are optional and absent.
    ([path, entry]) =>
      path === '' || (installed[path] ? installed[path].version === entry.version : entry.optional),
  )
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {}
  } catch {
    return {}
  }
}

function ensureInstalled() {
  if (isInstalled()) return
  process.stderr.write('Installing packages (about a minute, once)…\n')
  const done = spawnSync(
    windows ? 'npm.cmd' : 'npm',
    ['ci', '--include=dev', '--include=optional', '--no-fund', '--no-audit', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: windows,
    },
  )
  if (done.status === 0) return
  const reason = done.error
    ? `npm can't be run (${done.error.code})`
    : 'npm ci failed; the lines above say why'
  process.stderr.write(`${reason}. Is npm there, and the npm registry reachable?\n`)
  process.exit(done.signal === 'SIGINT' ? 130 : 1)
}

/** The packaged Node where the platform has one, else this one if it is new enough. */
function node24() {
  const packaged = join(bin, windows ? 'node.cmd' : 'node')
  if (existsSync(packaged)) return packaged
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  process.stderr.write(
    `Arterial needs Node 24 or newer; this is ${process.versions.node}, and npm has no packaged Node for ` +
      `${process.platform}-${process.arch}. Install Node 24 and try again.\n`,
  )
  process.exit(1)
}

const cli = join(root, 'src/app/cli/main.ts')
const [verb, ...rest] = process.argv.slice(2)
// A command keeps the folder npm was called from, so that relative file names mean what the user sees.
const cwd = process.env.INIT_CWD && existsSync(process.env.INIT_CWD) ? process.env.INIT_CWD : process.cwd()

const commands = {
  arterial: [[cli, ...rest], cwd],
  start: [[cli, 'start', ...rest], cwd],
  bench: [[cli, 'bench', 'all', ...rest], cwd],
  'bench-spark': [[join(root, 'bench/spark/main.ts'), ...rest], root],
  garbage: [[join(root, 'test/garbage/main.ts'), ...rest], root],
  feeds: [[join(root, 'test/feeds/main.ts'), ...rest], root],
  risk: [[join(root, 'test/risk/main.ts'), ...rest], root],
  crash: [[join(root, 'test/crash/main.ts'), ...rest], root],
  flood: [[join(root, 'test/flood/main.ts'), ...rest], root],
  kafka: [[join(root, 'test/kafka/main.ts'), ...rest], root],
  mqtt: [[join(root, 'test/mqtt/main.ts'), ...rest], root],
  'spark-parity': [[join(root, 'test/spark-parity/main.ts'), ...rest], root],
  spark: [[join(root, 'test/spark/main.ts'), ...rest], root],
  tables: [[join(root, 'test/tables/main.ts'), ...rest], root],
  upgrade: [[join(root, 'test/upgrade/main.ts'), ...rest], root],
  docs: [[join(root, 'scripts/docs.ts'), ...rest], root],
  zones: [[join(root, 'scripts/zones.ts'), ...rest], root],
  'incident-times': [[join(root, 'scripts/quality/incident-times.ts'), ...rest], root],
  'new-stream': [[join(root, 'scripts/new-stream.ts'), ...rest], root],
  test: [[join(root, 'scripts/test.ts'), ...rest], root],
  check: [[join(root, 'scripts/test.ts'), '--check', ...rest], root],
  build: [[join(root, 'node_modules/vite/bin/vite.js'), 'build', 'web', ...rest], root],
  vitest: [[join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', ...rest], root],
}
const command = Object.hasOwn(commands, verb ?? '') ? commands[verb] : undefined
if (!command) {
  process.stderr.write(`run.mjs: unknown command ${verb ?? ''}; one of ${Object.keys(commands).join(', ')}\n`)
  process.exit(2)
}

ensureInstalled()
const [args, dir] = command
const env = {
  // What Node made of a file is kept: a command starts in half the time.
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
}
const child = spawn(node24(), ['--disable-warning=ExperimentalWarning', ...args], {
  cwd: dir,
  env,
  stdio: 'inherit',
  shell: windows,
})

// A terminal sends Ctrl-C to every process of its foreground group, the child among them: passing it on would be a second
// one. Without a terminal the signal came to this process alone.
const onTerminal = [process.stdin, process.stdout, process.stderr].some(stream => stream.isTTY)
process.on('SIGINT', () => {
  if (!onTerminal) child.kill('SIGINT')
})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))

// npm runs a script in a shell, and a shell that is told to end tells nobody; therefore `exec` in package.json. Where the parent
// goes all the same (npm killed), this process sees another one, and the child is to end in order too.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    child.kill('SIGTERM')
  }, 500)
  watch.unref()
}
child.on('error', error => {
  process.stderr.write(`${node24()} can't be run: ${error.message}\n`)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
