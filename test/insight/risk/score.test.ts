import { describe, expect, it } from 'vitest'
import { calibrationOf, riskRecord, scoreOf } from '../../../src/insight/risk/index.ts'
import { poissonDeviance } from '../../../src/core/statistics/index.ts'
import { FIRST, madeCity } from './made-city.ts'

const at = (hour: number) => ({
  startedAtMs: (FIRST * 24 + hour) * 36e5,
  utcOffsetMin: 0,
  community: 'a',
})
const tiny = riskRecord([at(3), at(3), at(7)], ['a', 'b'], { firstDay: FIRST, days: ['full'] })

describe('scoreOf', () => {
  it('adds up the deviance of every hour of every community', () => {
    const risk = (community: number, _day: number, hour: number) => (community + 1) * 0.01 * (hour + 1)
    let slow = 0
    for (let community = 0; community < 2; community++)
      for (let hour = 0; hour < 24; hour++) {
        const count = community === 0 ? (hour === 3 ? 2 : hour === 7 ? 1 : 0) : 0
        slow += poissonDeviance(count, risk(community, FIRST, hour))
      }
    const { deviance, cells, seen, expected } = scoreOf(tiny, risk)
    expect(deviance).toBeCloseTo(slow, 10)
    expect([cells, seen]).toEqual([48, 3])
    expect(expected).toBeCloseTo(9, 9)
  })
})

describe('calibrationOf', () => {
  it('puts cells of like risk together, and sees a forecast that is twice too high', () => {
    const { record } = madeCity(60)
    const share = record.day.length / (record.communities.length * record.days.length * 24)
    const bins = calibrationOf(record, (_, __, hour) => 2 * share * ((hour + 1) / 12.5), 4)
    expect(bins).toHaveLength(4)
    expect(bins.reduce((sum, { cells }) => sum + cells, 0)).toBe(60 * 24 * 5)
    bins.slice(1).forEach(({ expected }, i) => expect(expected).toBeGreaterThan(bins[i]!.expected))
    const seen = bins.reduce((sum, { seen: { value }, cells }) => sum + value * cells, 0)
    expect(seen).toBeCloseTo(record.day.length, 6)
    const expected = bins.reduce((sum, bin) => sum + bin.expected * bin.cells, 0)
    expect(expected / seen).toBeCloseTo(2, 6)
  })
})
