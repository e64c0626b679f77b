import { describe, expect, it } from 'vitest'
import { Random } from '../../../src/core/statistics/index.ts'
import { bestCuts } from '../../../src/insight/series/segments.ts'

/** Squared distance from the mean of a stretch. */
function costOf(values: readonly number[]) {
  return (from: number, to: number) => {
    const part = values.slice(from, to)
    const mean = part.reduce((sum, x) => sum + x, 0) / part.length
    return part.reduce((sum, x) => sum + (x - mean) ** 2, 0)
  }
}

/** The same optimum without pruning. */
function slowCuts(length: number, cost: (a: number, b: number) => number, penalty: number, shortest: number) {
  const best: { total: number; cuts: number[] }[] = [{ total: -penalty, cuts: [] }]
  for (let end = 1; end <= length; end++) {
    let found = { total: Infinity, cuts: [] as number[] }
    for (let start = 0; start <= end - shortest; start++) {
      const before = best[start]!
      const total = before.total + cost(start, end) + penalty
      if (total < found.total) found = { total, cuts: start === 0 ? [] : [...before.cuts, start] }
    }
    best.push(found)
  }
  return best[length]!.cuts
}

describe('bestCuts', () => {
  it('cuts where the level changes', () => {
    const values = [...Array.from({ length: 20 }, () => 1), ...Array.from({ length: 20 }, () => 5)]
    expect(bestCuts(40, costOf(values), 3, 2)).toEqual([20])
  })

  it('does not cut what is alike', () => {
    const values = Array.from({ length: 40 }, (_, i) => i % 2)
    expect(bestCuts(40, costOf(values), 3, 2)).toEqual([])
  })

  it('finds the optimum that trying everything finds', () => {
    const random = new Random(3)
    for (let round = 0; round < 60; round++) {
      const length = 20 + random.below(40)
      let level = 0
      const values = Array.from({ length }, () => {
        if (random.unit() < 0.1) level = random.below(6)
        return level + random.unit()
      })
      const shortest = 1 + random.below(5)
      const penalty = 0.5 + random.unit() * 3
      expect(bestCuts(length, costOf(values), penalty, shortest)).toEqual(
        slowCuts(length, costOf(values), penalty, shortest),
      )
    }
  })

  it('leaves no stretch shorter than asked', () => {
    const values = Array.from({ length: 30 }, (_, i) => (i === 14 ? 50 : 0))
    const cuts = [0, ...bestCuts(30, costOf(values), 1, 6), 30]
    cuts.slice(1).forEach((cut, i) => expect(cut - cuts[i]!).toBeGreaterThanOrEqual(6))
  })
})
