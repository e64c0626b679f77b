import { describe, expect, it } from 'vitest'
import { Random } from '../../../src/core/statistics/index.ts'
import { beforeAfter, referenceGroup } from '../../../src/insight/safety/index.ts'

const random = new Random(31)
const poisson = (mean: number) => {
  let count = 0
  for (let left = Math.exp(-mean), u = random.unit(); u > left; u *= random.unit()) count++
  return count
}
const exponential = () => -Math.log(1 - random.unit())
/** Places with a true mean of 4 (gamma of shape 2), the same before and after. */
const places = Array.from({ length: 4000 }, () => {
  const mean = 2 * (exponential() + exponential())
  return { before: poisson(mean), after: poisson(mean), vehiclesPerDay: null, mean }
})
const group = referenceGroup(places)

describe('beforeAfter', () => {
  it('sees no effect where the worst places were chosen and nothing was done', () => {
    const worst = places.filter(({ before }) => before >= 10)
    const results = worst.map(place => beforeAfter(place, group))
    const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length
    const total = (pick: (place: (typeof worst)[number]) => number) =>
      worst.reduce((sum, p) => sum + pick(p), 0)
    // Untouched, they fell by a third: the naive comparison would praise any treatment for it.
    expect(total(p => p.after) / total(p => p.before)).toBeLessThan(0.75)
    expect(total(p => p.after) / results.reduce((sum, r) => sum + r.expectedWithout, 0)).toBeCloseTo(1, 1)
    expect(mean(results.map(({ naive }) => naive))).toBeLessThan(0.8)
  })

  it('has intervals that hold as often as they say', () => {
    const held = places.filter(place => {
      const { effect } = beforeAfter(place, group)
      return effect.low <= 1 && effect.high >= 1
    }).length
    expect(held / places.length).toBeGreaterThan(0.94)
  })

  it("equals Hauer's arithmetic", () => {
    const simple = {
      places: 50,
      expectedBefore: () => 5,
      dispersion: 0.2,
      trend: 1,
      trendVariance: 0,
    }
    const result = beforeAfter({ before: 14, after: 6, vehiclesPerDay: null }, simple)
    // Weight of the group 1 / (1 + 0.2 · 5) = 0.5: 9.5 expected with variance 0.5 · 9.5.
    expect(result.expectedWithout).toBeCloseTo(9.5, 12)
    expect(result.ownWeight).toBe(0.5)
    const relative = 4.75 / 9.5 ** 2
    expect(result.effect.value).toBeCloseTo(6 / 9.5 / (1 + relative), 12)
    expect(result.effectSd).toBeCloseTo(
      (result.effect.value * Math.sqrt(1 / 6 + relative)) / (1 + relative),
      12,
    )
    expect(result.naive).toBeCloseTo(6 / 14, 12)
  })

  it('carries the trend of the group, and leaves room where nothing came after', () => {
    const falling = { places: 50, expectedBefore: () => 5, dispersion: 0.2, trend: 0.5, trendVariance: 0.01 }
    const { expectedWithout, effect } = beforeAfter({ before: 5, after: 0, vehiclesPerDay: null }, falling)
    expect(expectedWithout).toBe(2.5)
    expect([effect.value, effect.low]).toEqual([0, 0])
    expect(effect.high).toBeGreaterThan(1)
  })

  it('says that reports are not crashes', () => {
    expect(beforeAfter({ before: 3, after: 3, vehiclesPerDay: null }, group).says).toMatch(/not crashes/)
  })
})

describe('referenceGroup', () => {
  it('finds how places differ', () => {
    expect(group.expectedBefore(null)).toBeCloseTo(4, 0)
    expect(group.dispersion).toBeCloseTo(0.5, 1)
    expect(group.trend).toBeCloseTo(1, 1)
  })

  it('goes by volume where all are known', () => {
    const byVolume = referenceGroup(
      Array.from({ length: 500 }, (_, i) => {
        const vehiclesPerDay = 1000 * (1 + (i % 20))
        const mean = 2 * (vehiclesPerDay / 10_000) ** 0.8
        return { before: poisson(mean), after: poisson(mean), vehiclesPerDay }
      }),
    )
    expect(byVolume.expectedBefore(10_000)).toBeCloseTo(2, 0)
    expect(byVolume.expectedBefore(20_000) / byVolume.expectedBefore(5_000)).toBeCloseTo(4 ** 0.8, 0)
    expect(() => beforeAfter({ before: 1, after: 1, vehiclesPerDay: null }, byVolume)).toThrow(
      'goes by volume',
    )
  })

  it('refuses a group that tells nothing', () => {
    expect(() => referenceGroup(places.slice(0, 9))).toThrow('take at least 10 places')
    const none = Array.from({ length: 20 }, () => ({ before: 1, after: 0, vehiclesPerDay: null }))
    expect(() => referenceGroup(none)).toThrow('0 after')
  })
})
