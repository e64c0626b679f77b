import { loess } from './loess.ts'

export interface Decomposition {
  /** What is left without the season and the chance, one a step. */
  readonly trend: Float64Array
  /** What comes back each period, around 0. */
  readonly seasonal: Float64Array
  /** Value − trend − seasonal; NaN where the value is unknown. */
  readonly remainder: Float64Array
}

export interface DecompositionOptions {
  /** Steps after which the season repeats: 7 for days of a week, 52 for weeks of a year. */
  readonly period: number
  /** How many seasons the pattern of one rests on, odd and ≥ 7: the larger, the less it may change over time. */
  readonly seasonalSpan: number
  /** How many steps the trend rests on, odd. @default the smallest odd ≥ 1.5 period / (1 − 1.5 / seasonalSpan) */
  readonly trendSpan?: number
  /** Whether single wild values (a snow storm) are kept out of trend and season. */
  readonly robust: boolean
}

/** Inner passes in each outer one, and outer ones with robustness, as the authors' program takes them by default. */
const INNER = 2
const OUTER = 15

/**
 * Takes a series apart into trend, season and remainder (STL). Unknown values stay out of every smooth: a gap is bridged by the line
 * of its neighbours and the season of its phase, and has no remainder; whoever draws it shows the gap.
 *
 * Additive: counts whose season grows with their level are better given as logarithms.
 *
 * @param values one a step, NaN is unknown; at least two periods long
 * @throws {RangeError} when the series is shorter, or a phase of the period is never known
 *
 * Source: R. B. Cleveland, W. S. Cleveland, J. McRae and I. Terpenning, "STL: a seasonal-trend decomposition procedure based on
 * loess", Journal of Official Statistics 6 (1990). Left out: local parabolas, jumps, post-smoothing of the season.
 */
export function decompose(values: Float64Array, options: DecompositionOptions): Decomposition {
  const { period, seasonalSpan, robust } = options
  assertLongEnough(values, period)
  const trendSpan = options.trendSpan ?? oddFrom((1.5 * period) / (1 - 1.5 / seasonalSpan))
  const spans = { period, seasonalSpan, trendSpan, lowPassSpan: oddFrom(period + 1) }
  let trend: Float64Array = new Float64Array(values.length)
  let seasonal: Float64Array = new Float64Array(values.length)
  let weights: Float64Array | null = null
  for (let pass = 0; pass <= (robust ? OUTER : 0); pass++) {
    for (let i = 0; i < INNER; i++) {
      seasonal = seasonOf(values, trend, spans, weights)
      trend = loess(minus(values, seasonal), trendSpan, weights)
    }
    weights = robustnessOf(minus(minus(values, seasonal), trend))
  }
  return { trend, seasonal, remainder: minus(minus(values, seasonal), trend) }
}

interface Spans {
  readonly period: number
  readonly seasonalSpan: number
  readonly lowPassSpan: number
}

function seasonOf(
  values: Float64Array,
  trend: Float64Array,
  { period, seasonalSpan, lowPassSpan }: Spans,
  weights: Float64Array | null,
): Float64Array {
  const cycle = smoothedPhases(minus(values, trend), period, seasonalSpan, weights)
  const level = movingMean(movingMean(movingMean(cycle, period), period), 3)
  const slow = loess(level, lowPassSpan)
  return slow.map((low, i) => cycle[i + period]! - low)
}

/** Each phase of the period smoothed by itself, one period longer at both ends than the series. */
function smoothedPhases(
  values: Float64Array,
  period: number,
  span: number,
  weights: Float64Array | null,
): Float64Array {
  const cycle = new Float64Array(values.length + 2 * period)
  for (let phase = 0; phase < period; phase++) {
    const own = values.filter((_, i) => i % period === phase)
    const ownWeights = weights?.filter((_, i) => i % period === phase) ?? null
    loess(own, span, ownWeights, -1, own.length).forEach((value, i) => {
      cycle[phase + i * period] = value
    })
  }
  return cycle
}

function movingMean(values: Float64Array, length: number): Float64Array {
  const means = new Float64Array(values.length - length + 1)
  let sum = 0
  values.forEach((value, i) => {
    sum += value - (values[i - length] ?? 0)
    if (i >= length - 1) means[i - length + 1] = sum / length
  })
  return means
}

/** Tukey's biweight of the remainders: beyond six times their median a value weighs nothing. */
function robustnessOf(remainder: Float64Array): Float64Array {
  const sizes = remainder.map(Math.abs)
  const sorted = sizes.filter(size => !Number.isNaN(size)).sort()
  const half = sorted.length >> 1
  const limit = 3 * (sorted[half]! + sorted[sorted.length - half - 1]!)
  return sizes.map(size => {
    if (Number.isNaN(size) || size > 0.999 * limit) return 0
    return size <= 0.001 * limit ? 1 : (1 - (size / limit) ** 2) ** 2
  })
}

function assertLongEnough(values: Float64Array, period: number): void {
  if (values.length < 2 * period)
    throw new RangeError(`${values.length} steps are fewer than two periods of ${period}`)
  for (let phase = 0; phase < period; phase++) {
    if (values.every((value, i) => i % period !== phase || Number.isNaN(value)))
      throw new RangeError(
        `step ${phase + 1} of the period of ${period} is never known: choose a longer range`,
      )
  }
}

/** The smallest odd whole number ≥ x. */
function oddFrom(x: number): number {
  const whole = Math.ceil(x)
  return whole % 2 === 0 ? whole + 1 : whole
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!)
}
