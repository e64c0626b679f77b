import { dispersionOf } from '../../core/statistics/index.ts'

/**
 * How many times as high each level of a factor is as expected, drawn towards once by as much as levels with so few incidents deserve:
 * (seen + k) / (expected + k), where 1 / k is how much the levels differ beyond chance.
 *
 * @param seen incidents of each level
 * @param expected incidents of each level if the factor did not matter; > 0 where any could be
 *
 * Source: D. Clayton and J. Kaldor, "Empirical Bayes estimates of age-standardized relative risks", Biometrics 43 (1987), gamma
 * model; k by the maximum of the negative binomial likelihood.
 */
export function shrunkEffects(seen: Float64Array, expected: Float64Array): Float64Array {
  const known = Array.from(expected.keys()).filter(level => expected[level]! > 0)
  const spread = dispersionOf(
    known.map(level => seen[level]!),
    known.map(level => expected[level]!),
  )
  const k = spread > 0 ? 1 / spread : Infinity
  return seen.map((count, level) => (k === Infinity ? 1 : (count + k) / (expected[level]! + k)))
}
