import { describe, expect, it } from 'vitest'
import { Random } from '../../../src/core/statistics/index.ts'

describe('Random', () => {
  it('repeats itself with the same seed and differs with another', () => {
    const draw = (seed: number) => {
      const random = new Random(seed)
      return Array.from({ length: 5 }, () => random.uint32())
    }
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })

  it('starts well from 0', () => {
    const random = new Random(0)
    expect(new Set(Array.from({ length: 100 }, () => random.uint32())).size).toBe(100)
  })

  it('fills a range evenly, its ends included', () => {
    const random = new Random(1)
    const counts = new Int32Array(6)
    for (let i = 0; i < 60_000; i++) counts[random.below(6)]! += 1
    // Chi-square with 5 degrees of freedom: over 20.5 once in a thousand seeds, and this seed is fixed.
    expect(counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(20.5)
  })

  it('gives shares in [0, 1) with mean a half', () => {
    const random = new Random(2)
    const shares = Array.from({ length: 10_000 }, () => random.unit())
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...shares)).toBeLessThan(1)
    expect(shares.reduce((sum, x) => sum + x, 0) / shares.length).toBeCloseTo(0.5, 1)
  })
})
