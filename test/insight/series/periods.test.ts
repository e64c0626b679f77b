import { describe, expect, it } from 'vitest'
import { periodCounts } from '../../../src/insight/series/index.ts'
import { MONDAY, madeRecord } from './made-record.ts'

// Three weeks of 10 a day, the middle one silent from Tuesday to Saturday.
const record = madeRecord(Array.from({ length: 21 }, (_, i) => (i >= 8 && i <= 12 ? 0 : 10)))

describe('periodCounts', () => {
  it('has a value for each day, null on silent ones, 0 on quiet ones', () => {
    const days = periodCounts(record.incidents, record.coverage, 'day')
    expect(days.map(({ count }) => count)).toEqual([
      ...Array.from({ length: 8 }, () => 10),
      ...Array.from({ length: 5 }, () => null),
      ...Array.from({ length: 8 }, () => 10),
    ])
    const none = periodCounts([], record.coverage, 'day')
    expect(none.map(({ count }) => count).slice(7, 10)).toEqual([0, null, null])
  })

  it('says how many days of a week are known, and rates it by those', () => {
    const weeks = periodCounts(record.incidents, record.coverage, 'week')
    expect(weeks.map(({ day, count, fullDays, partDays }) => [day, count, fullDays, partDays])).toEqual([
      [MONDAY, 70, 6, 1],
      [MONDAY + 7, 20, 0, 2],
      [MONDAY + 14, 70, 6, 1],
    ])
    expect(weeks.map(({ perDay }) => perDay)).toEqual([10, null, 10])
  })

  it('is null for a week of silence', () => {
    const silent = madeRecord([...days(7, 10), ...days(14, 0), ...days(7, 10)])
    expect(periodCounts(silent.incidents, silent.coverage, 'week').map(({ count }) => count)).toEqual([
      70,
      null,
      null,
      70,
    ])
  })

  it('begins months on the first, also when the record does not', () => {
    const long = madeRecord(days(40, 3))
    const months = periodCounts(long.incidents, long.coverage, 'month')
    expect(months.map(({ day, days: length, count }) => [day, length, count])).toEqual([
      [MONDAY, 31, 93],
      [MONDAY + 31, 28, 27],
    ])
  })

  it('leaves out what is outside the record', () => {
    const { coverage } = madeRecord([4, 4, 4])
    const stray = { startedAtMs: (MONDAY + 90) * 864e5, utcOffsetMin: 0 }
    expect(periodCounts([stray], coverage, 'day').map(({ count }) => count)).toEqual([0, 0, 0])
  })

  it('is empty for an empty record', () => {
    expect(periodCounts([], { firstDay: 0, days: [] }, 'month')).toEqual([])
  })
})

function days(length: number, count: number): number[] {
  return Array.from({ length }, () => count)
}
