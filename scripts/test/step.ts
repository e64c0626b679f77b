import { spawn } from 'node:child_process'

/** How long a step may take to end in order when it is interrupted, ms. */
const GRACE_MS = 15_000
/** How long words of a process that is gone may still be on their way, ms: one that it left behind can hold its pipe. */
const LAST_WORDS_MS = 2_000

export interface Ended {
  readonly ok: boolean
  readonly seconds: number
}

export interface StepOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly says: (words: Uint8Array) => void
  /** Interrupts it, as Ctrl-C does. */
  readonly signal: AbortSignal
}

/** Runs a program of Node and hands on what it says, on stdout and stderr alike. It is over when its process is gone. */
export async function runStep(args: readonly string[], options: StepOptions): Promise<Ended> {
  const { cwd, env, says, signal } = options
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  if (signal.aborted) return { ok: false, seconds: 0 }
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.on('data', says)
  child.stderr.on('data', says)
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  const gone = new Promise<boolean>(resolve => {
    child.once('error', error => {
      says(Buffer.from(`${error.message}\n`))
      resolve(false)
    })
    child.once('exit', code => resolve(code === 0))
  })
  let hard: NodeJS.Timeout | undefined
  const interrupt = () => {
    child.kill('SIGINT')
    hard = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
  }
  signal.addEventListener('abort', interrupt, { once: true })
  const ok = await gone
  signal.removeEventListener('abort', interrupt)
  clearTimeout(hard)
  await Promise.race([closed, new Promise(resolve => setTimeout(resolve, LAST_WORDS_MS).unref())])
  return { ok, seconds: seconds() }
}
