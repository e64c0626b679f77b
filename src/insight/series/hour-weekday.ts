import { poissonRate } from '../../core/statistics/index.ts'
import type { Estimate } from '../../core/statistics/index.ts'
import { coverageAt, localDayOf, localHourOf, weekdayOf } from '../../core/time/index.ts'
import type { Coverage, TimedIncident } from '../../core/time/index.ts'

/** The week by local hour: 168 cells, Monday 00:00 first. */
export interface HourWeekdayGrid {
  /** Incidents on full days, 7 × 24. */
  readonly counts: Int32Array
  /** How many of each weekday the record covers in full, Monday first. */
  readonly daysOf: Int32Array
  /** Incidents an hour, 7 × 24; NaN for a weekday that was never covered. */
  readonly perHour: Float64Array
}

/** A time of the week at which more happens than at others. */
export interface PeakTime {
  /** 1 = Monday … 7 = Sunday; null for an hour of all days. */
  readonly weekday: number | null
  /** 0–23; null for a whole weekday. */
  readonly hour: number | null
  readonly count: number
  /** Incidents an hour, with the exact 95 % interval of a Poisson count. */
  readonly perHour: Estimate
}

/**
 * When in the week incidents start, by the clock of the city. Only days that are covered in full count, and each weekday is divided by how
 * many of it there were: a gap of three Mondays does not make Mondays calm. On the two days a year that have 23 or 25 hours the
 * hour that is missing or doubled is taken as one.
 *
 * @param incidents a selection, in any order
 * @param coverage of the whole record
 */
export function hourWeekdayGrid(incidents: readonly TimedIncident[], coverage: Coverage): HourWeekdayGrid {
  const counts = new Int32Array(7 * 24)
  const daysOf = new Int32Array(7)
  coverage.days.forEach((known, i) => {
    if (known === 'full') daysOf[weekdayOf(coverage.firstDay + i) - 1]! += 1
  })
  for (const incident of incidents) {
    const day = localDayOf(incident)
    if (coverageAt(coverage, day) !== 'full') continue
    counts[(weekdayOf(day) - 1) * 24 + localHourOf(incident)]! += 1
  }
  const perHour = Float64Array.from(counts, (count, cell) => count / daysOf[Math.floor(cell / 24)]!)
  return { counts, daysOf, perHour }
}

/** The busiest hours of the week, hours of the day and weekdays, each from the highest rate down; ties by time. */
export function peakTimes({ counts, daysOf }: HourWeekdayGrid): {
  readonly hoursOfWeek: readonly PeakTime[]
  readonly hours: readonly PeakTime[]
  readonly weekdays: readonly PeakTime[]
} {
  const days = daysOf.reduce((sum, n) => sum + n, 0)
  const sumWhere = (cell: (cell: number) => boolean) =>
    counts.reduce((sum, count, i) => (cell(i) ? sum + count : sum), 0)
  const peak = (
    weekday: number | null,
    hour: number | null,
    count: number,
    hoursCovered: number,
  ): PeakTime => ({
    weekday,
    hour,
    count,
    perHour: poissonRate(count, hoursCovered),
  })
  const week = Array.from(counts, (count, i) =>
    peak(Math.floor(i / 24) + 1, i % 24, count, daysOf[Math.floor(i / 24)]!),
  )
  const hours = Array.from({ length: 24 }, (_, h) =>
    peak(
      null,
      h,
      sumWhere(i => i % 24 === h),
      days,
    ),
  )
  const weekdays = Array.from({ length: 7 }, (_, w) =>
    peak(
      w + 1,
      null,
      sumWhere(i => Math.floor(i / 24) === w),
      daysOf[w]! * 24,
    ),
  )
  const ranked = (peaks: readonly PeakTime[]) =>
    peaks
      .filter(({ perHour }) => Number.isFinite(perHour.value))
      .sort((a, b) => b.perHour.value - a.perHour.value)
  return { hoursOfWeek: ranked(week), hours: ranked(hours), weekdays: ranked(weekdays) }
}
