import { EngineQueryError, EngineUnavailableError } from '../../core/errors.ts'
import { EngineClient, type Endpoint } from './client.ts'
import type { EngineState } from './engine.ts'
import { forkEngine, type EngineProcess } from './process.ts'

export interface SupervisorOptions {
  /** Told of every crash, hang and failed start, in a sentence. */
  readonly onProblem?: (problem: string) => void
  /** Asked before each restart; while it says no, the engine waits. @default always yes */
  readonly mayRestart?: () => boolean
  /** @default 5000 ms between two questions whether the engine still answers */
  readonly pingEveryMs?: number
  /** @default 120000 ms without an answer count as a hang: where thirty processes want two cores, a sound engine took 40 s */
  readonly hangAfterMs?: number
}

const firstBackoffMs = 200
const maxBackoffMs = 10_000
/** An engine that ran so long has earned a quick restart. */
const steadyMs = 60_000

type Ask<T> = (client: EngineClient, endpoint: Endpoint) => Promise<T>

interface Running {
  readonly process: EngineProcess
  readonly client: EngineClient
}

/** Keeps one engine process running: starts it anew, with growing pauses, when it crashes or does not answer. */
export class Supervisor {
  readonly #folder: string
  readonly #args: readonly string[]
  readonly #options: SupervisorOptions
  readonly #listeners = new Set<(state: EngineState) => void>()
  #state: EngineState = 'starting'
  #running: Running | null = null
  #restarts = 0
  #failures = 0
  #wake: (() => void) | null = null
  #restarting: Promise<void> = Promise.resolve()

  constructor(folder: string, args: readonly string[], options: SupervisorOptions) {
    this.#folder = folder
    this.#args = args
    this.#options = options
  }

  get state(): EngineState {
    return this.#state
  }

  get restarts(): number {
    return this.#restarts
  }

  /** @throws {EngineUnavailableError} when the first start fails: nothing is retried then */
  async start(): Promise<void> {
    await this.#launch()
  }

  async ask<T>(ask: Ask<T>): Promise<T> {
    const running = this.#running
    if (running === null) throw new EngineUnavailableError(`the engine is ${this.#state}`)
    return ask(running.client, running.process.endpoint)
  }

  /**
   * As `ask`, for what changes data. When no answer comes, or the caller does not wait for it, the statement may still
   * be running: the process is ended, so that what the engine holds after the restart is final.
   */
  async askToWrite<T>(ask: Ask<T>): Promise<T> {
    const process = this.#running?.process
    try {
      return await this.ask(ask)
    } catch (error) {
      if (!(error instanceof EngineQueryError)) process?.kill()
      throw error
    }
  }

  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    if (this.#state === 'stopped') return
    const running = this.#running
    this.#running = null
    this.#become('stopped')
    this.#wake?.()
    await running?.client.close()
    await running?.process.stop()
    await this.#restarting
  }

  async #launch(): Promise<void> {
    const process = await forkEngine(this.#folder, this.#args)
    if (this.#stopped()) {
      await process.stop()
      return
    }
    const running = { process, client: new EngineClient(process.endpoint) }
    const startedAt = performance.now()
    const pings = setInterval(() => void this.#ping(running), this.#options.pingEveryMs ?? 5_000).unref()
    void process.gone.then(how => {
      clearInterval(pings)
      if (this.#running !== running) return
      if (performance.now() - startedAt > steadyMs) this.#failures = 0
      this.#lost(running, how)
    })
    this.#running = running
    this.#become('ready')
  }

  #lost(running: Running, how: string): void {
    this.#running = null
    this.#become('restarting')
    this.#problem(`the engine ended (${how}) and is started anew`)
    void running.client.close()
    this.#restarting = this.#restart()
  }

  async #restart(): Promise<void> {
    while (this.#state === 'restarting') {
      await this.#pause(Math.min(maxBackoffMs, firstBackoffMs * 2 ** this.#failures++))
      if (this.#stopped()) return
      if (this.#options.mayRestart?.() === false) {
        this.#failures = 0
        continue
      }
      this.#restarts++
      try {
        await this.#launch()
      } catch (error) {
        if (!(error instanceof EngineUnavailableError)) throw error
        this.#problem(error.message)
      }
    }
  }

  /** Asks on a connection of its own; an engine that does not answer is ended, which restarts it. */
  async #ping({ process, client }: Running): Promise<void> {
    const signal = AbortSignal.timeout(this.#options.hangAfterMs ?? 120_000)
    try {
      await client.ping(signal)
    } catch {
      if (!signal.aborted || this.#running?.process !== process) return
      this.#problem('the engine did not answer in time and is ended')
      process.kill()
    }
  }

  #stopped(): boolean {
    return this.#state === 'stopped'
  }

  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #become(state: EngineState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }

  #problem(problem: string): void {
    this.#options.onProblem?.(problem)
  }
}
