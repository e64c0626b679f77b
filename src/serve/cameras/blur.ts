import { Worker } from 'node:worker_threads'

/** A picture of 24 megapixels takes some seconds. */
const PATIENCE_MS = 15_000

/**
 * Blurs a picture in a thread of its own, one picture after the other: a large one takes a core for a while, and never two.
 * @returns a function that rejects for what can't be read, takes too long or too much memory
 */
export function blurrer(patienceMs = PATIENCE_MS): (bytes: Buffer) => Promise<Buffer> {
  let last: Promise<unknown> = Promise.resolve()
  return bytes => {
    const next = last.then(() => blurOne(bytes, patienceMs))
    last = next.catch(() => undefined)
    return next
  }
}

function blurOne(bytes: Buffer, patienceMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./blur-worker.ts', import.meta.url), {
      name: 'blur',
      workerData: bytes,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    })
    worker.unref()
    const timer = setTimeout(() => done(new Error('blurring the picture took too long')), patienceMs)
    const done = (outcome: Buffer | Error): void => {
      clearTimeout(timer)
      void worker.terminate()
      if (outcome instanceof Error) reject(outcome)
      else resolve(outcome)
    }
    worker.once('message', (blurred: Uint8Array) => done(Buffer.from(blurred)))
    worker.once('error', (error: unknown) => done(error instanceof Error ? error : new Error(String(error))))
    worker.once('exit', () => done(new Error('the picture can’t be blurred')))
  })
}
