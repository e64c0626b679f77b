import { Worker } from 'node:worker_threads'
import type { Jobs } from './jobs.ts'

/** The largest that was measured took a fifth of it: 100,000 incidents. */
const MEMORY_MB = 1024

/** Works on an analysis in a thread of its own. Rejects with what the analysis threw, or when the signal aborts. */
export function inThread<N extends keyof Jobs>(
  name: N,
  given: Parameters<Jobs[N]>[0],
  signal: AbortSignal,
): Promise<Awaited<ReturnType<Jobs[N]>>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      name: `incident-${name}`,
      workerData: { name, given },
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    })
    worker.unref()
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', stop)
      void worker.terminate()
      settle()
    }
    const stop = () => end(() => reject(signal.reason as Error))
    signal.addEventListener('abort', stop)
    worker.once('message', (result: Awaited<ReturnType<Jobs[N]>>) => end(() => resolve(result)))
    worker.once('error', error => end(() => reject(error)))
    worker.once('exit', () => end(() => reject(new Error(`the analysis ${name} ended without a result`))))
  })
}
