import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { processMark } from '../../src/core/disk/process-mark.ts'
import { onThisMachineMs } from './patience.ts'

const MAIN = join(import.meta.dirname, '../../src/app/cli/main.ts')
const READY_WITHIN_MS = 180_000
const STOP_WITHIN_MS = 60_000
const ORPHAN_MAY_LIVE_MS = 3000

/** An engine whose server was killed must be gone within this; one that has just been begun must get a processor first. */
export function orphanMayLiveMs(): number {
  return onThisMachineMs(ORPHAN_MAY_LIVE_MS)
}

/** A process as the system knows it: an id may be given out again, an id with this mark not. */
export interface Marked {
  readonly pid: number
  readonly mark: string
}

/** One run of `arterial start` in a process of its own. */
export class ServerProcess {
  readonly #child: ChildProcess
  readonly #gone: Promise<unknown>
  readonly #dataFolder: string
  /** Address once it is ready; rejects when the process ends before. */
  readonly ready: Promise<string>
  #said = ''

  /** @param dataFolder of its mode, below `folder` */
  constructor(folder: string, dataFolder: string) {
    this.#dataFolder = dataFolder
    const args = ['start', '--simulate', 'off', '--port', '0', '--no-build', '--json']
    this.#child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        MAIN,
        ...args,
        '--data',
        join(folder, 'data'),
        '--config',
        join(folder, 'arterial.yaml'),
      ],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    )
    this.#gone = once(this.#child, 'close')
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-4000)
    })
    this.ready = this.#untilReady()
    this.ready.catch(() => undefined)
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  get lives(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** What it wrote to stderr last. */
  get lastWords(): string {
    return this.#said.trim()
  }

  kill(): void {
    if (this.lives) this.#child.kill('SIGKILL')
  }

  async gone(): Promise<void> {
    await this.#gone
  }

  /** Ctrl-C, as a person would. @throws when it does not end in order */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    const withinMs = onThisMachineMs(STOP_WITHIN_MS)
    const timer = setTimeout(() => this.kill(), withinMs)
    await this.#gone
    clearTimeout(timer)
    if (this.#child.signalCode !== null)
      throw new Error(`the server did not stop within ${Math.round(withinMs)} ms: ${this.lastWords}`)
  }

  /** The engine that loads: of the server's engine processes, the one that works in the data folder. */
  async engine(): Promise<Marked | null> {
    return (await this.#engines()).find(({ cwd }) => cwd === this.#dataFolder) ?? null
  }

  /** Those that answer the page and users' statements; each works in a folder of its own. */
  async readers(): Promise<(Marked & { readonly cwd: string })[]> {
    return (await this.#engines()).filter(({ cwd }) => cwd !== this.#dataFolder)
  }

  async #engines(): Promise<(Marked & { readonly cwd: string })[]> {
    const found = []
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue
      try {
        const stat = await readFile(`/proc/${name}/stat`, 'utf8')
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        if (Number(parent) !== this.pid || state === 'Z') continue
        const command = await readFile(`/proc/${name}/cmdline`, 'utf8')
        if (!command.includes('lake/engine/child/main.ts')) continue
        const cwd = await readlink(`/proc/${name}/cwd`)
        const mark = await processMark(Number(name))
        if (mark !== null) found.push({ pid: Number(name), mark, cwd })
      } catch {
        // It ended while we looked.
      }
    }
    return found
  }

  async #untilReady(): Promise<string> {
    const timer = setTimeout(() => this.kill(), onThisMachineMs(READY_WITHIN_MS))
    try {
      if (this.#child.stdout === null) throw new Error('no stdout')
      for await (const line of createInterface({ input: this.#child.stdout })) {
        return (JSON.parse(line) as { url: string }).url
      }
      throw new Error(`the server ended before it was ready: ${this.lastWords}`)
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Ends exactly this process, never one that got its id since. */
export async function killMarked({ pid, mark }: Marked): Promise<boolean> {
  if ((await processMark(pid)) !== mark) return false
  process.kill(pid, 'SIGKILL')
  return true
}

/** @returns ms until the process was gone, null when it outlived its time */
export async function goneWithin(marked: Marked, ms: number): Promise<number | null> {
  const begun = performance.now()
  while (performance.now() - begun < ms) {
    if ((await processMark(marked.pid)) !== marked.mark) return performance.now() - begun
    await sleep(25)
  }
  return null
}
