import type { IncidentTrend } from '../../../../../src/serve/contract/index.ts'
import { dayWords, WEEKDAY_NUMBERS, weekdayName } from './words.ts'

export type Trend = NonNullable<IncidentTrend['result']>
export type Change = Trend['changes'][number]

/** The trend on each of these days; null where there is none. */
export function trendOn(trend: Trend, days: readonly { readonly day: string }[]): (number | null)[] {
  const first = trend.first_day
  if (first === null) return days.map(() => null)
  const begin = days.findIndex(({ day }) => day === first)
  return days.map((_, i) => (begin < 0 ? null : (trend.trend[i - begin] ?? null)))
}

/** "3 Mar 2018: from 12.1 to 17.4 a day (+44 %)", and what speaks against it being the traffic. */
export function changeWords(change: Change): string {
  const { day, before_per_day: before, after_per_day: after } = change
  const percent = Math.round((after / before - 1) * 100)
  const size = before === 0 ? '' : ` (${percent > 0 ? '+' : percent < 0 ? '−' : ''}${Math.abs(percent)} %)`
  const doubts = [
    ...(change.is_of_recording
      ? ['the kinds of reports changed with it: rather the recording than the traffic']
      : []),
    ...(change.silent_days_before > 0
      ? [`after ${change.silent_days_before} days without data: when it changed nobody saw`]
      : []),
  ]
  const text = `${dayWords(day)}: from ${before.toFixed(1)} to ${after.toFixed(1)} a day${size}`
  return doubts.length === 0 ? text : `${text}; ${doubts.join('; ')}`
}

/** "Fridays +2.1, Sundays −3.4 against the mean of the week" */
export function weekWords({ by_weekday: week }: Trend): string | null {
  if (week.length === 0) return null
  const ranked = WEEKDAY_NUMBERS.map(weekday => ({ weekday, adds: week[weekday - 1] ?? 0 })).sort(
    (a, b) => b.adds - a.adds,
  )
  const [most, least] = [ranked[0], ranked.at(-1)]
  if (most === undefined || least === undefined) return null
  const signed = (adds: number) => `${adds < 0 ? '−' : '+'}${Math.abs(adds).toFixed(1)}`
  return `${weekdayName(most.weekday)}s ${signed(most.adds)}, ${weekdayName(least.weekday)}s ${signed(least.adds)} against the mean of the week`
}
