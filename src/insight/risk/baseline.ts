import { weekdayOf } from '../../core/time/index.ts'
import { monthOf } from './record.ts'
import type { RiskRecord } from './record.ts'
import { shrunkEffects } from './shrunk-effects.ts'

/** Incidents to expect in one hour of a community. */
export type HourlyRisk = (community: number, day: number, hour: number) => number

/** Rounds of estimating each factor beside the others; they hardly depend on each other, so few are needed. */
const MAX_ROUNDS = 20
const SETTLED = 1e-6

/**
 * What any forecast of risk has to beat: an overall rate times a factor for the community, one for the hour of the week and one for the month,
 * each drawn towards 1. It knows nothing of what happened lately.
 */
export function fitBaseline(record: RiskRecord): HourlyRisk {
  const seen = countsOf(record)
  const communities = record.communities.length
  let rate = record.day.length / (record.days.length * 24 * communities)
  let community: Float64Array = new Float64Array(communities).fill(1)
  let hour: Float64Array = new Float64Array(168).fill(1)
  let month: Float64Array = new Float64Array(12).fill(1)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = rate
    const city = rate * total(community)
    const ofDay = Float64Array.from({ length: 7 }, (_, w) => total(hour.subarray(w * 24, w * 24 + 24)))
    month = shrunkEffects(
      seen.month,
      month.map((_, m) => city * sumOf(7, w => seen.days[w * 12 + m]! * ofDay[w]!)),
    )
    const ofWeekday = ofDay.map((_, w) => sumOf(12, m => seen.days[w * 12 + m]! * month[m]!))
    hour = shrunkEffects(
      seen.hour,
      hour.map((_, h) => city * ofWeekday[Math.floor(h / 24)]!),
    )
    const all = sumOf(168, h => hour[h]! * ofWeekday[Math.floor(h / 24)]!)
    community = shrunkEffects(
      seen.community,
      community.map(() => rate * all),
    )
    // Factors drawn towards 1 no longer add up to what was seen; the rate takes that up.
    rate = record.day.length / (all * total(community))
    if (Math.abs(rate / before - 1) < SETTLED) break
  }
  return (c, day, h) => rate * community[c]! * hour[(weekdayOf(day) - 1) * 24 + h]! * month[monthOf(day)]!
}

/** Incidents by community, hour of the week and month, and days by weekday and month. */
function countsOf(record: RiskRecord) {
  const seen = {
    community: new Float64Array(record.communities.length),
    hour: new Float64Array(168),
    month: new Float64Array(12),
    days: new Float64Array(7 * 12),
  }
  for (const day of record.days) seen.days[(weekdayOf(day) - 1) * 12 + monthOf(day)]! += 1
  record.day.forEach((place, i) => {
    const day = record.days[place]!
    seen.community[record.community[i]!]! += 1
    seen.hour[(weekdayOf(day) - 1) * 24 + record.hour[i]!]! += 1
    seen.month[monthOf(day)]! += 1
  })
  return seen
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function sumOf(length: number, term: (i: number) => number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += term(i)
  return sum
}
