import { uniform } from '../random.ts'

/** What random numbers are drawn for: the same number of the same thing is the same in every twin of a run. */
export const PURPOSE = {
  gap: 201,
  thinning: 202,
  destination: 203,
  speed: 204,
  headway: 205,
  class: 206,
  route: 207,
  incident: 208,
  incidentKind: 209,
  incidentPlace: 210,
  rubbernecking: 211,
  /** And the eleven numbers after it. */
  incidentDuration: 220,
} as const

const LN2 = 0.6931471805599453
const SQRT_HALF = 0.7071067811865476

/**
 * Natural logarithm by sums and products alone, so that every machine has the same last bit: the library's may differ. Relative
 * error below 1e-15.
 * @param x more than 0
 */
export function naturalLog(x: number): number {
  let mantissa = x
  let exponent = 0
  while (mantissa > 2 * SQRT_HALF) {
    mantissa /= 2
    exponent++
  }
  while (mantissa < SQRT_HALF) {
    mantissa *= 2
    exponent--
  }
  // ln m = 2 artanh((m − 1) / (m + 1)), whose argument is below 0.172: thirteen terms reach the last bit.
  const z = (mantissa - 1) / (mantissa + 1)
  const square = z * z
  let sum = 0
  for (let n = 25; n >= 1; n -= 2) sum = sum * square + 1 / n
  return 2 * z * sum + exponent * LN2
}

/**
 * e to the power of x, by sums and products alone, as naturalLog. Relative error below 1e-14.
 * @param x within ±700
 */
export function naturalExp(x: number): number {
  const halvings = Math.round(x / LN2)
  const rest = x - halvings * LN2
  // |rest| is below 0.35: seventeen terms reach the last bit.
  let sum = 1
  for (let n = 17; n >= 1; n--) sum = 1 + (sum * rest) / n
  let power = 1
  for (let i = 0; i < Math.abs(halvings); i++) power *= 2
  return halvings < 0 ? sum / power : sum * power
}

/**
 * Log-normally distributed, from twelve uniform numbers: their sum less six is nearly normal with deviation 1.
 * @param mean of the distribution itself, as its deviation
 */
export function logNormal(mean: number, deviation: number, uniforms: readonly number[]): number {
  const variance = naturalLog(1 + (deviation / mean) ** 2)
  const normal = uniforms.reduce((sum, u) => sum + u, -6)
  return naturalExp(naturalLog(mean) - variance / 2 + Math.sqrt(variance) * normal)
}

/** Exponentially distributed with mean 1; the `n`-th of `entity` for `purpose`. */
export function exponential(seed: number, entity: number, purpose: number, n: number): number {
  return -naturalLog(1 - draw(seed, entity, purpose, n))
}

/** Uniform in [0, 1); the `n`-th of `entity` for `purpose`. */
export function draw(seed: number, entity: number, purpose: number, n: number): number {
  return uniform(Math.imul(seed ^ Math.imul(purpose, 0x27d4eb2f), 0x165667b1) ^ purpose, entity, n)
}

/**
 * Roughly normal with mean 0 and deviation 1, within ±3.46: the sum of twelve uniform numbers less six would need twelve draws; four
 * and their own scale are near enough for how drivers differ (kurtosis 2.7 of 3).
 */
export function nearlyNormal(seed: number, entity: number, purpose: number, n: number): number {
  let sum = -2
  for (let i = 0; i < 4; i++) sum += draw(seed, entity, purpose, n * 4 + i)
  return sum * SQRT_OF_THREE
}

/** The sum of four uniform numbers has a variance of 4/12. */
const SQRT_OF_THREE = 1.7320508075688772
