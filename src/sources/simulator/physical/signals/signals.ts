import type { Movement, SignalPlan } from '../../../../core/traffic/network.ts'

/** Yellow that a queue still uses, s (HCM 2000, ch. 16: e). */
const YELLOW_USED_S = 2

export type SignalColour = 'green' | 'yellow' | 'red'

interface Window {
  /** Of the green with what is used of the yellow, after the begin of the cycle, s. */
  readonly fromS: number
  readonly toS: number
}

/** Says when a movement may go. Plans can be changed while the traffic runs; movements of nodes without a plan may always go. */
export class Signals {
  readonly #nodeOf: Int32Array
  readonly #plans: (SignalPlan | null)[]
  /** By movement; null where it has no signal. */
  readonly #windows: (readonly Window[] | null)[]

  /** @param nodeOf the node each movement crosses */
  constructor(movements: readonly Movement[], nodeOf: Int32Array, plans: readonly (SignalPlan | null)[]) {
    this.#nodeOf = nodeOf
    this.#plans = [...plans]
    this.#windows = movements.map(() => null)
    plans.forEach((plan, node) => {
      if (plan !== null) this.setPlan(node, plan)
    })
  }

  /** From now on; what is on its way through the node goes on. */
  setPlan(node: number, plan: SignalPlan): void {
    this.#plans[node] = plan
    const windows = new Map<number, Window[]>()
    for (const { startS, greenS, yellowS, movements } of plan.phases) {
      const window = { fromS: startS, toS: startS + greenS + Math.min(YELLOW_USED_S, yellowS) }
      for (const movement of movements) windows.set(movement, [...(windows.get(movement) ?? []), window])
    }
    this.#nodeOf.forEach((of, movement) => {
      if (of === node) this.#windows[movement] = windows.get(movement) ?? []
    })
  }

  planOf(node: number): SignalPlan | null {
    return this.#plans[node] ?? null
  }

  /**
   * Begin of the green in which the movement may go at `atS`, or else of the next one; minus infinite where it may always go, infinite
   * where its plan never lets it.
   */
  greenFromS(movement: number, atS: number): number {
    const windows = this.#windows[movement] ?? null
    const plan = this.#plans[this.#nodeOf[movement] ?? -1] ?? null
    if (windows === null || plan === null) return -Infinity
    // Whole tenths, so that one green has one number whenever it is asked for.
    const [cycle, offset] = [tenths(plan.cycleS), tenths(plan.offsetS)]
    const begin = Math.floor((atS * 10 - offset) / cycle) * cycle + offset
    const sinceBegin = atS * 10 - begin
    let next = Infinity
    for (const { fromS, toS } of windows) {
      const [from, length] = [tenths(fromS), tenths(toS - fromS)]
      // A window may reach over the end of the cycle.
      const first = from - cycle + length > sinceBegin ? from - cycle : from
      next = Math.min(next, first + length > sinceBegin ? first : first + cycle)
    }
    return (begin + next) / 10
  }

  /** What the movement is shown; green where there is no signal. */
  colourAt(movement: number, atS: number): SignalColour {
    const plan = this.#plans[this.#nodeOf[movement] ?? -1] ?? null
    if (plan === null) return 'green'
    let colour: SignalColour = 'red'
    for (const { startS, greenS, yellowS, movements } of plan.phases) {
      if (!movements.includes(movement)) continue
      const sinceS = modulo(atS - plan.offsetS - startS, plan.cycleS)
      if (sinceS < greenS) return 'green'
      if (sinceS < greenS + yellowS) colour = 'yellow'
    }
    return colour
  }
}

function modulo(value: number, by: number): number {
  const rest = value % by
  return rest < 0 ? rest + by : rest
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10)
}
