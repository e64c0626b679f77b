import type { Movement, SignalPlan } from '../../../../core/traffic/network.ts'
import type { PlanStep, Timing } from './timing.ts'
import { greenFromS, timingOf } from './timing.ts'
import { transition } from './transition.ts'

export type SignalColour = 'green' | 'yellow' | 'red' | 'dark' | 'flashing'

/**
 * What a signal does: its plan; nothing (dark) or red on all sides (flashing), both of which drivers take for an all-way stop; or it stays in the stage in which
 * the phase of this number begins.
 */
export type SignalMode = 'plan' | 'dark' | 'flashing' | { readonly stuckIn: number }

/** Says when a movement may go. Plans and modes can be changed while the traffic runs; movements of nodes without a plan may always go. */
export class Signals {
  readonly #nodeOf: Int32Array
  readonly #movementsOf: readonly (readonly number[])[]
  /** By node: the plans it runs, in order; empty where no signal stands. */
  readonly #steps: (readonly PlanStep[])[]
  readonly #modes: SignalMode[]
  readonly #isStop: Uint8Array
  #stops = 0
  /** By movement: its timing, or what is always the answer. */
  readonly #timings: (Timing | number)[]

  /** @param nodeOf the node each movement crosses */
  constructor(movements: readonly Movement[], nodeOf: Int32Array, plans: readonly (SignalPlan | null)[]) {
    this.#nodeOf = nodeOf
    const movementsOf = plans.map((): number[] => [])
    nodeOf.forEach((node, movement) => movementsOf[node]?.push(movement))
    this.#movementsOf = movementsOf
    this.#steps = plans.map(plan => (plan === null ? [] : [{ fromS: -Infinity, plan }]))
    this.#modes = plans.map(() => 'plan')
    this.#isStop = new Uint8Array(plans.length)
    this.#timings = movements.map(() => -Infinity)
    plans.forEach((plan, node) => {
      if (plan !== null) this.#renew(node)
    })
  }

  /** From now on, in the middle of whatever runs; what is on its way through the node goes on. */
  setPlan(node: number, plan: SignalPlan): void {
    this.#steps[node] = [{ fromS: -Infinity, plan }]
    this.#renew(node)
  }

  /**
   * As a controller does it: after the cycle that runs, and into step with the new offset by cycles that are up to a fifth longer.
   * @returns from when on the new plan runs in step, s
   */
  changePlan(node: number, plan: SignalPlan, atS: number): number {
    const running = this.planAt(node, atS)
    if (running === null) {
      this.setPlan(node, plan)
      return atS
    }
    const steps = transition(running, plan, atS)
    this.#steps[node] = [{ fromS: -Infinity, plan: running }, ...steps]
    this.#renew(node)
    return steps.at(-1)?.fromS ?? atS
  }

  /** A node without a plan has no signal whose mode could be set. */
  setMode(node: number, mode: SignalMode): void {
    if ((this.#steps[node] ?? []).length === 0) return
    this.#modes[node] = mode
    const isStop = mode === 'dark' || mode === 'flashing' ? 1 : 0
    this.#stops += isStop - (this.#isStop[node] ?? 0)
    this.#isStop[node] = isStop
    this.#renew(node)
  }

  modeOf(node: number): SignalMode {
    return this.#modes[node] ?? 'plan'
  }

  /** Is any signal dark or flashing? */
  get anyAllWayStop(): boolean {
    return this.#stops > 0
  }

  /** Must everybody stop at this node before he goes? */
  isAllWayStop(node: number): boolean {
    return this.#isStop[node] === 1
  }

  /** The plan that was set last. */
  planOf(node: number): SignalPlan | null {
    return this.#steps[node]?.at(-1)?.plan ?? null
  }

  /** The plan by which it runs at a time: on the way into step its cycle is longer. */
  planAt(node: number, atS: number): SignalPlan | null {
    return this.#steps[node]?.findLast(({ fromS }) => fromS <= atS)?.plan ?? null
  }

  /**
   * Begin of the green in which the movement may go at `atS`, or else of the next one; minus infinite where it may always go, infinite
   * where nothing ever lets it.
   */
  greenFromS(movement: number, atS: number): number {
    const timing = this.#timings[movement] ?? -Infinity
    return typeof timing === 'number' ? timing : greenFromS(timing, atS)
  }

  /** What the movement is shown; green where there is no signal. */
  colourAt(movement: number, atS: number): SignalColour {
    const node = this.#nodeOf[movement] ?? -1
    const plan = this.planAt(node, atS)
    if (plan === null) return 'green'
    const mode = this.modeOf(node)
    if (mode === 'dark' || mode === 'flashing') return mode
    if (mode !== 'plan') return stageOf(plan, mode.stuckIn).has(movement) ? 'green' : 'red'
    let colour: SignalColour = 'red'
    for (const { startS, greenS, yellowS, movements } of plan.phases) {
      if (!movements.includes(movement)) continue
      const sinceS = modulo(atS - plan.offsetS - startS, plan.cycleS)
      if (sinceS < greenS) return 'green'
      if (sinceS < greenS + yellowS) colour = 'yellow'
    }
    return colour
  }

  #renew(node: number): void {
    const steps = this.#steps[node] ?? []
    const mode = this.modeOf(node)
    const last = steps.at(-1)
    const stage = typeof mode === 'string' || last === undefined ? null : stageOf(last.plan, mode.stuckIn)
    for (const movement of this.#movementsOf[node] ?? [])
      if (mode === 'plan') this.#timings[movement] = timingOf(movement, steps) ?? -Infinity
      else this.#timings[movement] = stage === null || stage.has(movement) ? -Infinity : Infinity
  }
}

/** Movements of all phases whose green begins with that of this one. */
function stageOf({ phases }: SignalPlan, number: number): ReadonlySet<number> {
  const startS = phases.find(phase => phase.number === number)?.startS
  return new Set(phases.filter(phase => phase.startS === startS).flatMap(({ movements }) => movements))
}

function modulo(value: number, by: number): number {
  const rest = value % by
  return rest < 0 ? rest + by : rest
}
