import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Counted } from '../../integration/counting.ts'
import { between } from '../../random.ts'
import type { Random } from '../../random.ts'
import type { Cleanup } from '../cleanup.ts'
import type { Report } from '../report.ts'

const MAIN = join(import.meta.dirname, 'process.ts')
const ANSWERS_WITHIN_MS = 300_000
const CHECK_EVERY = 5

/** Kills a process in which followers count, again and again; at rests the count must be exact, and what they said there once. */
export async function followerPhase(
  random: Random,
  report: Report,
  kills: number,
  cleanup: Cleanup,
): Promise<void> {
  if (kills === 0) return
  const folder = await mkdtemp(join(tmpdir(), 'arterial-followers-'))
  let counting: Counting | null = null
  const end = cleanup.add(async () => {
    await counting?.kill()
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 })
  })
  for (let round = 1; round <= kills; round++) {
    counting = new Counting(folder, round)
    // Some are killed before they are ready.
    if (random() < 0.8) await counting.says('ready')
    await sleep(between(random, 0, 3000))
    if (random() < 0.3) await killEngine(folder)
    await sleep(between(random, 0, 500))
    await counting.kill()
    report.kills++
    const row = { round: `c${round}`, what: 'the process of followers', downMs: null }
    if (round % CHECK_EVERY !== 0 && round !== kills) {
      report.add({ ...row, acknowledged: 0, lost: null, doubled: null, verify: '–' })
      continue
    }
    counting = new Counting(folder, -round)
    await counting.says('ready')
    counting.rest()
    const { rows, calls, faults } = (await counting.says('result')) as Counted
    await counting.gone
    report.expect(faults.length === 0, `followers, round ${round}: ${faults.join('; ')}`)
    const what = `at rest: ${rows} rows counted, ${calls} calls`
    const verify = faults.length === 0 ? 'exact' : 'DIFFERS'
    report.add({ ...row, what, acknowledged: rows, lost: null, doubled: null, verify })
  }
  await end()
}

async function killEngine(folder: string): Promise<void> {
  try {
    const { pid } = JSON.parse(await readFile(join(folder, 'engine.pid'), 'utf8')) as { pid: number }
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is not there yet, or was just killed.
  }
}

/** One run of `process.ts`. */
class Counting {
  readonly gone: Promise<unknown>
  readonly #child: ChildProcess
  readonly #said = new Map<string, unknown>()
  #lastWords = ''

  constructor(folder: string, seed: number) {
    const args = ['--disable-warning=ExperimentalWarning', MAIN, folder, String(seed)]
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.gone = once(this.#child, 'close')
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2000)
    })
    if (this.#child.stdout === null) throw new Error('no stdout')
    createInterface({ input: this.#child.stdout }).on('line', line => {
      for (const [name, value] of Object.entries(JSON.parse(line) as object)) this.#said.set(name, value)
    })
  }

  /** @returns the value, once it is said; @throws when the process ends or is silent before */
  async says(name: string): Promise<unknown> {
    const begun = performance.now()
    while (!this.#said.has(name)) {
      const { exitCode, signalCode } = this.#child
      if (exitCode !== null || signalCode !== null || performance.now() - begun > ANSWERS_WITHIN_MS)
        throw new Error(`the process of followers did not say "${name}": ${this.#lastWords}`)
      await sleep(20)
    }
    return this.#said.get(name)
  }

  rest(): void {
    this.#child.stdin?.write('rest\n')
  }

  async kill(): Promise<void> {
    const { exitCode, signalCode } = this.#child
    if (exitCode === null && signalCode === null) this.#child.kill('SIGKILL')
    await this.gone
  }
}
