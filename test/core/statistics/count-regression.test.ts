import { describe, expect, it } from 'vitest'
import { Random, fitCounts } from '../../../src/core/statistics/index.ts'

const rows = (x: readonly number[]) => x.map(value => Float64Array.from([1, value]))

describe('fitCounts', () => {
  it('is the ratio of rates for a feature that is there or not', () => {
    const counts = Float64Array.from([12, 12, 44, 22])
    const exposure = Float64Array.from([1, 1, 2, 1])
    const { coefficients, means } = fitCounts(counts, exposure, rows([0, 0, 1, 1]), new Float64Array(2))
    expect(Math.exp(coefficients[0]!)).toBeCloseTo(12, 6)
    expect(Math.exp(coefficients[1]!)).toBeCloseTo(22 / 12, 6)
    expect(means).toHaveLength(4)
  })

  it('finds slope and dispersion that counts were made with', () => {
    const random = new Random(11)
    const x = Array.from({ length: 5000 }, () => random.unit() * 2)
    const counts = Float64Array.from(x, value => {
      const rate = Math.exp(0.5 + 0.8 * value) * -Math.log(1 - random.unit())
      let count = 0
      for (let left = Math.exp(-rate), u = random.unit(); u > left; u *= random.unit()) count++
      return count
    })
    const fit = fitCounts(counts, new Float64Array(5000).fill(1), rows(x), new Float64Array(2))
    expect(fit.coefficients[0]!).toBeCloseTo(0.5, 0)
    expect(fit.coefficients[1]!).toBeCloseTo(0.8, 1)
    expect(Math.abs(fit.dispersion - 1)).toBeLessThan(0.1)
    const error = Math.sqrt(fit.covariance[3]!)
    expect(Math.abs(fit.coefficients[1]! - 0.8)).toBeLessThan(3 * error)
  })

  it('pulls towards no effect with a ridge', () => {
    const counts = Float64Array.from([10, 40])
    const one = new Float64Array(2).fill(1)
    const free = fitCounts(counts, one, rows([0, 1]), new Float64Array(2)).coefficients[1]!
    const pulled = fitCounts(counts, one, rows([0, 1]), Float64Array.from([0, 20])).coefficients[1]!
    expect(pulled).toBeGreaterThan(0)
    expect(pulled).toBeLessThan(free)
  })

  it('refuses features of which one tells nothing new', () => {
    const same = [1, 1, 1].map(() => Float64Array.from([1, 1]))
    expect(() =>
      fitCounts(Float64Array.from([1, 2, 3]), new Float64Array(3).fill(1), same, new Float64Array(2)),
    ).toThrow('not determined')
  })
})
