import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { getPriority, setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environment } from '../../core/config/index.ts'
import { EngineUnavailableError } from '../../core/errors.ts'
import { stopOrder, type StartOrder, type StartReport, type WatchedTable } from './child/parent-messages.ts'
import type { Endpoint } from './client.ts'
import { endOrphan, recordEngine } from './orphan.ts'

/** A running engine process. */
export interface EngineProcess {
  readonly pid: number
  readonly endpoint: Endpoint
  /** Resolves when the process is gone, with how it ended and its last words. */
  readonly gone: Promise<string>
  /** Ends it in order, or hard when that takes too long. */
  stop(): Promise<void>
  kill(): void
  /** Takes the processor from it, and gives it back. */
  pause(): void
  resume(): void
}

const main = fileURLToPath(new URL('./child/main.ts', import.meta.url))
const startTimeoutMs = 120_000
const stopTimeoutMs = 20_000

const maxNiceness = 19

/** Statements run on libuv's threads, one a queue; files are read and written on others meanwhile. */
const threads = '24'

/**
 * Forks the engine over a data folder and waits until it answers.
 * @param niceness by how much it stands back for others, where the processor is short
 * @throws {EngineUnavailableError} when it does not come up, with its own reason
 */
export async function forkEngine(
  folder: string,
  args: readonly string[],
  watched: readonly WatchedTable[] = [],
  niceness = 0,
): Promise<EngineProcess> {
  const markFile = join(folder, 'engine.pid')
  await endOrphan(markFile)
  const child = fork(main, [], {
    // Relative paths in SQL (`File`-engine tables over the log) hold wherever the data folder lies.
    cwd: folder,
    execArgv: [],
    env: {
      ...{ PATH: environment()['PATH'], HOME: folder, TZ: 'UTC', UV_THREADPOOL_SIZE: threads },
      ...compileCache(),
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const words = lastWords(child)
  const gone = ending(child, words)
  const { pid } = child
  if (pid === undefined) throw new EngineUnavailableError(`the engine did not start: ${await gone}`)
  // Before it has threads: they take over what their first one has.
  if (niceness > 0) setPriority(pid, Math.min(maxNiceness, getPriority() + niceness))
  await recordEngine(markFile, pid).catch(async (cause: unknown) => {
    child.kill('SIGKILL')
    await gone
    throw new EngineUnavailableError(
      `the engine did not start: ${markFile} can't be written (${String(cause)})`,
      {
        cause,
      },
    )
  })

  const secret = randomBytes(32).toString('base64url')
  const port = await firstReport(child, { folder, secret, args, watched }, gone, words)
  const endpoint = { url: `http://127.0.0.1:${port}`, user: 'default', password: secret }
  return {
    pid,
    endpoint,
    gone,
    stop: () => stopInOrder(child, gone),
    kill: () => void child.kill('SIGKILL'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  }
}

/** Where Node keeps what it compiled, if it was told to: a third of an engine's start is its own code. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const { NODE_COMPILE_CACHE: folder } = environment()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder }
}

async function firstReport(
  child: ChildProcess,
  order: StartOrder,
  gone: Promise<string>,
  words: () => string,
): Promise<number> {
  child.send(order)
  const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs)
  try {
    const report = await Promise.race([
      once(child, 'message').then(([message]) => message as StartReport),
      gone.then(ended => ({ ended })),
    ])
    if ('port' in report) return report.port
    if ('ended' in report) throw new EngineUnavailableError(`the engine did not start: ${report.ended}`)
    child.kill('SIGKILL')
    await gone
    // Its own last words name the cause; what it threw often does not.
    const why = [report.failure, words()].filter(text => text !== '').join(': ')
    throw new EngineUnavailableError(`the engine did not start: ${why}`)
  } finally {
    clearTimeout(timer)
  }
}

/** What it wrote to stderr last. */
function lastWords(child: ChildProcess): () => string {
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2000)
  })
  return () => words.trim()
}

function ending(child: ChildProcess, words: () => string): Promise<string> {
  return new Promise(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('close', (code, signal) => {
      const how = signal === null ? `exit code ${code ?? '?'}` : `signal ${signal}`
      resolve(words() === '' ? how : `${how}: ${words()}`)
    })
  })
}

async function stopInOrder(child: ChildProcess, gone: Promise<string>): Promise<void> {
  if (child.connected) child.send(stopOrder)
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
  await gone
  clearTimeout(timer)
}
