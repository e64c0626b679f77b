import { describe, expect, it } from 'vitest'
import { refusedRuns } from '../../../src/lake/prepare/framed-reject.ts'

describe('refusedRuns', () => {
  it('joins neighbours, and keeps lines apart that are not', () => {
    const runs = refusedRuns([5, 6, 7, 9].map(position => ({ position })))
    expect(runs).toEqual([
      { from: 5, upto: 8, lines: 3 },
      { from: 9, upto: 10, lines: 1 },
    ])
  })

  it('gets coarser where there are many, and loses no line', () => {
    const runs = refusedRuns(Array.from({ length: 20_001 }, (_, i) => ({ position: 2 * i })))
    expect(runs.length).toBeLessThanOrEqual(4096)
    expect(runs.reduce((sum, { lines }) => sum + lines, 0)).toBe(20_001)
    expect([runs[0]?.from, runs.at(-1)?.upto]).toEqual([0, 40_001])
  })
})
