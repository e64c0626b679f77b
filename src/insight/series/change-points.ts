import { rateRatio } from '../../core/statistics/index.ts'
import type { Estimate } from '../../core/statistics/index.ts'
import { coverageAt, weekdayOf } from '../../core/time/index.ts'
import type { Coverage } from '../../core/time/index.ts'
import { bestCuts } from './segments.ts'

/** A day from which on the counts run at another level. */
export interface ChangePoint {
  /** First day of the new level, days since 1970-01-01. */
  readonly day: number
  readonly beforePerDay: number
  readonly afterPerDay: number
  /** After over before, with a 95 % interval that is widened by the scatter of the days. */
  readonly ratio: Estimate
  /** Silent days just before it: then nobody saw when it changed, and the way of recording may have changed with it. */
  readonly silentDaysBefore: number
}

export interface ChangeOptions {
  /** Fewest full days of a level. Below two weeks a spell of snow is one. */
  readonly shortestDays: number
}

/**
 * Finds the days on which the level of daily counts changed, for whatever reason: traffic, or the way of recording. Only full days
 * count; weekdays are evened out first, and the penalty grows with how much more than chance the days scatter. The seasons of the year
 * are levels to it.
 *
 * @param counts of each day of the coverage, in its order
 * @param coverage of the whole record
 *
 * Source: PELT (see `bestCuts`) with the cost of a Poisson rate with exposure; penalty 2 log n for the rate and the place of a cut
 * (Schwarz 1978), times the dispersion (quasi-likelihood: Wedderburn, Biometrika 61, 1974) taken from differences of neighbouring
 * days (Rice, Annals of Statistics 12, 1984), which changes of level hardly touch.
 */
export function changePoints(
  counts: ArrayLike<number>,
  coverage: Coverage,
  { shortestDays }: ChangeOptions,
): ChangePoint[] {
  const days = fullDays(coverage)
  const values = days.map(day => counts[day - coverage.firstDay]!)
  const exposure = weekdayExposure(days, values)
  const scatter = dispersion(values, exposure)
  const countsUpTo = runningSum(values)
  const exposureUpTo = runningSum(exposure)
  const cost = (from: number, to: number) => {
    const count = countsUpTo[to]! - countsUpTo[from]!
    return count === 0 ? 0 : -2 * count * Math.log(count / (exposureUpTo[to]! - exposureUpTo[from]!))
  }
  if (days.length < 2 * shortestDays) return []
  const cuts = bestCuts(days.length, cost, 2 * Math.log(days.length) * scatter, shortestDays)
  return cuts.map((cut, i) => {
    const from = cuts[i - 1] ?? 0
    const to = cuts[i + 1] ?? days.length
    const before = [countsUpTo[cut]! - countsUpTo[from]!, exposureUpTo[cut]! - exposureUpTo[from]!] as const
    const after = [countsUpTo[to]! - countsUpTo[cut]!, exposureUpTo[to]! - exposureUpTo[cut]!] as const
    return {
      day: days[cut]!,
      beforePerDay: before[0] / before[1],
      afterPerDay: after[0] / after[1],
      ratio: widened(rateRatio(after[0], after[1], before[0], before[1]), scatter),
      silentDaysBefore: silentBetween(coverage, days[cut - 1]!, days[cut]!),
    }
  })
}

/**
 * The days on which the make-up of the record changed: how its incidents divide among kinds (types, forms of the text, with or without
 * a time of change). Where it changes and the level with it, the change is rather of recording than of traffic.
 *
 * @param kinds how many incidents of each kind on each day of the coverage, one array a kind
 *
 * Source: as `changePoints`, with the cost of multinomial shares; each kind but one is a parameter of a stretch.
 */
export function mixChanges(
  kinds: readonly ArrayLike<number>[],
  coverage: Coverage,
  { shortestDays }: ChangeOptions,
): number[] {
  const days = fullDays(coverage)
  if (days.length < 2 * shortestDays) return []
  const upTo = kinds.map(counts => runningSum(days.map(day => counts[day - coverage.firstDay]!)))
  const cost = (from: number, to: number) => {
    const each = upTo.map(sums => sums[to]! - sums[from]!)
    const all = each.reduce((sum, count) => sum + count, 0)
    return each.reduce((sum, count) => (count === 0 ? sum : sum - 2 * count * Math.log(count / all)), 0)
  }
  const penalty = kinds.length * Math.log(days.length)
  return bestCuts(days.length, cost, penalty, shortestDays).map(cut => days[cut]!)
}

function fullDays({ firstDay, days }: Coverage): number[] {
  return days.flatMap((known, i) => (known === 'full' ? [firstDay + i] : []))
}

/** How much of a usual day each is by its weekday, 1 on average. */
function weekdayExposure(days: readonly number[], values: readonly number[]): number[] {
  const sums = new Float64Array(8)
  const numbers = new Float64Array(8)
  days.forEach((day, i) => {
    sums[weekdayOf(day)]! += values[i]!
    numbers[weekdayOf(day)]! += 1
  })
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  // A weekday without any incident is taken as a usual one, lest its exposure be nothing.
  return days.map(day => sums[weekdayOf(day)]! / numbers[weekdayOf(day)]! / mean || 1)
}

/** Variance over mean of the counts, by neighbouring days; at least 1. */
function dispersion(values: readonly number[], exposure: readonly number[]): number {
  let sum = 0
  let pairs = 0
  for (let i = 1; i < values.length; i++) {
    const both = values[i]! + values[i - 1]!
    if (both === 0) continue
    const rate = both / (exposure[i]! + exposure[i - 1]!)
    const difference = values[i]! / exposure[i]! - values[i - 1]! / exposure[i - 1]!
    sum += difference ** 2 / (rate * (1 / exposure[i]! + 1 / exposure[i - 1]!))
    pairs++
  }
  return Math.max(1, sum / Math.max(1, pairs))
}

function widened({ value, low, high }: Estimate, scatter: number): Estimate {
  if (value === 0 || !Number.isFinite(value)) return { value, low, high }
  const wider = (bound: number) => value * (bound / value) ** Math.sqrt(scatter)
  return { value, low: wider(low), high: wider(high) }
}

function runningSum(values: readonly number[]): Float64Array {
  const sums = new Float64Array(values.length + 1)
  values.forEach((value, i) => (sums[i + 1] = sums[i]! + value))
  return sums
}

function silentBetween(coverage: Coverage, from: number, to: number): number {
  let silent = 0
  for (let day = from + 1; day < to; day++) if (coverageAt(coverage, day) === 'silent') silent++
  return silent
}
