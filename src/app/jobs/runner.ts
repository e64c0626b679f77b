import { AppError } from '../../core/errors.ts'
import type { Job as JobAnswer, JobRun } from '../../serve/contract/index.ts'
import { afterFailure, everySeconds } from '../../sources/poll/index.ts'
import type { Job, RunResult, Step, Trigger } from './job.ts'
import { JobPausedError, JobUnwrittenError } from './job.ts'
import type { JobMemory } from './memory.ts'
import { JobFiles, NEW_MEMORY } from './memory.ts'
import { dueAtStart, isLate } from './plan.ts'

export interface RunnerDeps {
  /** Of this job. */
  readonly folder: string
  readonly now: () => number
  /** In [0, 1). */
  readonly random: () => number
  /** Resolves after so long, or when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Runs that are remembered. */
  readonly keepRuns: number
  /** False: it runs only when asked, as for one command. */
  readonly followsSchedule: boolean
  /** After a run that brought something, before that run counts as ended. */
  readonly onBrought: () => Promise<void>
  /** After everything that changes how the job is. */
  readonly onChange: () => void
  /** Told of what only a fault of this program throws; the job goes on. */
  readonly onBug: (job: string, error: unknown) => void
}

/** A clock that is set and a machine that slept are noticed within this. */
const SLICE_MS = 30_000
/** So often it is looked whether there is news. */
const NEWS_EVERY_MS = 5_000
/** A job without a schedule that failed is tried again by this one. */
const RETRIES = everySeconds(3600)
const NOTHING: RunResult = { rows: 0, sent: 0, withdrawn: 0, rejected: 0, notice: null }

/** One job: runs when it is due or asked for, never twice at a time, and remembers how that went. */
export class JobRunner {
  readonly job: Job
  readonly #deps: RunnerDeps
  readonly #files: JobFiles
  #memory: JobMemory = NEW_MEMORY
  #runs: readonly JobRun[] = []
  #asked: 'manual' | 'landing' | null = null
  #planned: Trigger = 'schedule'
  #wake = Promise.withResolvers<undefined>()
  #unwritten: string | null = null
  #unseen: string | null = null
  #untaken: string | null = null
  /** When it was looked last whether there is news. */
  #lookedMs = -Infinity

  constructor(job: Job, deps: RunnerDeps) {
    this.job = job
    this.#deps = deps
    this.#files = new JobFiles(deps.folder)
  }

  /** What is known from before. A run that was broken off is told as such. */
  async open(): Promise<void> {
    this.#runs = await this.#files.runs()
    const memory = await this.#files.recall()
    const nowMs = this.#deps.now()
    const dueMs = dueAtStart(this.job, memory, nowMs)
    const { running } = memory
    // Its end may have been written down before the kill.
    const isOpen = running !== null && this.#runs[0]?.id !== running.id
    if (isOpen) await this.#keepRun({ ...running, state: 'interrupted', ended_at: instant(nowMs) })
    const isMissed = running === null && memory.dueMs !== null && memory.dueMs < nowMs
    this.#planned = running !== null ? 'resumed' : isMissed ? 'missed' : 'schedule'
    this.#memory = { ...memory, schedule: this.job.schedule?.says ?? '', dueMs, running: null }
    await this.#remember()
  }

  /** Runs until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    for (let trigger = await this.#next(signal); trigger !== null; trigger = await this.#next(signal))
      await this.#run(trigger, signal)
  }

  /** Asks for a run as soon as can be. @returns false when one runs or is asked for already */
  runNow(trigger: 'manual' | 'landing'): boolean {
    if (this.#memory.running !== null || this.#asked !== null) return false
    this.#asked = trigger
    this.#wake.resolve(undefined)
    return true
  }

  /** Somebody says that there may be news: it is looked at once. */
  look(): void {
    this.#lookedMs = -Infinity
    this.#wake.resolve(undefined)
  }

  /** A job before it brought something: it runs as soon as can be, also when it runs just now. Durable once it resolves. */
  async owe(): Promise<void> {
    this.#memory = { ...this.#memory, followsMs: this.#memory.followsMs ?? this.#deps.now() }
    await this.#remember()
    this.#wake.resolve(undefined)
  }

  /** Durable once it resolves. A run that has begun goes on to its end. @throws {JobUnwrittenError} when it holds only until a restart */
  async pause(why: string | null): Promise<void> {
    await this.#pause('user', why)
    this.#mustBeWritten('is paused')
  }

  /** Durable once it resolves; what came due meanwhile is caught up once. @throws {JobUnwrittenError} when it holds only until a restart */
  async resume(): Promise<void> {
    const { paused } = this.#memory
    if (paused === null) return
    // What it found has been looked at: it goes on from there.
    if (paused.by === 'job') await this.job.accept?.()
    const dueMs = paused.by === 'job' ? this.#deps.now() : this.#memory.dueMs
    this.#memory = { ...this.#memory, paused: null, dueMs }
    await this.#remember()
    this.#wake.resolve(undefined)
    this.#mustBeWritten('goes on')
  }

  #mustBeWritten(what: string): void {
    if (this.#unwritten !== null) throw new JobUnwrittenError(this.job.name, what, this.#unwritten)
  }

  /** Newest first. */
  get runs(): readonly JobRun[] {
    const { running } = this.#memory
    return running === null ? this.#runs : [running, ...this.#runs]
  }

  /** Why what is known of it could not be written down, in the system's words; null where it could. */
  get unwritten(): string | null {
    return this.#unwritten
  }

  /** Why it can't be seen whether there is news, in words; null where it can. */
  get unseen(): string | null {
    return this.#unseen
  }

  /** What lies in its inbox and is not taken, in words; null where nothing does. */
  get untaken(): string | null {
    return this.#untaken
  }

  get answer(): JobAnswer {
    const { name, about, stream, schedule, zone, after = [] } = this.job
    const { paused, running, failures, lastSuccessMs, dueMs } = this.#memory
    const state =
      running !== null ? 'running' : paused !== null ? 'paused' : failures > 0 ? 'failing' : 'waiting'
    return {
      name,
      about,
      stream,
      schedule: schedule?.says ?? null,
      after: [...after],
      zone,
      state,
      late: isLate(schedule, this.#memory, this.#deps.now()),
      paused: paused === null ? null : { at: instant(paused.atMs), by: paused.by, why: paused.why },
      next_at: paused !== null || dueMs === null || !this.#deps.followsSchedule ? null : instant(dueMs),
      last_success_at: lastSuccessMs === null ? null : instant(lastSuccessMs),
      failures,
      last_run: this.runs[0] ?? null,
    }
  }

  async #next(signal: AbortSignal): Promise<Trigger | null> {
    const { now, sleep, followsSchedule } = this.#deps
    while (!signal.aborted) {
      // Before it is looked what was asked for: what is asked for later ends the waiting.
      this.#wake = Promise.withResolvers()
      if (this.#asked !== null) {
        const asked = this.#asked
        this.#asked = null
        return asked
      }
      const isOn = followsSchedule && this.#memory.paused === null
      const before = now()
      const leftMs = isOn ? (this.#memory.dueMs ?? Infinity) - before : Infinity
      if (leftMs <= 0) return this.#planned
      if (isOn && this.#memory.followsMs !== null) return 'after'
      if (isOn && this.#lookInMs(before) <= 0 && (await this.#hasNews(before))) return 'file'
      const sliceMs = Math.min(SLICE_MS, this.#lookInMs(before))
      const awake = new AbortController()
      const until = AbortSignal.any([signal, awake.signal])
      await Promise.race([sleep(Math.max(0, Math.min(leftMs, sliceMs)), until), this.#wake.promise])
      awake.abort()
      const stepMs = now() - before
      // A clock that was set back would keep the job waiting for as long: the plan goes back with it.
      if (stepMs < 0 && this.#memory.dueMs !== null)
        this.#memory = { ...this.#memory, dueMs: this.#memory.dueMs + stepMs }
    }
    return null
  }

  /** Until it is looked again whether there is news. */
  #lookInMs(nowMs: number): number {
    const { hasNews, lookEveryMs = NEWS_EVERY_MS } = this.job
    if (hasNews === undefined) return Infinity
    // However the clock was set.
    return lookEveryMs - Math.abs(nowMs - this.#lookedMs)
  }

  async #hasNews(nowMs: number): Promise<boolean> {
    this.#lookedMs = nowMs
    try {
      const hasNews = (await this.job.hasNews?.()) ?? false
      this.#sees(null, this.job.untaken?.() ?? null)
      return hasNews
    } catch (error) {
      if (error instanceof AppError) this.#sees(error.message, this.#untaken)
      else this.#deps.onBug(this.job.name, error)
      return false
    }
  }

  #sees(unseen: string | null, untaken: string | null): void {
    if (unseen === this.#unseen && untaken === this.#untaken) return
    this.#unseen = unseen
    this.#untaken = untaken
    this.#deps.onChange()
  }

  async #run(trigger: Trigger, signal: AbortSignal): Promise<void> {
    const startMs = this.#deps.now()
    const isOwed = trigger !== 'manual' && !isBeside(trigger)
    const { owedMs, followsMs, dueMs } = this.#memory
    this.#memory = {
      ...this.#memory,
      owedMs: isOwed ? (owedMs ?? followsMs ?? dueMs ?? startMs) : owedMs,
      // Whatever was brought before it begins is in this run.
      followsMs: null,
      lastStartMs: startMs,
      running: newRun(trigger, startMs),
    }
    await this.#remember()
    try {
      const step = (name: Step) => this.#step(name)
      await this.#ended(await this.job.run({ trigger, signal, step }), startMs)
    } catch (error) {
      // Whoever stops the program is no fault of the job: it goes on with the next start.
      if (signal.aborted) return
      await this.#failed(error)
    }
  }

  async #step(step: Step): Promise<void> {
    const { running } = this.#memory
    if (running === null || running.step === step) return
    this.#memory = { ...this.#memory, running: { ...running, step } }
    await this.#remember()
  }

  async #ended(result: RunResult, startMs: number): Promise<void> {
    const { running } = this.#memory
    if (running === null) return
    const { trigger } = running
    // What an earlier attempt brought before it broke off is no news to this one.
    const isAgain = trigger === 'resumed' || trigger === 'retry'
    const hasBrought = result.sent > 0 || result.withdrawn > 0
    if (hasBrought || isAgain) await this.#deps.onBrought()
    const nowMs = this.#deps.now()
    const state = hasBrought ? 'succeeded' : 'unchanged'
    await this.#keepRun({ ...running, ...result, state, ended_at: instant(nowMs) })
    const ended: JobMemory = { ...this.#memory, running: null, lastSuccessMs: nowMs }
    if (isBeside(trigger)) this.#memory = ended
    else {
      this.#planned = 'schedule'
      // The earlier of both, should the clock have been set back meanwhile.
      const dueMs = this.job.schedule?.next(Math.min(startMs, nowMs)) ?? null
      this.#memory = { ...ended, failures: 0, owedMs: null, dueMs }
    }
    await this.#remember()
  }

  async #failed(thrown: unknown): Promise<void> {
    const { running } = this.#memory
    if (running === null) return
    if (!(thrown instanceof AppError)) this.#deps.onBug(this.job.name, thrown)
    // It may have brought a part of it.
    if (running.step === 'clean' || running.step === 'load') await this.#deps.onBrought()
    const nowMs = this.#deps.now()
    const error = faultOf(thrown)
    await this.#keepRun({ ...running, ...NOTHING, state: 'failed', error, ended_at: instant(nowMs) })
    const failures = this.#memory.failures + 1
    const retryMs = this.#retryMs(thrown, failures, nowMs)
    // The source is asked in its own time, whatever a file was.
    const dueMs = isBeside(running.trigger) ? earlier(this.#memory.dueMs, retryMs) : retryMs
    if (dueMs === retryMs) this.#planned = 'retry'
    this.#memory = { ...this.#memory, running: null, failures, dueMs }
    if (thrown instanceof JobPausedError) await this.#pause('job', thrown.message)
    else await this.#remember()
  }

  #retryMs(thrown: unknown, failures: number, nowMs: number): number | null {
    const { schedule } = this.job
    const retryable = thrown instanceof AppError && thrown.retryable
    if (schedule === null && !retryable) return null
    const asked = thrown instanceof Error && 'retryAfterS' in thrown ? thrown.retryAfterS : null
    const retryAfterS = typeof asked === 'number' ? asked : null
    return afterFailure(schedule ?? RETRIES, nowMs, { failures, retryable, retryAfterS }, this.#deps.random())
  }

  async #pause(by: 'user' | 'job', why: string | null): Promise<void> {
    this.#memory = { ...this.#memory, paused: { atMs: this.#deps.now(), by, why } }
    await this.#remember()
  }

  async #keepRun(run: JobRun): Promise<void> {
    this.#runs = [run, ...this.#runs].slice(0, this.#deps.keepRuns)
    await this.#written(() => this.#files.keepRuns(this.#runs))
  }

  async #remember(): Promise<void> {
    await this.#written(() => this.#files.remember(this.#memory))
    this.#deps.onChange()
  }

  /** Without room for its state the job goes on: after a restart it begins where it was last written down, and repeats are repeats. */
  async #written(write: () => Promise<void>): Promise<void> {
    try {
      await write()
      this.#unwritten = null
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      this.#unwritten = code
    }
  }
}

/** Such a run does not ask the source: what is known of that stays. */
function isBeside(trigger: Trigger): boolean {
  return trigger === 'file' || trigger === 'landing'
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

function newRun(trigger: Trigger, startMs: number): JobRun {
  const id = instant(startMs).replaceAll(/[-:.]/g, '')
  return {
    id,
    trigger,
    state: 'running',
    step: null,
    started_at: instant(startMs),
    ended_at: null,
    ...NOTHING,
    error: null,
  }
}

function faultOf(thrown: unknown): NonNullable<JobRun['error']> {
  if (thrown instanceof AppError)
    return { code: thrown.code, message: thrown.message, retryable: thrown.retryable }
  const why = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: 'ART_JOB_BUG', message: `this program has a fault: ${why}`, retryable: false }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
