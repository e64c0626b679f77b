import type { Phase, SignalPlan } from '../../../../core/traffic/network.ts'
import type { PlanStep } from './timing.ts'
import { tenths } from './timing.ts'

/** A cycle on the way into step is longer by no more than this share. */
const MOST_LONGER = 0.2

/**
 * How a controller comes from one plan into step with another: the old plan's cycle is finished; then the new plan runs in cycles that are
 * longer by up to a fifth, all of them in the phase of the longest green, until its begin is where its offset wants it. Cycles are never cut short, so that no green
 * and no clearance is.
 *
 * Source: the transition method "add" of FHWA-HOP-08-024, Traffic Signal Timing Manual (2008), ch. 6.
 *
 * @returns the plans in order, the last to stay
 */
export function transition(old: SignalPlan, plan: SignalPlan, atS: number): PlanStep[] {
  const at = begin(old, atS)
  const [cycle, offset] = [tenths(plan.cycleS), tenths(plan.offsetS)]
  const missing = (((offset - at) % cycle) + cycle) % cycle
  const cycles = Math.ceil(missing / (cycle * MOST_LONGER))
  const steps: PlanStep[] = []
  let from = at
  for (let i = 0; i < cycles; i++) {
    const longer = Math.floor((missing * (i + 1)) / cycles) - Math.floor((missing * i) / cycles)
    steps.push({ fromS: from / 10, plan: lengthened(plan, longer, from) })
    from += cycle + longer
  }
  steps.push({ fromS: from / 10, plan })
  return steps
}

/** Begin of the cycle after the one that runs, tenths. */
function begin({ cycleS, offsetS }: SignalPlan, atS: number): number {
  const [cycle, offset] = [tenths(cycleS), tenths(offsetS)]
  return (Math.floor((atS * 10 - offset) / cycle) + 1) * cycle + offset
}

/** The plan with so many tenths put in where its longest green ends, and with its cycle beginning at `from`. */
function lengthened(plan: SignalPlan, longer: number, from: number): SignalPlan {
  const longest = plan.phases.reduce<Phase | null>(
    (most, phase) => (most === null || phase.greenS > most.greenS ? phase : most),
    null,
  )
  const endS = (longest?.startS ?? 0) + (longest?.greenS ?? 0)
  const byS = longer / 10
  const cycle = tenths(plan.cycleS) + longer
  return {
    cycleS: cycle / 10,
    offsetS: (from % cycle) / 10,
    phases: plan.phases.map(phase => {
      if (phase.startS >= endS) return { ...phase, startS: phase.startS + byS }
      return phase.startS + phase.greenS >= endS ? { ...phase, greenS: phase.greenS + byS } : phase
    }),
  }
}
