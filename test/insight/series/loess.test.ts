import { describe, expect, it } from 'vitest'
import { loess } from '../../../src/insight/series/loess.ts'

const line = Float64Array.from({ length: 20 }, (_, i) => 3 + 0.5 * i)
const close = (smooth: Float64Array, expected: (i: number) => number) =>
  smooth.forEach((value, i) => expect(value).toBeCloseTo(expected(i), 9))

describe('loess', () => {
  it('keeps a straight line, beyond its ends too', () => {
    close(loess(line, 7), i => 3 + 0.5 * i)
    close(loess(line, 7, null, -2, 21), i => 3 + 0.5 * (i - 2))
  })

  it('bridges a gap by the line of its neighbours', () => {
    const gappy = line.map((value, i) => (i >= 8 && i <= 12 ? NaN : value))
    close(loess(gappy, 7), i => 3 + 0.5 * i)
  })

  it('uses all values where there are fewer than the span', () => {
    close(loess(line.subarray(0, 4), 9), i => 3 + 0.5 * i)
  })

  it('does not hear values that weigh nothing', () => {
    const wild = line.map((value, i) => (i === 10 ? 500 : value))
    const weights = line.map((_, i) => (i === 10 ? 0 : 1))
    close(loess(wild, 7, weights), i => 3 + 0.5 * i)
  })

  it('takes values as equal where all near ones weigh nothing', () => {
    close(loess(line, 5, new Float64Array(20)), i => 3 + 0.5 * i)
  })

  it('repeats the only value it knows, and knows nothing from nothing', () => {
    close(loess(Float64Array.from([NaN, 4, NaN]), 3), () => 4)
    expect(loess(Float64Array.from([NaN, NaN]), 3).every(Number.isNaN)).toBe(true)
  })
})
