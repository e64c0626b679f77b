import { describe, expect, it } from 'vitest'
import { Random } from '../../../src/core/statistics/index.ts'
import { coverageOf } from '../../../src/core/time/index.ts'
import { DAY_MS } from '../../../src/core/time/spans.ts'
import { changePoints, mixChanges, periodCounts } from '../../../src/insight/series/index.ts'
import { CALGARY_HERE, CALGARY_REASON, calgaryIncidents } from '../calgary.ts'
import { MONDAY, madeRecord } from './made-record.ts'

const options = { shortestDays: 14 }
const poisson = (mean: number, random: Random) => {
  let count = 0
  for (let left = Math.exp(-mean), u = random.unit(); u > left; u *= random.unit()) count++
  return count
}
/** A year of daily counts around a mean of each day. */
const year = (mean: (i: number) => number, seed: number) => {
  const random = new Random(seed)
  return Array.from({ length: 365 }, (_, i) => poisson(mean(i), random))
}

describe('changePoints', () => {
  it('finds the day from which on less is recorded', () => {
    const counts = year(i => (i < 200 ? 18 : 11), 1)
    const { coverage } = madeRecord(counts)
    const found = changePoints(counts, coverage, options)
    expect(found).toHaveLength(1)
    expect(Math.abs(found[0]!.day - MONDAY - 200)).toBeLessThanOrEqual(3)
    expect(found[0]!.ratio.value).toBeCloseTo(11 / 18, 1)
    expect(found[0]!.ratio.high).toBeLessThan(1)
    expect(found[0]!.silentDaysBefore).toBe(0)
  })

  it('takes neither weekends nor chance for a change', () => {
    for (let seed = 0; seed < 10; seed++) {
      const counts = year(i => (i % 7 >= 5 ? 9 : 17), seed)
      expect(changePoints(counts, madeRecord(counts).coverage, options)).toEqual([])
    }
  })

  it('asks for more where days scatter more than chance', () => {
    const random = new Random(4)
    const counts = year(() => 15 * -Math.log(1 - random.unit()), 5)
    expect(changePoints(counts, madeRecord(counts).coverage, options)).toEqual([])
  })

  it('is not fooled by a gap, and marks a change that happened within one', () => {
    const steady = year(() => 15, 6).map((count, i) => (i >= 100 && i < 160 ? 0 : count))
    expect(changePoints(steady, madeRecord(steady).coverage, options)).toEqual([])
    const changed = year(i => (i < 100 ? 30 : 10), 7).map((count, i) => (i >= 100 && i < 160 ? 0 : count))
    const found = changePoints(changed, madeRecord(changed).coverage, options)
    // The days that border on the gap are known in part, and so are not used.
    expect(found.map(({ day, silentDaysBefore }) => [day - MONDAY, silentDaysBefore])).toEqual([[161, 60]])
  })

  it('finds nothing in a record too short for two levels, or in none', () => {
    const counts = year(() => 15, 8).slice(0, 20)
    expect(changePoints(counts, madeRecord(counts).coverage, options)).toEqual([])
    expect(changePoints([], { firstDay: 0, days: [] }, options)).toEqual([])
  })

  it.skipIf(!CALGARY_HERE)(`marks the changes of Calgary's record (${CALGARY_REASON})`, async () => {
    const incidents = await calgaryIncidents()
    const coverage = coverageOf(incidents)
    const counts = periodCounts(incidents, coverage, 'day').map(({ count }) => count ?? 0)
    const found = changePoints(counts, coverage, options)
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThan(20)
    for (const { day, ratio } of found) {
      expect(coverage.days[day - coverage.firstDay]).toBe('full')
      expect(ratio.low > 1 || ratio.high < 1).toBe(true)
    }
  })
})

describe('mixChanges', () => {
  it('finds the day from which on incidents are worded differently, though none are missing', () => {
    const a = year(i => (i < 150 ? 10 : 4), 9)
    const b = year(i => (i < 150 ? 5 : 11), 10)
    const { coverage } = madeRecord(a.map((count, i) => count + b[i]!))
    const found = mixChanges([a, b], coverage, options)
    expect(found).toHaveLength(1)
    expect(Math.abs(found[0]! - MONDAY - 150)).toBeLessThanOrEqual(3)
  })

  it('does not mind how many there are', () => {
    const a = year(i => (i < 150 ? 20 : 6), 11)
    const b = year(i => (i < 150 ? 10 : 3), 12)
    const { coverage } = madeRecord(a.map((count, i) => count + b[i]!))
    expect(mixChanges([a, b], coverage, options)).toEqual([])
  })
})

it('MONDAY is one', () => {
  expect(new Date(MONDAY * DAY_MS).getUTCDay()).toBe(1)
})
