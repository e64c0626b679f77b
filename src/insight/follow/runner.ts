import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import type { LogWriter } from '../../core/log.ts'
import type { FollowedRow, Follower } from './follower.ts'
import { readStanding, saveStanding } from './saved-state.ts'

/** The lake's rows as a follower is given them. */
export interface FollowedRows {
  /** Every row below it is in its table. */
  readonly visible: () => number
  /**
   * Rows of these streams at positions [from, to), in order; at most `limit`, and then the last position's are whole.
   * Left out are those that `passedOver` holds for.
   */
  readonly read: (
    streams: readonly string[],
    from: number,
    to: number,
    limit: number,
    passedOver?: string,
  ) => Promise<readonly FollowedRow[]>
}

export interface RunnerDeps {
  readonly rows: FollowedRows
  readonly log: LogWriter
  /** The folder of saved states. */
  readonly dir: string
  readonly now: () => number
  /** Where one without a saved state begins: about the past it says nothing and alerts nobody. @default what is there now */
  readonly beginAt?: number
  readonly onProblem: (follower: string, message: string | null) => void
}

const lookMs = 250
const retryMs = 1_000
const maxRows = 10_000

/**
 * Shows a follower each row once, in order, and makes what it says durable before it notes how far it is: killed at any moment, it
 * steps the last rows again and says the same lines again, which are repeats. It never holds up loading: it lags, and catches up.
 */
export class FollowerRunner<State> {
  readonly #follower: Follower<State>
  readonly #deps: RunnerDeps
  readonly #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #next = 0

  constructor(follower: Follower<State>, deps: RunnerDeps) {
    this.#follower = follower
    this.#deps = deps
  }

  /** First position that it has not seen. */
  get next(): number {
    return this.#next
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { onProblem } = this.#deps
    const { name } = this.#follower
    while (!this.#stop.signal.aborted) {
      try {
        await this.#follow()
      } catch (error) {
        // The engine or the disk is away: others tell. A fault of the follower's own stays named until it works again.
        if (!(error instanceof AppError && error.retryable))
          onProblem(name, error instanceof Error ? error.message : String(error))
        await this.#rest(retryMs)
      }
    }
  }

  async #follow(): Promise<void> {
    const { rows, dir, beginAt } = this.#deps
    const { name, start, streams, passesOver } = this.#follower
    const path = join(dir, `${name}.json`)
    const saved = await readStanding(path)
    this.#next = saved?.next ?? beginAt ?? rows.visible()
    let state = saved === null ? start : (saved.state as State)
    while (!this.#stop.signal.aborted) {
      const upto = rows.visible()
      if (upto <= this.#next) {
        await this.#rest(lookMs)
        continue
      }
      const found = await rows.read(streams, this.#next, upto, maxRows, passesOver)
      const said: object[] = []
      for (const row of found) {
        const step = this.#follower.step(state, row)
        state = step.state
        said.push(...step.lines)
      }
      await this.#say(said)
      const last = found.at(-1)
      const next = found.length < maxRows || last === undefined ? upto : last.position + 1
      await saveStanding(path, { next, state })
      this.#next = next
      this.#deps.onProblem(name, null)
    }
  }

  async #say(lines: readonly object[]): Promise<void> {
    if (lines.length === 0) return
    const { log, now } = this.#deps
    const { name, into } = this.#follower
    await log.append({
      ...{ kind: into, source: `follower:${name}`, arrivedAtMs: now(), intervalS: null },
      lines: Buffer.from(lines.map(line => `${JSON.stringify(line)}\n`).join('')),
      count: lines.length,
    })
  }

  async #rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined)
  }
}
