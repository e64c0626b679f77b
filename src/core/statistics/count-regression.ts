import { dispersionOf } from './counts.ts'
import { inverseOf, times } from './linear.ts'

/** Expected counts: exposure × exp(features · coefficients). */
export interface CountRegression {
  readonly coefficients: Float64Array
  /** Covariance of the coefficients, row by row. */
  readonly covariance: Float64Array
  /** Variance of a count is mean + dispersion · mean². */
  readonly dispersion: number
  /** Expected counts of the rows it was fitted to. */
  readonly means: Float64Array
}

const MAX_STEPS = 100
const SETTLED = 1e-10
/** Alternations between coefficients and dispersion; the two hardly depend on each other. */
const ALTERNATIONS = 20

/**
 * Fits counts by features, negative binomial: what scatters more than Poisson weighs less where much is expected.
 *
 * @param counts one a row
 * @param exposure > 0, one a row
 * @param features of each row, in the same order; the first is 1 in all rows: the level
 * @param ridge pull of each coefficient towards 0, one a feature; 0 for none
 * @throws {RangeError} when a coefficient is not determined by the data
 *
 * Source: J. Hilbe, Negative Binomial Regression (2011), NB2: iteratively reweighted least squares in turn with the profile
 * likelihood of the dispersion. Left out: the covariance between the two.
 */
export function fitCounts(
  counts: Float64Array,
  exposure: Float64Array,
  features: readonly Float64Array[],
  ridge: Float64Array,
): CountRegression {
  let dispersion = 0
  let fit = fitAt(counts, exposure, features, ridge, dispersion)
  for (let i = 0; i < ALTERNATIONS; i++) {
    const next = dispersionOf(counts, fit.means)
    const settled = Math.abs(next - dispersion) <= 1e-6 * next
    dispersion = next
    if (settled) break
    fit = fitAt(counts, exposure, features, ridge, dispersion)
  }
  return { ...fit, dispersion }
}

function fitAt(
  counts: Float64Array,
  exposure: Float64Array,
  features: readonly Float64Array[],
  ridge: Float64Array,
  dispersion: number,
): Omit<CountRegression, 'dispersion'> {
  const size = ridge.length
  const coefficients = new Float64Array(size)
  const total = counts.reduce((sum, count) => sum + count, 0)
  // From the overall rate on Newton's steps are small.
  coefficients[0] = Math.log(Math.max(total, 0.5) / exposure.reduce((sum, e) => sum + e, 0))
  let covariance: Float64Array = new Float64Array(size * size)
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gradient, information } = slopes(counts, exposure, features, coefficients, ridge, dispersion)
    covariance = inverseOf(information, size)
    const move = times(covariance, gradient)
    // A step over more than e³ is a leap in the dark.
    const length = Math.max(1, move.reduce((most, m) => Math.max(most, Math.abs(m)), 0) / 3)
    move.forEach((m, i) => (coefficients[i]! += m / length))
    if (move.every(m => Math.abs(m) < SETTLED)) break
  }
  return { coefficients, covariance, means: meansOf(exposure, features, coefficients) }
}

function slopes(
  counts: Float64Array,
  exposure: Float64Array,
  features: readonly Float64Array[],
  coefficients: Float64Array,
  ridge: Float64Array,
  dispersion: number,
): { gradient: Float64Array; information: Float64Array } {
  const size = ridge.length
  const means = meansOf(exposure, features, coefficients)
  const gradient = ridge.map((pull, i) => -pull * coefficients[i]!)
  const information = new Float64Array(size * size)
  ridge.forEach((pull, i) => (information[i * size + i] = pull))
  features.forEach((row, r) => {
    const weight = 1 / (1 + dispersion * means[r]!)
    for (let i = 0; i < size; i++) {
      gradient[i]! += (counts[r]! - means[r]!) * weight * row[i]!
      for (let k = 0; k < size; k++) information[i * size + k]! += means[r]! * weight * row[i]! * row[k]!
    }
  })
  return { gradient, information }
}

function meansOf(
  exposure: Float64Array,
  features: readonly Float64Array[],
  coefficients: Float64Array,
): Float64Array {
  return exposure.map(
    (e, r) => e * Math.exp(features[r]!.reduce((sum, x, i) => sum + x * coefficients[i]!, 0)),
  )
}
