import { HOUR_MS, MINUTE_MS } from '../../core/time/spans.ts'
import { alertIdOf } from './incident-alerts.ts'

/** What is wrong with the system now, as its status has it. */
export interface ProblemNow {
  readonly code: string
  readonly message: string
  readonly sinceMs: number
}

/** Which problems somebody wants to hear of. */
export interface ProblemRule {
  readonly name: string
  /** Null: all. `jobs` is about every job, `jobs:archive` about one. */
  readonly codes: readonly string[] | null
}

export interface ProblemAlert {
  readonly alertId: string
  readonly rule: string
  readonly problem: ProblemNow
}

interface KnownProblem {
  /** How often it was told before. */
  readonly times: number
  /** It was told, and is not over for good. */
  readonly isTold: boolean
  /** Since when it has been away; null while it is there. */
  readonly goneSinceMs: number | null
}

/** Plain, as it is saved between looks. */
export interface ProblemMemory {
  /** When it was begun: no alert has an id that one had before a memory that was lost. */
  readonly begunMs: number
  /** By code. */
  readonly known: Readonly<Record<string, KnownProblem>>
}

/** What passes by itself sooner is nobody's concern. */
const LASTS_MS = MINUTE_MS
/** What comes back sooner is the same problem: a restart, a fault that comes and goes. */
const OVER_AFTER_MS = HOUR_MS

/**
 * Says whom to tell of which problems: once each until it has been over for an hour.
 * @returns the memory for the next look, to be saved once the alerts are noted: a look that is repeated says the same alerts
 */
export function problemAlerts(
  memory: ProblemMemory,
  problems: readonly ProblemNow[],
  rules: readonly ProblemRule[],
  nowMs: number,
): { readonly memory: ProblemMemory; readonly alerts: readonly ProblemAlert[] } {
  const known = new Map(Object.entries(memory.known))
  for (const [code, one] of known)
    if (!problems.some(problem => problem.code === code)) known.set(code, withoutIt(one, nowMs))
  const alerts: ProblemAlert[] = []
  for (const problem of problems) {
    const before = known.get(problem.code) ?? { times: 0, isTold: false, goneSinceMs: null }
    const isTold = before.isTold || Math.abs(nowMs - problem.sinceMs) >= LASTS_MS
    if (isTold && !before.isTold)
      for (const { name, codes } of rules)
        if (codes === null || codes.some(wanted => isOf(problem.code, wanted)))
          alerts.push({
            alertId: alertIdOf(['problem', name, problem.code, memory.begunMs, before.times]),
            ...{ rule: name, problem },
          })
    known.set(problem.code, {
      ...{ isTold, goneSinceMs: null },
      times: before.times + (isTold && !before.isTold ? 1 : 0),
    })
  }
  return { memory: { ...memory, known: Object.fromEntries(known) }, alerts }
}

function isOf(code: string, wanted: string): boolean {
  return code === wanted || code.startsWith(`${wanted}:`)
}

function withoutIt(one: KnownProblem, nowMs: number): KnownProblem {
  // By a clock that may be set back.
  const goneSinceMs = Math.min(one.goneSinceMs ?? nowMs, nowMs)
  return { ...one, goneSinceMs, isTold: one.isTold && nowMs - goneSinceMs < OVER_AFTER_MS }
}
