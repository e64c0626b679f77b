import { describe, expect, it } from 'vitest'
import { poissonRate, rateRatio } from '../../../src/core/statistics/index.ts'

describe('poissonRate', () => {
  it("has Garwood's limits", () => {
    // Garwood (1936), table: 10 events, 95 %.
    const { value, low, high } = poissonRate(10, 1)
    expect(value).toBe(10)
    expect(low).toBeCloseTo(4.795, 3)
    expect(high).toBeCloseTo(18.39, 2)
  })

  it('says what no event at all still allows', () => {
    const { low, high } = poissonRate(0, 2)
    expect(low).toBe(0)
    expect(high).toBeCloseTo(3.6889 / 2, 4)
  })
})

describe('rateRatio', () => {
  it("equals R's poisson.test of two counts", () => {
    // poisson.test(c(11, 6 + 8 + 7), c(800, 1083 + 1050 + 878)): 1.971488, 0.8584264 to 4.2772659
    const { value, low, high } = rateRatio(11, 800, 21, 3011)
    expect(value).toBeCloseTo(1.971488, 5)
    expect(low).toBeCloseTo(0.8584264, 6)
    expect(high).toBeCloseTo(4.2772659, 6)
  })

  it('is turned over when the two change places', () => {
    const there = rateRatio(5, 2, 9, 3)
    const back = rateRatio(9, 3, 5, 2)
    expect(there.low).toBeCloseTo(1 / back.high, 9)
    expect(there.high).toBeCloseTo(1 / back.low, 9)
  })

  it('keeps an open end where one side has no event', () => {
    expect(rateRatio(0, 1, 4, 1)).toMatchObject({ value: 0, low: 0 })
    expect(rateRatio(4, 1, 0, 1)).toMatchObject({ value: Infinity, high: Infinity })
    expect(rateRatio(0, 1, 0, 1)).toEqual({ value: NaN, low: 0, high: Infinity })
  })
})
