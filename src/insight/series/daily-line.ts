import { coverageAt, localDayOf, weekdayOf } from '../../core/time/index.ts'
import type { Coverage, TimedIncident } from '../../core/time/index.ts'
import { changePoints, mixChanges } from './change-points.ts'
import type { ChangePoint } from './change-points.ts'
import { decompose } from './decompose.ts'

export interface LevelChange extends ChangePoint {
  /** The make-up by type changed within a month of it: the way of recording may have changed, not the traffic. */
  readonly isOfRecording: boolean
}

/** A line of daily counts, taken apart. */
export interface DailyLine {
  /** Days since 1970-01-01. */
  readonly firstDay: number
  /** One a day; null on days that the record does not cover in full. */
  readonly trend: readonly (number | null)[]
  /** What the weekday adds lately, Monday first. */
  readonly byWeekday: readonly number[]
  readonly changes: readonly LevelChange[]
}

const WEEK = 7
/** Half a year: the pattern of the week may change over the years, not from month to month. */
const WEEK_SPAN = 27
/** A quarter: shorter, and a spell of snow is a trend. */
const TREND_DAYS = 91
/** A level lasts four weeks at least, so that every weekday is there as often. */
const SHORTEST_DAYS = 28
const NEAR_DAYS = 31
/** Fewer full days say nothing of a trend. */
const FEWEST_DAYS = 8 * WEEK

/**
 * Takes the incidents a day apart into trend and week, and finds the days on which their level changed. Days that the record covers not at
 * all or in part have no count, so that a gap is no fall.
 *
 * @param types of the incidents, one each
 * @param coverage of the whole record
 * @param fromDay first and last day, both included
 * @returns null where fewer than eight weeks of the range are covered in full: that is too short
 */
export function dailyLine(
  incidents: readonly TimedIncident[],
  types: readonly string[],
  coverage: Coverage,
  fromDay: number,
  toDay: number,
): DailyLine | null {
  const within = clipped(coverage, fromDay, toDay)
  const full = within.days.filter(day => day === 'full').length
  if (full < FEWEST_DAYS) return null
  const counts = new Float64Array(within.days.length)
  const kinds = new Map(types.map(type => [type, new Float64Array(within.days.length)]))
  incidents.forEach((incident, i) => {
    const place = localDayOf(incident) - within.firstDay
    if (place < 0 || place >= counts.length) return
    counts[place]! += 1
    kinds.get(types[i]!)![place]! += 1
  })
  const known = counts.map((count, i) => (within.days[i] === 'full' ? count : NaN))
  const { trend, seasonal } = decompose(known, {
    ...{ period: WEEK, seasonalSpan: WEEK_SPAN, trendSpan: TREND_DAYS, robust: true },
  })
  const options = { shortestDays: SHORTEST_DAYS }
  const mixed = mixChanges([...kinds.values()], within, options)
  return {
    firstDay: within.firstDay,
    trend: Array.from(trend, (value, i) => (Number.isNaN(known[i]) ? null : Math.max(0, value))),
    byWeekday: lastWeek(seasonal, within.firstDay),
    changes: changePoints(counts, within, options).map(change => ({
      ...change,
      isOfRecording: mixed.some(day => Math.abs(day - change.day) <= NEAR_DAYS),
    })),
  }
}

function clipped(coverage: Coverage, fromDay: number, toDay: number): Coverage {
  const firstDay = Math.max(fromDay, coverage.firstDay)
  const lastDay = Math.min(toDay, coverage.firstDay + coverage.days.length - 1)
  const days = Array.from({ length: Math.max(0, lastDay - firstDay + 1) }, (_, i) =>
    coverageAt(coverage, firstDay + i),
  )
  return { firstDay, days }
}

function lastWeek(seasonal: Float64Array, firstDay: number): number[] {
  const week = new Array<number>(WEEK).fill(0)
  for (let i = seasonal.length - WEEK; i < seasonal.length; i++)
    week[weekdayOf(firstDay + i) - 1] = seasonal[i]!
  return week
}
