import { AppError } from '../../core/errors.ts'
import { HOUR_MS } from '../../core/time/spans.ts'
import type { StepRun } from '../../serve/contract/index.ts'
import { faultOf } from '../jobs/index.ts'

/** A step as the runner needs it. */
export interface PlannedStep {
  readonly name: string
  readonly needs: readonly string[]
  /** It begins when all that it needs succeeded, or when all of it ended. */
  readonly when: 'succeeded' | 'ended'
  readonly takesDay: boolean
  /** After the first attempt. */
  readonly retries: number
  /** Before the first retry; it doubles, up to an hour. */
  readonly retryDelayS: number
  /** Of one attempt. */
  readonly timeoutS: number
  /** @returns what it did, in words. @throws when it failed, or the signal aborts */
  readonly work: (signal: AbortSignal, stepsNow: () => readonly StepRun[]) => Promise<string | null>
}

export interface StepsDeps {
  readonly parallel: number
  /** Steps of the run that was broken off. What ended there stays; the rest is done. */
  readonly before: readonly StepRun[] | null
  /** Steps that an earlier day of the range did for all of it. */
  readonly covered: { readonly day: string; readonly steps: readonly string[] } | null
  readonly signal: AbortSignal
  readonly now: () => number
  /** Resolves after so long, or when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Aborts after so long. */
  readonly timeout: (ms: number) => AbortSignal
  /** Told after each change; durable once it resolves. */
  readonly says: (steps: readonly StepRun[]) => Promise<void>
  /** Told of what only a fault of this program throws. */
  readonly onBug: (error: unknown) => void
}

/** An attempt took longer than its step allows. */
export class StepTimeoutError extends AppError {
  readonly code = 'ART_STEP_TIMEOUT'
  override readonly retryable = true

  constructor(timeoutS: number) {
    super(`it took longer than timeoutS allows (${timeoutS} s), and was broken off`)
  }
}

const MAX_DELAY_MS = HOUR_MS
const ENDED: readonly StepRun['state'][] = ['succeeded', 'failed', 'skipped', 'covered']

/**
 * Does steps as their needs allow, so many at a time. A step that failed is tried again after a while that doubles; steps that need
 * one that failed for good are skipped, others go on.
 *
 * @param steps without circles, every need among them
 * @returns how each ended, in their order
 * @throws the signal's reason once it aborts and nothing runs any more
 */
export async function runSteps(steps: readonly PlannedStep[], deps: StepsDeps): Promise<readonly StepRun[]> {
  const board = new StepBoard(steps, deps)
  await board.tell()
  const running = new Set<Promise<void>>()
  for (;;) {
    await board.skip()
    for (const step of board.ready().slice(0, deps.parallel - running.size)) {
      const run: Promise<void> = runStep(step, board, deps).finally(() => running.delete(run))
      running.add(run)
    }
    if (running.size > 0) await Promise.race(running)
    else if (!board.isHopeless) break
  }
  deps.signal.throwIfAborted()
  return board.list
}

/** How the steps of one run are. */
class StepBoard {
  readonly #steps: readonly PlannedStep[]
  readonly #deps: StepsDeps
  readonly #runs: Map<string, StepRun>

  constructor(steps: readonly PlannedStep[], deps: StepsDeps) {
    this.#steps = steps
    this.#deps = deps
    this.#runs = new Map(steps.map(step => [step.name, firstOf(step, deps)]))
  }

  get list(): readonly StepRun[] {
    return [...this.#runs.values()]
  }

  of(name: string): StepRun {
    const run = this.#runs.get(name)
    if (run === undefined) throw new RangeError(`there is no step ${name}`)
    return run
  }

  async set(name: string, what: Partial<StepRun>): Promise<void> {
    this.#runs.set(name, { ...this.of(name), ...what })
    await this.tell()
  }

  async tell(): Promise<void> {
    await this.#deps.says(this.list)
  }

  /** Steps that may begin now. A step that is picked is running from here on. */
  ready(): PlannedStep[] {
    if (this.#deps.signal.aborted) return []
    return this.#steps.filter(
      step =>
        this.of(step.name).state === 'waiting' && step.needs.every(need => this.#isMet(step, this.of(need))),
    )
  }

  /** Steps whose needs failed will not begin. */
  async skip(): Promise<void> {
    for (let step = this.#hopeless(); step !== undefined; step = this.#hopeless()) {
      const why = step.needs.filter(need => !isGood(this.of(need))).join(', ')
      await this.set(step.name, { state: 'skipped', notice: `not begun, because ${why} did not succeed` })
    }
  }

  /** Whether a step waits for what will not come. */
  get isHopeless(): boolean {
    return this.#hopeless() !== undefined
  }

  #isMet({ when }: PlannedStep, need: StepRun): boolean {
    return when === 'ended' ? ENDED.includes(need.state) : isGood(need)
  }

  #hopeless(): PlannedStep | undefined {
    return this.#steps.find(
      ({ name, needs, when }) =>
        when === 'succeeded' &&
        this.of(name).state === 'waiting' &&
        needs.some(need => ENDED.includes(this.of(need).state) && !isGood(this.of(need))),
    )
  }
}

function isGood({ state }: StepRun): boolean {
  return state === 'succeeded' || state === 'covered'
}

function firstOf({ name, takesDay }: PlannedStep, { before, covered }: StepsDeps): StepRun {
  const known = before?.find(step => step.name === name)
  if (known !== undefined && ENDED.includes(known.state)) return known
  const anew: StepRun = {
    ...{ name, state: 'waiting', attempts: known?.attempts ?? 0 },
    ...{ started_at: null, ended_at: null, notice: null, error: null },
  }
  if (takesDay || covered?.steps.includes(name) !== true) return anew
  return { ...anew, state: 'covered', notice: `takes no day: it ran once for the range, with ${covered.day}` }
}

async function runStep(step: PlannedStep, board: StepBoard, deps: StepsDeps): Promise<void> {
  const { signal, now, sleep, onBug } = deps
  const { name, retries, retryDelayS } = step
  const at = () => new Date(now()).toISOString()
  const startedAt = at()
  for (let tried = 0; ; tried++) {
    const attempts = board.of(name).attempts + 1
    const begun = { state: 'running', attempts, started_at: startedAt, ended_at: null } as const
    await board.set(name, { ...begun, notice: null })
    try {
      const notice = await attempt(step, board, deps)
      // Broken off just as it ended: it is done all the same.
      await board.set(name, { state: 'succeeded', ended_at: at(), notice, error: null })
      return
    } catch (thrown) {
      if (signal.aborted) return
      if (!(thrown instanceof AppError)) onBug(thrown)
      const error = faultOf(thrown)
      if (tried >= retries) {
        await board.set(name, { state: 'failed', ended_at: at(), error })
        return
      }
      const delayMs = Math.min(MAX_DELAY_MS, retryDelayS * 1000 * 2 ** tried)
      const notice = `is tried again ${new Date(now() + delayMs).toISOString()}`
      await board.set(name, { state: 'retrying', error, notice })
      await sleep(delayMs, signal)
    }
    if (isEnded(signal)) return
  }
}

/** Whether it aborted meanwhile. */
function isEnded(signal: AbortSignal): boolean {
  return signal.aborted
}

/** Waits until the work has really ended, so that no step runs twice at a time. */
async function attempt(
  { work, timeoutS }: PlannedStep,
  board: StepBoard,
  { signal, timeout }: StepsDeps,
): Promise<string | null> {
  const late = timeout(timeoutS * 1000)
  try {
    return await work(AbortSignal.any([signal, late]), () => board.list)
  } catch (error) {
    if (late.aborted && !signal.aborted) throw new StepTimeoutError(timeoutS)
    throw error
  }
}
