import { describe, expect, it } from 'vitest'
import { countOf, endOf, joinedRuns } from '../../src/core/positions.ts'

describe('runs of positions', () => {
  it('are joined where they touch, whatever their order, and count no record twice', () => {
    const runs = [
      [20, 5],
      [0, 10],
      [10, 2],
      [22, 10],
      [40, 1],
    ] as const
    const joined = joinedRuns(runs)
    expect(joined).toEqual([
      [0, 12],
      [20, 12],
      [40, 1],
    ])
    expect([countOf(joined), endOf(joined), endOf([])]).toEqual([25, 41, 0])
  })
})
