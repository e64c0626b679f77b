import { AppError } from '../../core/errors.ts'
import type { Job as JobAnswer, JobRun } from '../../serve/contract/index.ts'
import { dayOfRun, missedDays, owing } from './days.ts'
import type { DayOfRun } from './days.ts'
import type { DayContext, Job, RunContext, RunResult, Trigger } from './job.ts'
import { JobPausedError, JobUnwrittenError } from './job.ts'
import type { JobMemory } from './memory.ts'
import { dueAtStart, earlier, retryAt } from './plan.ts'
import { JobRecord } from './record.ts'
import { answerOf, brokenOff, faultOf, instant, isAskedFor, isBeside, newRun, NOTHING } from './run-record.ts'

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
  /** Runs another job. */
  readonly runJob: DayContext['runJob']
}

/** A clock that is set and a machine that slept are noticed within this. */
const SLICE_MS = 30_000
/** So often it is looked whether there is news. */
const NEWS_EVERY_MS = 5_000

type Asked = 'manual' | 'landing' | 'pipeline'

/** One job: runs when it is due or asked for, never twice at a time, and remembers how that went. */
export class JobRunner {
  readonly job: Job
  readonly #deps: RunnerDeps
  readonly #record: JobRecord
  #asked: Asked | null = null
  /** Somebody asked for the days that wait: they come though nobody follows the schedule, or it is paused. */
  #mayTakeDays = false
  /** Ends the run that goes on. */
  #ends: AbortController | null = null
  /** The run that was broken off, and that the next one goes on with. */
  #broken: JobRun | null = null
  #planned: Trigger = 'schedule'
  #wake = Promise.withResolvers<undefined>()
  #unseen: string | null = null
  #untaken: string | null = null
  /** When it was looked last whether there is news. */
  #lookedMs = -Infinity

  constructor(job: Job, deps: RunnerDeps) {
    this.job = job
    this.#deps = deps
    this.#record = new JobRecord(deps)
  }

  /** What is known from before. A run that was broken off is told as such. */
  async open(): Promise<void> {
    const memory = await this.#record.recall()
    const nowMs = this.#deps.now()
    const dueMs = dueAtStart(this.job, memory, nowMs)
    const { running } = memory
    // Its end may have been written down before the kill.
    const isOpen = running !== null && this.#record.runs[0]?.id !== running.id
    if (isOpen)
      await this.#record.keepRun({ ...brokenOff(running), state: 'interrupted', ended_at: instant(nowMs) })
    const isMissed = running === null && memory.dueMs !== null && memory.dueMs < nowMs
    this.#planned = running !== null ? 'resumed' : isMissed ? 'missed' : 'schedule'
    this.#broken = running
    const days = owing(memory.days, missedDays(this.job, memory, nowMs), 'missed')
    this.#record.memory = { ...memory, schedule: this.job.schedule?.says ?? '', dueMs, days, running: null }
    await this.#record.remember()
  }

  /** Runs until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    for (let trigger = await this.#next(signal); trigger !== null; trigger = await this.#next(signal))
      await this.#run(trigger, signal)
  }

  /** Asks for a run as soon as can be. @returns false when one runs or is asked for already */
  runNow(trigger: Asked): boolean {
    if (this.#record.memory.running !== null || this.#asked !== null) return false
    this.#asked = trigger
    this.#wake.resolve(undefined)
    return true
  }

  /**
   * Runs it as a part of something else, after the run that goes on. Breaks it off with the signal.
   * @returns the run, once it has ended. @throws when the signal aborts
   */
  async runThrough(signal: AbortSignal): Promise<JobRun> {
    while (!this.runNow('pipeline')) await this.#record.change(signal)
    const before = this.#record.runs[0]?.id
    for (;;) {
      // The oldest of those that ended since.
      const known = this.#record.runs.findIndex(({ id }) => id === before)
      const ended = (known < 0 ? this.#record.runs : this.#record.runs.slice(0, known)).at(-1)
      if (ended !== undefined) return ended
      try {
        await this.#record.change(signal)
      } catch (error) {
        await this.breakOff()
        throw error
      }
    }
  }

  /** Asks for a run for each of these days, in their order. Durable once it resolves. @throws {JobUnwrittenError} as `pause` does */
  async runDays(days: readonly string[]): Promise<void> {
    this.#record.memory = { ...this.#record.memory, days: owing(this.#record.memory.days, days, 'backfill') }
    this.#mayTakeDays = true
    await this.#record.remember()
    this.#wake.resolve(undefined)
    this.#mustBeWritten('runs for these days')
  }

  /** Breaks off the run that goes on, and forgets what was asked for. @returns false where nothing runs or waits */
  async breakOff(): Promise<boolean> {
    const { days, running } = this.#record.memory
    if (running === null && this.#asked === null && days.length === 0) return false
    this.#asked = null
    this.#record.memory = { ...this.#record.memory, days: [] }
    await this.#record.remember()
    this.#ends?.abort()
    while (this.#ends !== null) await this.#record.change(new AbortController().signal)
    return true
  }

  /** Somebody says that there may be news: it is looked at once. */
  look(): void {
    this.#lookedMs = -Infinity
    this.#wake.resolve(undefined)
  }

  /** A job before it brought something: it runs as soon as can be, also when it runs just now. Durable once it resolves. */
  async owe(): Promise<void> {
    this.#record.memory = {
      ...this.#record.memory,
      followsMs: this.#record.memory.followsMs ?? this.#deps.now(),
    }
    await this.#record.remember()
    this.#wake.resolve(undefined)
  }

  /** Durable once it resolves. A run that has begun goes on to its end. @throws {JobUnwrittenError} when it holds only until a restart */
  async pause(why: string | null): Promise<void> {
    await this.#pause('user', why)
    this.#mustBeWritten('is paused')
  }

  /** Durable once it resolves; what came due meanwhile is caught up once. @throws {JobUnwrittenError} when it holds only until a restart */
  async resume(): Promise<void> {
    const { paused } = this.#record.memory
    if (paused === null) return
    // What it found has been looked at: it goes on from there.
    if (paused.by === 'job') await this.job.accept?.()
    const dueMs = paused.by === 'job' ? this.#deps.now() : this.#record.memory.dueMs
    this.#record.memory = { ...this.#record.memory, paused: null, dueMs }
    await this.#record.remember()
    this.#wake.resolve(undefined)
    this.#mustBeWritten('goes on')
  }

  #mustBeWritten(what: string): void {
    if (this.#record.unwritten !== null)
      throw new JobUnwrittenError(this.job.name, what, this.#record.unwritten)
  }

  /** Newest first. */
  get runs(): readonly JobRun[] {
    const { running } = this.#record.memory
    return running === null ? this.#record.runs : [running, ...this.#record.runs]
  }

  /** Why what is known of it could not be written down, in the system's words; null where it could. */
  get unwritten(): string | null {
    return this.#record.unwritten
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
    const { followsSchedule, now } = this.#deps
    return answerOf(this.job, this.#record.memory, this.runs[0] ?? null, { followsSchedule, nowMs: now() })
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
      const isOn = followsSchedule && this.#record.memory.paused === null
      const before = now()
      const leftMs = isOn ? (this.#record.memory.dueMs ?? Infinity) - before : Infinity
      // What was broken off comes before days that wait.
      if (leftMs <= 0 && this.#planned === 'resumed') return this.#planned
      const [day] = this.#record.memory.days
      if (day !== undefined && (isOn || this.#mayTakeDays)) return day.trigger
      if (leftMs <= 0) return this.#planned
      if (isOn && this.#record.memory.followsMs !== null) return 'after'
      if (isOn && this.#lookInMs(before) <= 0 && (await this.#hasNews(before))) return 'file'
      const sliceMs = Math.min(SLICE_MS, this.#lookInMs(before))
      const awake = new AbortController()
      const until = AbortSignal.any([signal, awake.signal])
      await Promise.race([sleep(Math.max(0, Math.min(leftMs, sliceMs)), until), this.#wake.promise])
      awake.abort()
      const stepMs = now() - before
      // A clock that was set back would keep the job waiting for as long: the plan goes back with it.
      if (stepMs < 0 && this.#record.memory.dueMs !== null)
        this.#record.memory = { ...this.#record.memory, dueMs: this.#record.memory.dueMs + stepMs }
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
    const isOwed = !isAskedFor(trigger) && !isBeside(trigger)
    const { owedMs, followsMs, dueMs } = this.#record.memory
    const before = trigger === 'resumed' ? this.#broken : null
    this.#broken = null
    const [owed, days] = dayOfRun(this.job, this.#record.memory, { trigger, before, nowMs: startMs })
    if (days.length === 0) this.#mayTakeDays = false
    const day = owed?.day ?? null
    const ends = new AbortController()
    this.#ends = ends
    this.#record.memory = {
      ...this.#record.memory,
      owedMs: isOwed ? (owedMs ?? followsMs ?? dueMs ?? startMs) : owedMs,
      // Whatever was brought before it begins is in this run.
      followsMs: null,
      lastStartMs: startMs,
      days,
      running: newRun(trigger, startMs, { day, steps: before?.steps ?? null }),
    }
    await this.#record.remember()
    try {
      const context: RunContext = {
        trigger,
        signal: AbortSignal.any([signal, ends.signal]),
        step: step => this.#says({ step }),
        ...(owed !== null && { ofDay: this.#ofDay(owed, before) }),
      }
      await this.#ended(await this.job.run(context), startMs)
    } catch (error) {
      // Whoever stops the program is no fault of the job: it goes on with the next start.
      if (!signal.aborted) await (ends.signal.aborted ? this.#stopped() : this.#failed(error))
    }
    this.#ends = null
    this.#record.tellChange()
  }

  #ofDay({ day, with: first }: DayOfRun, before: JobRun | null): DayContext {
    return {
      ...{ day, before: before?.steps ?? null, covered: this.#coveredBy(first) },
      says: steps => this.#says({ steps: [...steps] }),
      runJob: this.#deps.runJob,
      onBug: error => this.#deps.onBug(this.job.name, error),
    }
  }

  /** What an earlier day of the range has done for all of it. */
  #coveredBy(day: string | null): DayContext['covered'] {
    const run =
      day === null ? undefined : this.#record.runs.find(one => one.day === day && one.steps !== null)
    if (day === null || run === undefined) return null
    const steps = run.steps?.filter(({ state }) => state === 'succeeded' || state === 'covered') ?? []
    return { day, steps: steps.map(({ name }) => name) }
  }

  async #says(what: Partial<Pick<JobRun, 'step' | 'steps'>>): Promise<void> {
    const { running } = this.#record.memory
    if (running === null || (what.step !== undefined && running.step === what.step)) return
    this.#record.memory = { ...this.#record.memory, running: { ...running, ...what } }
    await this.#record.remember()
  }

  async #ended(result: RunResult, startMs: number): Promise<void> {
    const { running } = this.#record.memory
    if (running === null) return
    const { trigger } = running
    // What an earlier attempt brought before it broke off is no news to this one.
    const isAgain = trigger === 'resumed' || trigger === 'retry'
    const hasBrought = result.sent > 0 || result.withdrawn > 0
    if (hasBrought || isAgain) await this.#deps.onBrought()
    const nowMs = this.#deps.now()
    const state = hasBrought ? 'succeeded' : 'unchanged'
    await this.#record.keepRun({ ...running, state, ...result, ended_at: instant(nowMs) })
    const ended: JobMemory = { ...this.#record.memory, running: null, lastSuccessMs: nowMs }
    if (isBeside(trigger)) this.#record.memory = ended
    else {
      this.#planned = 'schedule'
      // The earlier of both, should the clock have been set back meanwhile.
      const dueMs = this.job.schedule?.next(Math.min(startMs, nowMs)) ?? null
      this.#record.memory = { ...ended, failures: 0, owedMs: null, dueMs }
    }
    await this.#record.remember()
  }

  async #failed(thrown: unknown): Promise<void> {
    const { running } = this.#record.memory
    if (running === null) return
    if (!(thrown instanceof AppError)) this.#deps.onBug(this.job.name, thrown)
    // It may have brought a part of it.
    if (running.step === 'clean' || running.step === 'load') await this.#deps.onBrought()
    const nowMs = this.#deps.now()
    const error = faultOf(thrown)
    await this.#record.keepRun({ ...running, ...NOTHING, state: 'failed', error, ended_at: instant(nowMs) })
    const failures = this.#record.memory.failures + 1
    const retryMs = retryAt(this.job.schedule, thrown, { failures, nowMs, random: this.#deps.random() })
    // The source is asked in its own time, whatever a file was.
    const dueMs = isBeside(running.trigger) ? earlier(this.#record.memory.dueMs, retryMs) : retryMs
    // Of a pipeline it is its steps that are tried again.
    if (dueMs === retryMs) this.#planned = this.job.days === undefined ? 'retry' : 'schedule'
    this.#record.memory = { ...this.#record.memory, running: null, failures, dueMs }
    if (thrown instanceof JobPausedError) await this.#pause('job', thrown.message)
    else await this.#record.remember()
  }

  /** Somebody broke it off: the next time comes as ever. */
  async #stopped(): Promise<void> {
    const { running } = this.#record.memory
    if (running === null) return
    if (running.step === 'clean' || running.step === 'load') await this.#deps.onBrought()
    const nowMs = this.#deps.now()
    await this.#record.keepRun({
      ...brokenOff(running),
      ...NOTHING,
      state: 'stopped',
      ended_at: instant(nowMs),
    })
    this.#record.memory = { ...this.#record.memory, running: null }
    if (!isBeside(running.trigger)) {
      this.#planned = 'schedule'
      this.#record.memory = {
        ...this.#record.memory,
        owedMs: null,
        dueMs: this.job.schedule?.next(nowMs) ?? null,
      }
    }
    await this.#record.remember()
  }

  async #pause(by: 'user' | 'job', why: string | null): Promise<void> {
    this.#record.memory = { ...this.#record.memory, paused: { atMs: this.#deps.now(), by, why } }
    await this.#record.remember()
  }
}
