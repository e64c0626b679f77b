import { describe, expect, it } from 'vitest'
import { Random } from '../../../src/core/statistics/index.ts'
import { giStar } from '../../../src/insight/hotspots/index.ts'

/** A ring of places, each between two neighbours. */
function ring(size: number) {
  const starts = Int32Array.from({ length: size + 1 }, (_, i) => 2 * i)
  const at = Int32Array.from({ length: 2 * size }, (_, k) => {
    const i = k >> 1
    return k % 2 === 0 ? (i + size - 1) % size : (i + 1) % size
  })
  return { starts, at }
}
const counts = Float64Array.from([0, 1, 0, 2, 9, 8, 9, 1, 0, 1, 0, 0])

describe('giStar', () => {
  it('scores as the formula of Ord and Getis', () => {
    const { z } = giStar(counts, ring(12), new Random(1))
    const mean = 31 / 12
    const s = Math.sqrt(counts.reduce((sum, x) => sum + x * x, 0) / 12 - mean * mean)
    expect(z[5]).toBeCloseTo((26 - 3 * mean) / (s * Math.sqrt((12 * 3 - 9) / 11)), 12)
    expect(z[10]).toBeCloseTo((1 - 3 * mean) / (s * Math.sqrt((12 * 3 - 9) / 11)), 12)
  })

  it('has the chances that counting all deals gives', () => {
    const { pHigh, pLow } = giStar(counts, ring(12), new Random(2))
    for (let i = 0; i < 12; i++) {
      const others = [...counts].filter((_, k) => k !== i)
      const sum = counts[(i + 11) % 12]! + counts[(i + 1) % 12]!
      let high = 0
      let low = 0
      others.forEach((a, p) =>
        others.forEach((b, q) => {
          if (p === q) return
          if (a + b >= sum) high++
          if (a + b <= sum) low++
        }),
      )
      // Six standard errors of 99,999 draws at most.
      const error = (p: number) => 6 * Math.sqrt((p * (1 - p)) / 99_999) + 1e-5
      expect(Math.abs(pHigh[i]! - high / 110)).toBeLessThanOrEqual(error(high / 110))
      expect(Math.abs(pLow[i]! - low / 110)).toBeLessThanOrEqual(error(low / 110))
    }
  })

  it('is the same with the same seed', () => {
    const run = (seed: number) => [...giStar(counts, ring(12), new Random(seed)).pHigh]
    expect(run(3)).toEqual(run(3))
    expect(run(3)).not.toEqual(run(4))
  })

  it('cannot be surprised by a place without neighbours, nor by equal counts', () => {
    const alone = { starts: Int32Array.from([0, 0, 0, 0]), at: new Int32Array(0) }
    const { pHigh, pLow } = giStar(Float64Array.from([9, 0, 0]), alone, new Random(1))
    expect([...pHigh, ...pLow]).toEqual([1, 1, 1, 1, 1, 1])
    const equal = giStar(new Float64Array(12).fill(2), ring(12), new Random(1))
    expect(equal.z.every(Number.isNaN)).toBe(true)
    expect(equal.pHigh.every(p => p === 1)).toBe(true)
  })

  it('refuses few permutations and what is no count', () => {
    expect(() => giStar(counts, ring(12), new Random(1), 9_999)).toThrow('take at least 99999')
    expect(() => giStar(Float64Array.from([1, 0.5, 2]), ring(3), new Random(1))).toThrow('0.5 is no count')
  })
})
