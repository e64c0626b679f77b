import { weekdayOf } from '../../core/time/index.ts'
import type { RiskRecord } from './record.ts'

/** Where and when incidents of a day are usual. All shares of a day add up to 1. */
export interface Habits {
  /** Share of each community in a day, in the order of the record. */
  readonly community: Float64Array
  /** Share of each hour in a day of a weekday, 7 × 24, Monday first. */
  readonly hour: Float64Array
  /** Share of each hour of a weekday in a community's day. */
  readonly hourIn: (community: number, weekday: number, hour: number) => number
}

/*
 * How fast the past is forgotten, and how many incidents of the wider group each guess starts with: a community with as many as an
 * average one; a weekday's hours with those of all working days or weekends; a community's parts of the week with the city's.
 * Chosen on October 2017 to October 2018 of Calgary's record, see docs/quality/incident-risk.md.
 */
const HALF_LIFE_DAYS = 730
const COMMUNITY_PRIOR = 1
const WEEKDAY_PRIOR = 960
const PART_PRIOR = 20

/** Parts of the week in which traffic is of a kind. */
const PARTS = 8

/**
 * Learns where and when incidents happen, older ones counting less. A place or time with few incidents is drawn towards the group that it
 * belongs to.
 *
 * @param before only earlier days are looked at
 *
 * Source: shares with gamma and Dirichlet priors (D. Clayton and J. Kaldor, Biometrics 43, 1987; A. Gelman et al., Bayesian Data
 * Analysis, 2013, chapter 5). Left out: that communities which touch are alike.
 */
export function habitsOf(record: RiskRecord, before: number): Habits {
  const communities = record.communities.length
  const inCommunity = new Float64Array(communities)
  const inPart = new Float64Array(communities * PARTS)
  const inHour = new Float64Array(7 * 24)
  record.day.forEach((place, i) => {
    const day = record.days[place]!
    if (day >= before) return
    const weight = 0.5 ** ((before - day) / HALF_LIFE_DAYS)
    const community = record.community[i]!
    const weekday = weekdayOf(day)
    inCommunity[community]! += weight
    inPart[community * PARTS + partOfWeek(weekday, record.hour[i]!)]! += weight
    inHour[(weekday - 1) * 24 + record.hour[i]!]! += weight
  })
  const hour = hourShares(inHour)
  return {
    community: communityShares(inCommunity),
    hour,
    hourIn: hoursByCommunity(hour, inHour, inCommunity, inPart),
  }
}

function communityShares(seen: Float64Array): Float64Array {
  const mean = total(seen) / seen.length
  const times = seen.map(count => (count + COMMUNITY_PRIOR) / (mean + COMMUNITY_PRIOR))
  return times.map(value => value / total(times))
}

function hourShares(seen: Float64Array): Float64Array {
  const kind = (weekday: number) => (weekday >= 5 ? [5, 6] : [0, 1, 2, 3, 4])
  return seen.map((count, i) => {
    const weekday = Math.floor(i / 24)
    const alike = kind(weekday)
    const ofKind = (hour: number) => alike.reduce((sum, w) => sum + seen[w * 24 + hour]!, 0)
    // Half an incident in each hour, so that none is impossible.
    const all = alike.reduce((sum, w) => sum + total(seen.subarray(w * 24, w * 24 + 24)), 12)
    const share = (ofKind(i % 24) + 0.5) / all
    const own = total(seen.subarray(weekday * 24, weekday * 24 + 24))
    return (count + WEEKDAY_PRIOR * share) / (own + WEEKDAY_PRIOR)
  })
}

function hoursByCommunity(
  hour: Float64Array,
  inHour: Float64Array,
  inCommunity: Float64Array,
  inPart: Float64Array,
): Habits['hourIn'] {
  const cityPart = new Float64Array(PARTS)
  inHour.forEach((count, i) => (cityPart[partOfWeek(Math.floor(i / 24) + 1, i % 24)]! += count))
  const all = Math.max(1e-9, total(inHour))
  const times = inPart.map((count, i) => {
    const expected = (inCommunity[Math.floor(i / PARTS)]! * cityPart[i % PARTS]!) / all
    return (count + PART_PRIOR) / (expected + PART_PRIOR)
  })
  const raw = (community: number, weekday: number, h: number) =>
    hour[(weekday - 1) * 24 + h]! * times[community * PARTS + partOfWeek(weekday, h)]!
  const sums = new Float64Array(inCommunity.length * 7)
  sums.forEach((_, i) => {
    for (let h = 0; h < 24; h++) sums[i]! += raw(Math.floor(i / 7), (i % 7) + 1, h)
  })
  return (community, weekday, h) => raw(community, weekday, h) / sums[community * 7 + weekday - 1]!
}

/** Nights, morning peak, midday, evening peak and evening of working days; morning, afternoon and evening of weekends. */
function partOfWeek(weekday: number, hour: number): number {
  if (hour < 6) return 0
  if (weekday >= 6) return hour < 12 ? 5 : hour < 18 ? 6 : 7
  return hour < 10 ? 1 : hour < 15 ? 2 : hour < 19 ? 3 : 4
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
