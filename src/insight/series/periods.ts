import { DAY_MS } from '../../core/time/spans.ts'
import { coverageAt, localDayOf, weekdayOf } from '../../core/time/index.ts'
import type { Coverage, TimedIncident } from '../../core/time/index.ts'

export type Step = 'day' | 'week' | 'month'

/** One day, week (from Monday) or month of the local calendar. */
export interface Period {
  /** First day, days since 1970-01-01. */
  readonly day: number
  readonly days: number
  /** Days that the record covers from midnight to midnight, and those it covers in part. */
  readonly fullDays: number
  readonly partDays: number
  /** Incidents on record; null where every day is silent. */
  readonly count: number | null
  /** Incidents a day over the full days alone; null without any. Compares periods, which counts with gaps do not. */
  readonly perDay: number | null
}

/**
 * Counts by day, week or month, one value for each from the first of the record to the last, without holes. A period of which
 * nothing was recorded is null, never zero, and one that is known in part says in how many days.
 *
 * @param incidents a selection, in any order; those outside the record are left out
 * @param coverage of the whole record, not of the selection
 */
export function periodCounts(incidents: readonly TimedIncident[], coverage: Coverage, step: Step): Period[] {
  const perDay = new Map<number, number>()
  for (const incident of incidents) {
    const day = localDayOf(incident)
    perDay.set(day, (perDay.get(day) ?? 0) + 1)
  }
  const lastDay = coverage.firstDay + coverage.days.length - 1
  const periods: Period[] = []
  for (let day = startOf(coverage.firstDay, step); day <= lastDay;) {
    const next = startAfter(day, step)
    periods.push(periodOf(day, next, perDay, coverage))
    day = next
  }
  return coverage.days.length === 0 ? [] : periods
}

function periodOf(
  day: number,
  next: number,
  perDay: ReadonlyMap<number, number>,
  coverage: Coverage,
): Period {
  let fullDays = 0
  let partDays = 0
  let count = 0
  let countOfFull = 0
  for (let each = day; each < next; each++) {
    const known = coverageAt(coverage, each)
    if (known === 'silent') continue
    count += perDay.get(each) ?? 0
    if (known === 'part') partDays++
    else {
      fullDays++
      countOfFull += perDay.get(each) ?? 0
    }
  }
  return {
    day,
    days: next - day,
    fullDays,
    partDays,
    count: fullDays + partDays === 0 ? null : count,
    perDay: fullDays === 0 ? null : countOfFull / fullDays,
  }
}

function startOf(day: number, step: Step): number {
  if (step === 'day') return day
  if (step === 'week') return day - weekdayOf(day) + 1
  return day - new Date(day * DAY_MS).getUTCDate() + 1
}

function startAfter(day: number, step: Step): number {
  if (step === 'day') return day + 1
  if (step === 'week') return day + 7
  const first = new Date(day * DAY_MS)
  return Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1) / DAY_MS
}
