import { FEWEST_DAYS, fitCityDays, type FactsOf } from './city-days.ts'
import { forecastRisk, type RiskReason } from './forecast.ts'
import { partOf, type RiskRecord } from './record.ts'

export interface CommunityOutlook {
  readonly community: string
  /** Incidents to expect in all of the hours. */
  readonly expected: number
  /** One an hour. */
  readonly byHour: readonly number[]
  /** Place in the hours at which most are expected. */
  readonly peak: number
  /** Why there at that hour, the strongest first. */
  readonly reasons: readonly RiskReason[]
}

export interface RiskOutlook {
  /** Local days since 1970-01-01, and hours of them. */
  readonly hours: readonly { readonly day: number; readonly hour: number }[]
  /** Of the whole city, one an hour. */
  readonly byHour: readonly number[]
  /** Those with the highest risk first. */
  readonly communities: readonly CommunityOutlook[]
}

const HOURS = 24

/**
 * The incident risk of the 24 hours that begin at an hour of a day, on what was known at that day's beginning.
 *
 * @param record days from `day` on are not looked at
 * @returns null where fewer than 60 days are known in full, or there are no communities
 */
export function riskOutlook(
  record: RiskRecord,
  factsOf: FactsOf,
  day: number,
  hour: number,
): RiskOutlook | null {
  const past = partOf(record, -Infinity, day)
  if (past.days.length < FEWEST_DAYS || record.communities.length === 0) return null
  const { risk, reasons } = forecastRisk(fitCityDays(past, factsOf), record, factsOf, day)
  const hours = Array.from({ length: HOURS }, (_, i) => ({
    day: day + Math.floor((hour + i) / HOURS),
    hour: (hour + i) % HOURS,
  }))
  const communities = record.communities.map((community, number): CommunityOutlook => {
    const byHour = hours.map(at => risk(number, at.day, at.hour))
    const peak = byHour.reduce((best, value, i) => (value > byHour[best]! ? i : best), 0)
    const at = hours[peak]!
    return {
      ...{ community, expected: sum(byHour), byHour, peak },
      reasons: reasons(number, at.day, at.hour),
    }
  })
  return {
    hours,
    byHour: hours.map((_, i) => communities.reduce((all, { byHour }) => all + byHour[i]!, 0)),
    communities: communities.sort((a, b) => b.expected - a.expected),
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
