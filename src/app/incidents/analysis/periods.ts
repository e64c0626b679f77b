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
  /** `not_recorded` also where the record has none of the chosen days. */
  readonly why: 'no_range' | 'not_recorded' | null
}

/** The chosen days, as far as the record reaches. */
export function daysOf(coverage: Coverage, { fromDay, toDay }: ChosenDays): Days | null {
  const last = lastDayOf(coverage)
  const from = Math.max(fromDay ?? -Infinity, coverage.firstDay)
  const to = Math.min(toDay ?? Infinity, last)
  return to < from ? null : counted(coverage, from, to)
}

/** The days before the chosen ones that these are compared with: as many, and at least half of them recorded. */
export function periodBefore(coverage: Coverage, chosen: ChosenDays): ComparedDays {
  const days = daysOf(coverage, chosen)
  if (chosen.fromDay === null) return { days, previous: null, why: 'no_range' }
  const span = spanBefore(chosen, lastDayOf(coverage))
  if (days === null || span === null) return { days, previous: null, why: 'not_recorded' }
  const previous = counted(coverage, span.fromDay, span.toDay)
  const isRecorded = previous.covered >= (span.toDay - span.fromDay + 1) / 2
  return isRecorded ? { days, previous, why: null } : { days, previous: null, why: 'not_recorded' }
}

/**
 * As many days just before the chosen ones as these have up to the record's last: what is to come is no part of a period.
 * @returns null where no first day is chosen, or one after the record
 */
export function spanBefore(
  { fromDay, toDay }: ChosenDays,
  lastDay: number,
): { readonly fromDay: number; readonly toDay: number } | null {
  if (fromDay === null) return null
  const length = Math.min(toDay ?? Infinity, lastDay) - fromDay + 1
  return length < 1 ? null : { fromDay: fromDay - length, toDay: fromDay - 1 }
}

function lastDayOf({ firstDay, days }: Coverage): number {
  return firstDay + days.length - 1
}

function counted(coverage: Coverage, fromDay: number, toDay: number): Days {
  let covered = 0
  for (let day = fromDay; day <= toDay; day++) if (coverageAt(coverage, day) !== 'silent') covered++
  return { fromDay, toDay, covered }
}
