import { weekdayOf } from '../../core/time/index.ts'
import type { HourlyRisk } from './baseline.ts'
import type { CityDays, FactsOf } from './city-days.ts'
import { DAY_FACTORS } from './city-days.ts'
import { habitsOf } from './habits.ts'
import { partOf } from './record.ts'
import type { RiskRecord } from './record.ts'

/** One reason why a risk is higher or lower than that of a usual hour in an average community. */
export interface RiskReason {
  readonly factor: 'community' | 'hour' | 'community_hour' | (typeof DAY_FACTORS)[number]
  /** How many times the risk is what it would be without; all of them multiply to the whole. */
  readonly times: number
  readonly says: string
}

export interface RiskForecast {
  /** Incidents to expect in an hour of a community, for the day of the issue and the next. */
  readonly risk: HourlyRisk
  /** The strongest reason first; those within 5 % of no effect are left out. */
  readonly reasons: (community: number, day: number, hour: number) => RiskReason[]
}

/** A factor nearer to 1 is not worth a sentence. */
const WORTH_SAYING = 0.05

/**
 * Incident risk of every community and hour, on what was known when the first day began: the calendar, the weather of the day before and the
 * record up to then.
 *
 * Expected = city on that day × the community's share × the hour's share there. Chances, not certainties: the numbers are small and
 * most hours of most communities have no incident.
 *
 * @param days learned by `fitCityDays` from a record that ends before
 * @param record days from `issueDay` on are not looked at
 * @param factsOf what is known of the day and, for the second day, as much as is known at the issue
 */
export function forecastRisk(
  days: CityDays,
  record: RiskRecord,
  factsOf: FactsOf,
  issueDay: number,
): RiskForecast {
  const past = partOf(record, -Infinity, issueDay)
  const habits = habitsOf(past, issueDay)
  const byDay = new Map(
    [issueDay, issueDay + 1].map(day => [day, days.factors(past, day, factsOf(day))] as const),
  )
  const factorsOf = (day: number) => {
    const factors = byDay.get(day)
    if (factors === undefined) throw new RangeError(`day ${day} is not of the forecast issued on ${issueDay}`)
    return factors
  }
  const cityOf = (day: number) =>
    DAY_FACTORS.reduce((product, factor) => product * factorsOf(day)[factor], days.usual)
  const cities = new Map([issueDay, issueDay + 1].map(day => [day, cityOf(day)]))
  return {
    risk: (community, day, hour) =>
      (cities.get(day) ?? cityOf(day)) *
      habits.community[community]! *
      habits.hourIn(community, weekdayOf(day), hour),
    reasons: (community, day, hour) => {
      const usualHour = habits.hour[(weekdayOf(day) - 1) * 24 + hour]!
      const own = habits.hourIn(community, weekdayOf(day), hour)
      const name = record.communities[community]!
      const factors = factorsOf(day)
      const all: RiskReason[] = [
        reason('community', habits.community[community]! * record.communities.length, `in ${name}`),
        reason('hour', usualHour * 24, `at this hour of a ${WEEKDAYS[weekdayOf(day) - 1]!}`),
        reason('community_hour', own / usualHour, `because ${name} has other hours than the city`),
        ...DAY_FACTORS.map(factor => reason(factor, factors[factor], DAY_WORDS[factor])),
      ]
      return all
        .filter(({ times }) => Math.abs(times - 1) > WORTH_SAYING)
        .sort((a, b) => Math.abs(Math.log(b.times)) - Math.abs(Math.log(a.times)))
    },
  }
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const DAY_WORDS: Readonly<Record<(typeof DAY_FACTORS)[number], string>> = {
  weekday: 'on this day of the week',
  season: 'in this season',
  holiday: 'by the calendar of holidays',
  weather: 'after the weather of the last two days',
  recent: 'by the level of the last days',
}

function reason(factor: RiskReason['factor'], times: number, where: string): RiskReason {
  const size = times >= 2 ? `${times.toFixed(1)} times as many as usual` : percent(times)
  return { factor, times, says: `${size} ${where}` }
}

function percent(times: number): string {
  return `${Math.abs((times - 1) * 100).toFixed(0)} % ${times >= 1 ? 'more' : 'fewer'} than usual`
}
