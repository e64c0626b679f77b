import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ProcessTree } from '../system/processes.ts'
import type { CpuMs } from '../system/processes.ts'
import { BenchFailedError } from '../system/server.ts'

/** What a child says when it has loaded everything. */
export interface ChildReport {
  readonly ms: number
  readonly rows: number
  readonly stagesMs: Readonly<Record<string, number>>
}

export interface ChildRun extends ChildReport {
  readonly peakMemoryBytes: number
  /** From the start of the process on. */
  readonly cpuMs: CpuMs
}

const TIMEOUT_MS = 600_000

/** Runs `arterial.ts` or `duckdb.ts` in a process of its own, so that neither finds the other's memory or threads. */
export async function runChild(
  name: 'arterial' | 'duckdb',
  args: readonly string[],
  signal: AbortSignal,
): Promise<ChildRun> {
  signal.throwIfAborted()
  const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), [...args], {
    signal,
    timeout: TIMEOUT_MS,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-2000)))
  const tree = new ProcessTree(child.pid ?? 0).watch()
  try {
    const report = await new Promise<ChildReport>((resolve, reject) => {
      child.once('message', message => {
        child.removeAllListeners('close')
        resolve(message as ChildReport)
      })
      child.once('error', reject)
      child.once('close', () => reject(new BenchFailedError(`${name} ended without a report: ${words}`)))
    })
    const cpuMs = tree.cpu()
    const gone = once(child, 'exit')
    child.send('end')
    await gone
    return { ...report, peakMemoryBytes: tree.peakBytes, cpuMs }
  } finally {
    tree.stop()
  }
}
