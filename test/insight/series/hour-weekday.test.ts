import { describe, expect, it } from 'vitest'
import { hourWeekdayGrid, peakTimes } from '../../../src/insight/series/index.ts'
import { MONDAY, madeRecord } from './made-record.ts'

describe('hourWeekdayGrid', () => {
  it('divides each weekday by how many of it are covered in full', () => {
    // Four weeks of five a day; Tuesday of the second week is silent, and so its neighbours are known in part.
    const { incidents, coverage } = madeRecord(Array.from({ length: 28 }, (_, i) => (i === 8 ? 0 : 12)))
    expect(coverage.days[8]).toBe('silent')
    const { counts, daysOf, perHour } = hourWeekdayGrid(incidents, coverage)
    // The first Monday and the last Sunday are the ends of the record.
    expect([...daysOf]).toEqual([2, 3, 3, 4, 4, 4, 3])
    expect(counts[0]).toBe(2)
    expect([perHour[0], perHour[24 + 11], perHour[24 + 12]]).toEqual([1, 1, 0])
  })

  it('does not know a weekday that was never covered', () => {
    const { incidents, coverage } = madeRecord([3, 3, 3])
    const { perHour } = hourWeekdayGrid(incidents, coverage)
    expect(perHour[0]).toBeNaN()
    expect(perHour[24]).toBe(1)
  })

  it('goes by the clock of the city', () => {
    const { coverage } = madeRecord([3, 3, 3, 3])
    const late = { startedAtMs: (MONDAY + 2) * 864e5 + 2 * 36e5, utcOffsetMin: -420 }
    const { counts } = hourWeekdayGrid([late], coverage)
    expect(counts.indexOf(1)).toBe(24 + 19)
  })
})

describe('peakTimes', () => {
  it('ranks by rate, with intervals', () => {
    const { incidents, coverage } = madeRecord(Array.from({ length: 29 }, (_, i) => (i % 7 === 4 ? 30 : 8)))
    const { hours, weekdays, hoursOfWeek } = peakTimes(hourWeekdayGrid(incidents, coverage))
    expect(weekdays[0]).toMatchObject({ weekday: 5, hour: null, count: 120 })
    expect(hours[0]?.hour).toBe(0)
    expect(hoursOfWeek[0]).toMatchObject({ weekday: 5, hour: 0 })
    const { value, low, high } = weekdays[0]!.perHour
    expect([value, low < value, value < high]).toEqual([30 / 24, true, true])
  })

  it('leaves out weekdays of which nothing is known', () => {
    const { incidents, coverage } = madeRecord([3, 3, 3])
    expect(peakTimes(hourWeekdayGrid(incidents, coverage)).weekdays.map(({ weekday }) => weekday)).toEqual([
      2,
    ])
  })
})
