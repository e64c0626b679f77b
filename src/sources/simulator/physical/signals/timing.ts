import type { SignalPlan } from '../../../../core/traffic/network.ts'

/** Yellow that a queue still uses, s (HCM 2000, ch. 16: e). */
const YELLOW_USED_S = 2

interface Window {
  /** Of the green with what is used of the yellow, after the begin of the cycle, tenths of a second. */
  readonly from: number
  readonly length: number
}

/** When one movement has green: in one plan for ever, or in plans that follow each other. Whole tenths, so that one green has one number whenever it is asked for. */
export interface Timing {
  /** In force from here on, s; minus infinite: ever since. */
  readonly fromS: number
  readonly cycle: number
  readonly offset: number
  readonly windows: readonly Window[]
  /** What follows; null where this one runs for ever. */
  readonly next: Timing | null
}

/** A plan and from when on it runs, s. */
export interface PlanStep {
  readonly fromS: number
  readonly plan: SignalPlan
}

/** The timing of a movement under plans that follow each other, in order, at least one. */
export function timingOf(movement: number, steps: readonly PlanStep[]): Timing | null {
  return steps.reduceRight<Timing | null>((next, { fromS, plan }) => {
    const windows = plan.phases
      .filter(({ movements }) => movements.includes(movement))
      .map(({ startS, greenS, yellowS }) => ({
        from: tenths(startS),
        length: tenths(greenS + Math.min(YELLOW_USED_S, yellowS)),
      }))
    return { fromS, cycle: tenths(plan.cycleS), offset: tenths(plan.offsetS), windows, next }
  }, null)
}

/** Begin of the green that is at `atS`, or else of the next one; infinite where none comes. */
export function greenFromS(timing: Timing, atS: number): number {
  // A plan that was never changed, as nearly all are.
  if (timing.next === null && timing.fromS === -Infinity) return greenOf(timing, atS)
  let now: Timing = timing
  let fromS = atS
  for (;;) {
    const { next } = now
    if (next === null) return Math.max(now.fromS, greenOf(now, fromS))
    if (fromS < next.fromS) {
      const greenS = Math.max(now.fromS, greenOf(now, fromS))
      if (greenS < next.fromS) return greenS
    }
    now = next
    fromS = Math.max(fromS, next.fromS)
  }
}

function greenOf({ cycle, offset, windows }: Timing, atS: number): number {
  const begin = Math.floor((atS * 10 - offset) / cycle) * cycle + offset
  const sinceBegin = atS * 10 - begin
  let next = Infinity
  for (const { from, length } of windows) {
    // A window may reach over the end of the cycle.
    const first = from - cycle + length > sinceBegin ? from - cycle : from
    next = Math.min(next, first + length > sinceBegin ? first : first + cycle)
  }
  return (begin + next) / 10
}

export function tenths(seconds: number): number {
  return Math.round(seconds * 10)
}
