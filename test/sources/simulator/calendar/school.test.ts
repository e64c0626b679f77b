import { describe, expect, it } from 'vitest'
import { isSchoolDay, schoolYears } from '../../../../src/sources/simulator/calendar/school.ts'

describe('the school’s year', () => {
  it('rests in the two warmest months and in its breaks', () => {
    const north = (date: string) => isSchoolDay(date, 40)
    expect(['2026-09-01', '2026-12-23', '2027-01-03', '2027-06-30'].map(north)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(['2026-08-31', '2026-12-24', '2027-01-02', '2027-04-03', '2027-07-01'].map(north)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ])
    const south = (date: string) => isSchoolDay(date, -33)
    expect(['2026-03-01', '2026-08-31', '2026-02-28', '2026-07-05', '2026-12-31'].map(south)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it('is there for each of the years, each with a first day of its own', () => {
    for (const latitude of [40, -33]) {
      const { terms, breaks } = schoolYears(2025, 2028, latitude)
      for (const year of [2025, 2026, 2027, 2028])
        expect(terms.some(({ from, to }) => from <= `${year}-05-04` && to >= `${year}-05-04`)).toBe(true)
      for (const all of [terms, breaks]) expect(new Set(all.map(({ from }) => from)).size).toBe(all.length)
    }
  })
})
