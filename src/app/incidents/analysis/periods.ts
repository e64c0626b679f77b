import { coverageAt } from '../../../core/time/index.ts'
import type { Coverage } from '../../../core/time/index.ts'

/** What a choice of incidents asks for, days since 1970-01-01; null where it says none. */
export interface ChosenDays {
  readonly fromDay: number | null
  /** Included. */
  readonly toDay: number | null
}

/** Days, both ends included, and how many of them the record has anything of. */
export interface Days {
  readonly fromDay: number
  readonly toDay: number
  readonly covered: number
}

export interface ComparedDays {
  /** Null where the record has none of the chosen days. */
  readonly days: Days | null
  /** As many days just before; null where there is nothing to compare with. */
  readonly previous: Days | null
  readonly why: 'no_range' | 'not_recorded' | null
}

/** The chosen days, as far as the record reaches. */
export function daysOf(coverage: Coverage, { fromDay, toDay }: ChosenDays): Days | null {
  const last = coverage.firstDay + coverage.days.length - 1
  const from = Math.max(fromDay ?? -Infinity, coverage.firstDay)
  const to = Math.min(toDay ?? Infinity, last)
  return to < from ? null : counted(coverage, from, to)
}

/** The days before the chosen ones that these are compared with: as many, and at least half of them recorded. */
export function periodBefore(coverage: Coverage, chosen: ChosenDays): ComparedDays {
  const days = daysOf(coverage, chosen)
  if (days === null || chosen.fromDay === null) return { days, previous: null, why: 'no_range' }
  const span = before(chosen.fromDay, (chosen.toDay ?? days.toDay) - chosen.fromDay + 1)
  const previous = counted(coverage, span.fromDay, span.toDay)
  const isRecorded = previous.covered >= (span.toDay - span.fromDay + 1) / 2
  return isRecorded ? { days, previous, why: null } : { days, previous: null, why: 'not_recorded' }
}

/** So many days that end before this one. */
export function before(fromDay: number, length: number): { fromDay: number; toDay: number } {
  return { fromDay: fromDay - length, toDay: fromDay - 1 }
}

function counted(coverage: Coverage, fromDay: number, toDay: number): Days {
  let covered = 0
  for (let day = fromDay; day <= toDay; day++) if (coverageAt(coverage, day) !== 'silent') covered++
  return { fromDay, toDay, covered }
}
