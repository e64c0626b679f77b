import { describe, expect, it } from 'vitest'
import {
  Random,
  dispersionOf,
  negativeBinomialLogChance,
  poissonDeviance,
  poissonLogChance,
} from '../../../src/core/statistics/index.ts'

const sumOfChances = (chance: (k: number) => number) =>
  Array.from({ length: 400 }, (_, k) => Math.exp(chance(k))).reduce((sum, p) => sum + p, 0)

describe('chances of counts', () => {
  it('add up to one', () => {
    expect(sumOfChances(k => poissonLogChance(k, 7.3))).toBeCloseTo(1, 10)
    expect(sumOfChances(k => negativeBinomialLogChance(k, 7.3, 0.4))).toBeCloseTo(1, 8)
  })

  it('of a negative binomial have variance mean + dispersion · mean²', () => {
    const mean = 5
    const dispersion = 0.3
    let second = 0
    for (let k = 0; k < 400; k++)
      second += (k - mean) ** 2 * Math.exp(negativeBinomialLogChance(k, mean, dispersion))
    expect(second).toBeCloseTo(mean + dispersion * mean * mean, 6)
  })

  it("of a negative binomial become Poisson's without dispersion", () => {
    expect(negativeBinomialLogChance(3, 2, 1e-12)).toBe(poissonLogChance(3, 2))
    expect(negativeBinomialLogChance(3, 2, 1e-8)).toBeCloseTo(poissonLogChance(3, 2), 5)
  })
})

describe('poissonDeviance', () => {
  it('is 0 where exactly that was expected, else above', () => {
    expect(poissonDeviance(3, 3)).toBeCloseTo(0, 12)
    expect(poissonDeviance(0, 0.5)).toBe(1)
    expect(poissonDeviance(2, 0.5)).toBeGreaterThan(0)
  })
})

describe('dispersionOf', () => {
  it('finds the scatter that counts were made with', () => {
    const random = new Random(5)
    // Gamma of shape 2 is the sum of two exponentials: dispersion 0.5.
    const means = Array.from({ length: 20_000 }, (_, i) => 1 + (i % 5))
    const counts = means.map(mean => {
      const rate = (mean / 2) * -(Math.log(1 - random.unit()) + Math.log(1 - random.unit()))
      return poisson(rate, random)
    })
    expect(dispersionOf(counts, means)).toBeCloseTo(0.5, 1)
  })

  it('is 0 when counts scatter less than Poisson', () => {
    expect(dispersionOf([2, 2, 2, 2, 2, 2], [2, 2, 2, 2, 2, 2])).toBe(0)
  })
})

function poisson(mean: number, random: Random): number {
  let count = 0
  for (let left = Math.exp(-mean), u = random.unit(); u > left; u *= random.unit()) count++
  return count
}
