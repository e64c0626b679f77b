import { describe, expect, it } from 'vitest'
import { betaI, gammaP, logGamma } from '../../../src/core/statistics/index.ts'

describe('logGamma', () => {
  it('is the logarithm of the factorial before', () => {
    let factorial = 1
    for (let n = 1; n < 20; n++) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 10)
      factorial *= n
    }
  })

  it('knows the half', () => {
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 12)
    expect(logGamma(0.1)).toBeCloseTo(2.252712651734206, 12)
  })
})

describe('gammaP', () => {
  it('is the tail of Poisson, counted term by term', () => {
    for (const [k, mean] of [
      [1, 0.3],
      [3, 2],
      [10, 25],
      [40, 22],
    ] as const) {
      let below = 0
      for (let i = 0, term = Math.exp(-mean); i < k; i++, term *= mean / i) below += term
      expect(gammaP(k, mean)).toBeCloseTo(1 - below, 11)
    }
  })

  it('begins at 0', () => {
    expect(gammaP(2, 0)).toBe(0)
  })
})

describe('betaI', () => {
  it('is the tail of the binomial, counted term by term', () => {
    const n = 12
    const p = 0.3
    for (let k = 1; k <= n; k++) {
      let tail = 0
      for (let i = k; i <= n; i++)
        tail +=
          Math.exp(logGamma(n + 1) - logGamma(i + 1) - logGamma(n - i + 1)) * p ** i * (1 - p) ** (n - i)
      expect(betaI(p, k, n - k + 1)).toBeCloseTo(tail, 11)
    }
  })

  it('is 0 and 1 at its ends', () => {
    expect([betaI(0, 2, 3), betaI(1, 2, 3)]).toEqual([0, 1])
  })
})
