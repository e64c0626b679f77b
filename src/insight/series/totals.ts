import { coverageAt, gapsOf, localDayOf } from '../../core/time/index.ts'
import type { Coverage, Gap, TimedIncident } from '../../core/time/index.ts'

/** What a number of incidents means: how many, and over how many days that were recorded. */
export interface Totals {
  readonly incidents: number
  readonly fullDays: number
  readonly partDays: number
  readonly silentDays: number
  /** Over full days alone; null without any. */
  readonly perDay: number | null
  readonly gaps: readonly Gap[]
  /** The most frequent first; ties by name. */
  readonly byGroup: readonly { readonly group: string; readonly incidents: number; readonly share: number }[]
}

/**
 * The overview of a range of days.
 *
 * @param incidents a selection, in any order; those outside the range are left out
 * @param groups one a incident, e.g. its type; null for none
 * @param coverage of the whole record
 * @param fromDay first and last day, both included, days since 1970-01-01
 */
export function totalsOf(
  incidents: readonly TimedIncident[],
  groups: readonly (string | null)[],
  coverage: Coverage,
  fromDay: number,
  toDay: number,
): Totals {
  const known = { full: 0, part: 0, silent: 0 }
  for (let day = fromDay; day <= toDay; day++) known[coverageAt(coverage, day)]++
  const counts = new Map<string, number>()
  let all = 0
  let onFullDays = 0
  incidents.forEach((incident, i) => {
    const day = localDayOf(incident)
    if (day < fromDay || day > toDay) return
    all++
    if (coverageAt(coverage, day) === 'full') onFullDays++
    const group = groups[i] ?? null
    if (group !== null) counts.set(group, (counts.get(group) ?? 0) + 1)
  })
  return {
    incidents: all,
    fullDays: known.full,
    partDays: known.part,
    silentDays: known.silent,
    perDay: known.full === 0 ? null : onFullDays / known.full,
    gaps: gapsWithin(coverage, fromDay, toDay),
    byGroup: [...counts]
      .map(([group, count]) => ({ group, incidents: count, share: count / all }))
      .sort((a, b) => b.incidents - a.incidents || (a.group < b.group ? -1 : 1)),
  }
}

function gapsWithin(coverage: Coverage, fromDay: number, toDay: number): Gap[] {
  return gapsOf(coverage)
    .filter(gap => gap.toDay >= fromDay && gap.fromDay <= toDay)
    .map(gap => ({ fromDay: Math.max(gap.fromDay, fromDay), toDay: Math.min(gap.toDay, toDay) }))
}
