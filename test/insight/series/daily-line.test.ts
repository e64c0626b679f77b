import { describe, expect, it } from 'vitest'
import { dailyLine } from '../../../src/insight/series/index.ts'
import { MONDAY, madeRecord } from './made-record.ts'

const DAYS = 280
/** Weekdays have six more than weekends; from day `half` on there are `step` more each day. */
const counts = (step: number, half = DAYS / 2) =>
  Array.from({ length: DAYS }, (_, i) => 10 + (i % 7 < 5 ? 6 : 0) + (i >= half ? step : 0) + ((i * 5) % 3))

function lineOf(daily: readonly number[], typeOf: (day: number) => string = () => 'stalled') {
  const { incidents, coverage } = madeRecord(daily)
  const types = daily.flatMap((count, i) => Array.from({ length: count }, () => typeOf(i)))
  return dailyLine(incidents, types, coverage, MONDAY, MONDAY + daily.length - 1)
}

describe('dailyLine', () => {
  it('takes the week out of the trend', () => {
    const line = lineOf(counts(0))!
    const middle = line.trend[DAYS / 2]!
    expect(middle).toBeGreaterThan(14)
    expect(middle).toBeLessThan(17)
    expect(line.byWeekday[0]! - line.byWeekday[6]!).toBeCloseTo(6, 0)
    expect(line.changes).toEqual([])
  })

  it('finds where the level changed, and whether the kinds of reports changed with it', () => {
    const traffic = lineOf(counts(14))!
    expect(traffic.changes).toHaveLength(1)
    expect(Math.abs(traffic.changes[0]!.day - MONDAY - DAYS / 2)).toBeLessThanOrEqual(2)
    expect(traffic.changes[0]!.isOfRecording).toBe(false)
    const recording = lineOf(counts(14), day => (day < DAYS / 2 ? 'stalled' : 'signal'))!
    expect(recording.changes[0]!.isOfRecording).toBe(true)
  })

  it('has no trend on days without data, and takes a gap for no change', () => {
    const gap = counts(0).map((count, i) => (i >= 100 && i < 130 ? 0 : count))
    const line = lineOf(gap)!
    expect(line.trend.slice(100, 130).every(value => value === null)).toBe(true)
    expect(line.trend[98]).not.toBeNull()
    expect(line.changes).toEqual([])
  })

  it('says nothing of less than eight weeks', () => {
    expect(lineOf(counts(0).slice(0, 50))).toBeNull()
    const { incidents, coverage } = madeRecord(counts(0))
    const none = dailyLine(
      incidents,
      incidents.map(() => 'other'),
      coverage,
      MONDAY - 900,
      MONDAY - 500,
    )
    expect(none).toBeNull()
  })
})
