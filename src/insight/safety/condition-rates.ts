import { inverseOf, times } from '../../core/statistics/index.ts'
import type { Estimate } from '../../core/statistics/index.ts'
import { REPORTS_ARE_NOT_CRASHES } from './reports.ts'

/** A stretch of time with one condition and its incidents: a day of a daily source, an hour of an hourly one. */
export interface ConditionUnit {
  /** Units are compared within a stratum only, e.g. `2018-03 Monday`: what differs between strata can't pass for weather. */
  readonly stratum: string
  readonly condition: string
  readonly incidents: number
  /** How long the record covers it, h; > 0. */
  readonly hours: number
}

export interface ConditionRate {
  readonly condition: string
  readonly incidents: number
  readonly hours: number
  /** Rate over that of the reference condition in the same strata, with its 95 % interval; null where no stratum had both. */
  readonly ratio: Estimate | null
}

export interface ConditionRates {
  readonly reference: string
  /** The reference itself is left out; most incidents first. */
  readonly rates: readonly ConditionRate[]
  /** Variance over mean within strata; the intervals are widened by its root. */
  readonly scatter: number
  readonly says: string
}

const NORMAL_95 = 1.959963984540054
const MAX_STEPS = 100
const SETTLED = 1e-10

/**
 * How many times as many incidents come under each condition as under the reference. Units are matched by stratum: with year, month and weekday
 * in it, season, traffic of the week and changes of the record drop out.
 *
 * @param units leave out silent and partly covered ones, and those whose condition is unknown
 * @param reference the condition that the others are compared with, e.g. `dry`
 *
 * Source: B. Armstrong, A. Gasparrini and A. Tobias, "Conditional Poisson models: a flexible alternative to conditional logistic
 * case cross-over analysis", BMC Medical Research Methodology 14 (2014), with its quasi-Poisson scatter. Left out: effects that
 * last into following units, and their autocorrelation.
 */
export function conditionRates(units: readonly ConditionUnit[], reference: string): ConditionRates {
  const conditions = [...new Set(units.map(({ condition }) => condition))].filter(c => c !== reference).sort()
  const strata = strataOf(units, [reference, ...conditions])
  const linked = linkedTo(reference, strata, [reference, ...conditions])
  const kept = [reference, ...conditions.filter(condition => linked.has(condition))]
  const table = strataOf(
    units.filter(({ condition }) => kept.includes(condition)),
    kept,
  )
  const { logRatios, covariance } = fit(table, kept.length - 1)
  const scatter = scatterOf(units, kept, table, logRatios)
  return {
    reference,
    rates: conditions
      .map(condition => {
        const own = units.filter(unit => unit.condition === condition)
        const at = kept.indexOf(condition) - 1
        return {
          condition,
          incidents: own.reduce((sum, unit) => sum + unit.incidents, 0),
          hours: own.reduce((sum, unit) => sum + unit.hours, 0),
          ratio: at < 0 ? null : ratioOf(logRatios, covariance, at, scatter),
        }
      })
      .sort((a, b) => b.incidents - a.incidents),
    scatter,
    says: REPORTS_ARE_NOT_CRASHES,
  }
}

/** Incidents and hours of a stratum by condition, the reference first. */
interface Stratum {
  readonly incidents: Float64Array
  readonly hours: Float64Array
}

function strataOf(units: readonly ConditionUnit[], conditions: readonly string[]): Map<string, Stratum> {
  const strata = new Map<string, Stratum>()
  const size = conditions.length
  for (const { stratum, condition, incidents, hours } of units) {
    const sums = strata.get(stratum) ?? { incidents: new Float64Array(size), hours: new Float64Array(size) }
    strata.set(stratum, sums)
    sums.incidents[conditions.indexOf(condition)]! += incidents
    sums.hours[conditions.indexOf(condition)]! += hours
  }
  return strata
}

/** Conditions that can be compared with the reference, by strata with incidents that hold both or by way of others. */
function linkedTo(
  reference: string,
  strata: ReadonlyMap<string, Stratum>,
  conditions: readonly string[],
): ReadonlySet<string> {
  const linked = new Set([reference])
  for (let before = 0; before !== linked.size;) {
    before = linked.size
    for (const { hours } of strata.values()) {
      const here = conditions.filter((_, i) => hours[i]! > 0)
      if (here.some(condition => linked.has(condition))) here.forEach(condition => linked.add(condition))
    }
  }
  // Without any incident a condition's ratio is 0, and its logarithm has no end.
  const total = (i: number) => [...strata.values()].reduce((sum, { incidents }) => sum + incidents[i]!, 0)
  return new Set(conditions.filter((condition, i) => linked.has(condition) && total(i) > 0))
}

/** Newton's method for the logarithms of the ratios, given the sum of each stratum. */
function fit(
  strata: ReadonlyMap<string, Stratum>,
  size: number,
): { logRatios: Float64Array; covariance: Float64Array } {
  const logRatios = new Float64Array(size)
  let covariance: Float64Array = new Float64Array(size * size)
  for (let step = 0; step < MAX_STEPS && size > 0; step++) {
    const gradient = new Float64Array(size)
    const information = new Float64Array(size * size)
    for (const stratum of strata.values()) {
      const shares = sharesOf(stratum.hours, logRatios)
      const all = stratum.incidents.reduce((sum, count) => sum + count, 0)
      for (let i = 0; i < size; i++) {
        gradient[i]! += stratum.incidents[i + 1]! - all * shares[i + 1]!
        for (let k = 0; k < size; k++)
          information[i * size + k]! += all * shares[i + 1]! * ((i === k ? 1 : 0) - shares[k + 1]!)
      }
    }
    covariance = inverseOf(information, size)
    const move = times(covariance, gradient)
    move.forEach((m, i) => (logRatios[i]! += Math.max(-2, Math.min(2, m))))
    if (move.every(m => Math.abs(m) < SETTLED)) break
  }
  return { logRatios, covariance }
}

/** How the incidents of a stratum divide among conditions. */
function sharesOf(hours: Float64Array, logRatios: Float64Array): Float64Array {
  const weights = hours.map((h, i) => h * (i === 0 ? 1 : Math.exp(logRatios[i - 1]!)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => weight / total)
}

/** Pearson's variance over mean of the units around what their strata expect; at least 1. */
function scatterOf(
  units: readonly ConditionUnit[],
  conditions: readonly string[],
  strata: ReadonlyMap<string, Stratum>,
  logRatios: Float64Array,
): number {
  let pearson = 0
  let freedom = -logRatios.length
  const seen = new Set<string>()
  for (const { stratum, condition, incidents, hours } of units) {
    const at = conditions.indexOf(condition)
    const sums = strata.get(stratum)
    if (at < 0 || sums === undefined) continue
    const all = sums.incidents.reduce((sum, count) => sum + count, 0)
    if (all === 0) continue
    const expected = all * sharesOf(sums.hours, logRatios)[at]! * (hours / sums.hours[at]!)
    pearson += (incidents - expected) ** 2 / expected
    freedom += seen.has(stratum) ? 1 : 0
    seen.add(stratum)
  }
  return freedom > 0 ? Math.max(1, pearson / freedom) : 1
}

function ratioOf(logRatios: Float64Array, covariance: Float64Array, at: number, scatter: number): Estimate {
  const spread = NORMAL_95 * Math.sqrt(covariance[at * logRatios.length + at]! * scatter)
  const log = logRatios[at]!
  return { value: Math.exp(log), low: Math.exp(log - spread), high: Math.exp(log + spread) }
}
