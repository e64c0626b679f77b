import { describe, expect, it } from 'vitest'
import { lastSlot, median, quantile, toSeries } from '../../../web/src/analysis/series.ts'

describe('toSeries', () => {
  it('leaves a slot without a point as a gap', () => {
    const series = toSeries(
      [
        { atMs: 0, value: 1 },
        { atMs: 20, value: 3 },
      ],
      0,
      30,
      10,
    )
    expect(series.values).toEqual([1, null, 3])
  })

  it('drops what lies outside of the range', () => {
    const points = [-1, 30].map(atMs => ({ atMs, value: 9 }))
    expect(toSeries(points, 0, 30, 10).values).toEqual([null, null, null])
  })

  it('takes the later of two points in one slot', () => {
    const points = [1, 2].map(value => ({ atMs: 0, value }))
    expect(toSeries(points, 0, 10, 10).values).toEqual([2])
  })
})

describe('lastSlot', () => {
  it('finds the newest value before a gap at the end', () => {
    expect(lastSlot({ startMs: 0, stepMs: 1, values: [1, 2, null] })).toBe(1)
    expect(lastSlot({ startMs: 0, stepMs: 1, values: [null] })).toBeNull()
  })
})

describe('quantile', () => {
  it('lies between neighbours', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75)
    expect(median([3, 1, 2])).toBe(2)
    expect(median([])).toBeNull()
  })
})
