/**
 * Adjusted p-values: calling all tests with a value ≤ q found keeps the expected share of false ones among them at q.
 *
 * @param p p-values, 0..1, in any order
 * @returns one adjusted value per test, in the order of the input; never under its p
 *
 * Source: Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57
 * (1995). Holds for independent and positively dependent tests, as neighbours in space are (Benjamini and Yekutieli 2001).
 */
export function benjaminiHochberg(p: Float64Array): Float64Array {
  const order = Array.from(p.keys()).sort((a, b) => p[b]! - p[a]!)
  const adjusted = new Float64Array(p.length)
  let least = 1
  order.forEach((test, i) => {
    least = Math.min(least, (p[test]! * p.length) / (p.length - i))
    adjusted[test] = least
  })
  return adjusted
}
