import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Status } from '../../src/serve/contract/index.ts'
import { ProcessTree } from './processes.ts'

const MAIN = resolve(import.meta.dirname, '../../src/app/cli/main.ts')
const START_MS = 120_000
const STOP_MS = 60_000
const POLL_MS = 25

/** A benchmark that does not get on ends with this. */
export class BenchFailedError extends Error {}

/** A real server over a data folder of its own. */
export class BenchServer {
  readonly url: string
  readonly tree: ProcessTree
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
    this.tree = new ProcessTree(child.pid ?? 0).watch()
  }

  static async start(dataDir: string, signal: AbortSignal): Promise<BenchServer> {
    signal.throwIfAborted()
    const flags = ['--simulate', 'off', '--port', '0', '--no-build', '--json', '--data', dataDir]
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', MAIN, 'start', ...flags],
      {
        cwd: dataDir,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let words = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-2000)))
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS)
    try {
      const lines = createInterface({ input: child.stdout })
      const [line] = (await Promise.race([
        once(lines, 'line'),
        once(child, 'exit').then(() => {
          throw new BenchFailedError(`the server did not start: ${words}`)
        }),
      ])) as [string]
      const { port } = new URL((JSON.parse(line) as { url: string }).url)
      return new BenchServer(child, `http://127.0.0.1:${port}`)
    } finally {
      clearTimeout(timer)
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async status(signal: AbortSignal): Promise<Status> {
    const answer = await fetch(`${this.url}/v1/status`, { signal })
    return Status.parse(await answer.json())
  }

  async text(path: string, signal: AbortSignal): Promise<string> {
    const answer = await fetch(`${this.url}${path}`, { signal })
    const text: string = await answer.text()
    if (!answer.ok) throw new BenchFailedError(`${path} answered ${answer.status}: ${text.slice(0, 300)}`)
    return text
  }

  /** Wall clock of the loader's stages, s since its start. */
  async stages(signal: AbortSignal): Promise<Record<string, number>> {
    const metrics = await this.text('/metrics', signal)
    const found = metrics.matchAll(/^arterial_loader_stage_seconds_total\{stage="([^"]+)"\} (\S+)$/gm)
    return Object.fromEntries([...found].map(([, stage = '', s]): [string, number] => [stage, Number(s)]))
  }

  /** Polls until every layer is complete up to `position`; the status seen then. */
  async loaded(position: number, timeoutMs: number, signal: AbortSignal): Promise<Status> {
    const giveUpAt = performance.now() + timeoutMs
    for (;;) {
      const status = await this.status(signal)
      if (status.log.position >= position && status.backlog.records === 0) return status
      if (performance.now() > giveUpAt) {
        const problems = status.problems.map(problem => problem.message).join('; ')
        throw new BenchFailedError(
          `after ${timeoutMs} ms ${status.backlog.records} records wait: ${problems}`,
        )
      }
      await sleep(POLL_MS, undefined, { signal })
    }
  }

  async stop(): Promise<void> {
    this.tree.stop()
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(timer)
  }
}

/** Runs `work` with a folder that is gone afterwards. */
export async function withFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'arterial-bench-'))
  try {
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Runs `work` with a server that is stopped afterwards. */
export async function withServer<T>(
  dataDir: string,
  signal: AbortSignal,
  work: (server: BenchServer) => Promise<T>,
): Promise<T> {
  const server = await BenchServer.start(dataDir, signal)
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}
