import { Decisions } from './decisions.ts'
import { SAME_EVENT_M } from './links.ts'
import { metresBetween, reportOf } from './reports.ts'
import { startSecond, textOf } from './version.ts'
import type { Apart, IncidentVersion } from './version.ts'

/** Two reports that an operator keeps apart, and that would have been taken for one event otherwise. */
export interface UndonePair {
  readonly id: string
  readonly to: string
  readonly startedAtMs: number
  readonly distanceM: number
  readonly isSameText: boolean
}

/** @param versions all there are of each id that is among them */
export function undonePairs(versions: readonly IncidentVersion[], apart: readonly Apart[]): UndonePair[] {
  if (apart.length === 0) return []
  const named = new Set(apart.flatMap(({ id, otherId }) => [id, otherId]))
  const reports = [
    ...Map.groupBy(
      versions.filter(({ id }) => named.has(id)),
      ({ id }) => id,
    ),
  ]
    .map(([id, ofId]) => reportOf(id, ofId))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const decisions = new Decisions(apart)
  return reports.flatMap((a, i) =>
    reports.slice(i + 1).flatMap((b): UndonePair[] => {
      if (!decisions.areApart(a.id, b.id) || startSecond(a.facts) !== startSecond(b.facts)) return []
      const distanceM = metresBetween(a, b)
      if (distanceM > SAME_EVENT_M) return []
      const isSameText = textOf(a.facts) === textOf(b.facts)
      return [{ id: a.id, to: b.id, startedAtMs: a.facts.startedAtMs, distanceM, isSameText }]
    }),
  )
}
