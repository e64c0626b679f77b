import { describe, expect, it } from 'vitest'
import { decompose } from '../../../src/insight/series/index.ts'

const WEEK = [3, 1, 0, 0, 1, -2, -3]
const made = Float64Array.from({ length: 140 }, (_, i) => 20 + 0.05 * i + WEEK[i % 7]!)
const options = { period: 7, seasonalSpan: 35, robust: false }
const closeTo = (values: Float64Array, expected: (i: number) => number, digits = 6) =>
  values.forEach((value, i) => expect(value).toBeCloseTo(expected(i), digits))

describe('decompose', () => {
  it('finds the trend and the season that a series was made of', () => {
    const { trend, seasonal, remainder } = decompose(made, options)
    closeTo(trend, i => 20 + 0.05 * i)
    closeTo(seasonal, i => WEEK[i % 7]!)
    closeTo(remainder, () => 0)
  })

  it('finds them beside a gap too, and has no remainder in it', () => {
    const gappy = made.map((value, i) => (i >= 50 && i < 75 ? NaN : value))
    const { trend, seasonal, remainder } = decompose(gappy, options)
    closeTo(trend, i => 20 + 0.05 * i)
    closeTo(seasonal, i => WEEK[i % 7]!)
    expect(remainder.every((value, i) => Number.isNaN(value) === (i >= 50 && i < 75))).toBe(true)
  })

  it('keeps a wild day out of trend and season when robust', () => {
    const wild = made.map((value, i) => (i === 70 ? 300 : value + Math.sin(i * 12.9898) * 0.3))
    const loose = decompose(wild, options)
    const robust = decompose(wild, { ...options, robust: true })
    const worst = (trend: Float64Array) =>
      Math.max(...trend.map((value, i) => Math.abs(value - 20 - 0.05 * i)))
    expect(worst(loose.trend)).toBeGreaterThan(5)
    expect(worst(robust.trend)).toBeLessThan(0.5)
    expect(robust.remainder[70]).toBeGreaterThan(270)
  })

  it('adds up', () => {
    const { trend, seasonal, remainder } = decompose(
      made.map((value, i) => value + Math.cos(i * 7.7)),
      { ...options, robust: true },
    )
    closeTo(
      trend.map((value, i) => value + seasonal[i]! + remainder[i]!),
      i => made[i]! + Math.cos(i * 7.7),
      9,
    )
  })

  it('refuses what is too short, or a phase that is never known', () => {
    expect(() => decompose(made.subarray(0, 13), options)).toThrow('fewer than two periods of 7')
    const noSundays = made.map((value, i) => (i % 7 === 6 ? NaN : value))
    expect(() => decompose(noSundays, options)).toThrow('step 7 of the period of 7 is never known')
  })
})
