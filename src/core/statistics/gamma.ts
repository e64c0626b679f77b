const LANCZOS_G = 7
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]
/** Terms of a series or fraction below this part of the sum no longer change it. */
const NEGLIGIBLE = 1e-16
const MAX_TERMS = 10_000

/**
 * Natural logarithm of the gamma function, for x > 0; 15 digits.
 *
 * Source: C. Lanczos, "A precision approximation of the gamma function", SIAM Journal on Numerical Analysis B 1 (1964), g = 7
 * with nine terms.
 */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const z = x - 1
  const t = z + LANCZOS_G + 0.5
  let sum = LANCZOS[0]!
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (z + i)
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum)
}

/**
 * Lower regularised incomplete gamma function P(a, x), 0..1: the chance that a gamma variable of shape a stays under x. The chance
 * of at least k events where `mean` are expected is P(k, mean).
 *
 * Source: M. Abramowitz and I. Stegun, Handbook of Mathematical Functions (1964), 6.5.29 and 6.5.31 (fraction by Lentz' method).
 */
export function gammaP(a: number, x: number): number {
  if (x <= 0) return 0
  const front = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; n < MAX_TERMS && term > sum * NEGLIGIBLE; n++) {
      term *= x / (a + n)
      sum += term
    }
    return Math.min(1, front * sum)
  }
  return 1 - front * gammaFraction(a, x)
}

/**
 * Regularised incomplete beta function I_x(a, b), 0..1. The chance of at least k successes in n trials of chance p is
 * I_p(k, n − k + 1).
 *
 * Source: Abramowitz and Stegun, 26.5.8 (fraction by Lentz' method).
 */
export function betaI(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - betaI(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x))
  return (front * betaFraction(x, a, b)) / a
}

function gammaFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = Infinity
  let d = 1 / b
  let h = d
  for (let i = 1; i < MAX_TERMS; i++) {
    const an = -i * (i - a)
    b += 2
    d = 1 / (an * d + b)
    c = b + an / c
    h *= d * c
    if (Math.abs(d * c - 1) < NEGLIGIBLE * 10) break
  }
  return h
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    h *= d * c
    if (Math.abs(d * c - 1) < NEGLIGIBLE * 10) break
  }
  return h
}
