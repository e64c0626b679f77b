import { describe, expect, it } from 'vitest'
import { habitsOf } from '../../../src/insight/risk/habits.ts'
import { FIRST, madeCity } from './made-city.ts'

const { record } = madeCity(365)
const habits = habitsOf(record, FIRST + 365)
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)

describe('habitsOf', () => {
  it('has shares that add up to one', () => {
    expect(sum(habits.community)).toBeCloseTo(1, 12)
    for (let weekday = 1; weekday <= 7; weekday++) {
      expect(sum(habits.hour.subarray((weekday - 1) * 24, weekday * 24))).toBeCloseTo(1, 12)
      for (let community = 0; community < 5; community++) {
        const hours = Array.from({ length: 24 }, (_, h) => habits.hourIn(community, weekday, h))
        expect(sum(hours)).toBeCloseTo(1, 12)
      }
    }
  })

  it('finds where incidents are', () => {
    expect(habits.community[record.communities.indexOf('Beltline')]).toBeCloseTo(0.5, 1)
  })

  it('finds that a community has other hours than the city', () => {
    const downtown = record.communities.indexOf('Downtown')
    const beltline = record.communities.indexOf('Beltline')
    expect(habits.hourIn(downtown, 1, 8)).toBeGreaterThan(1.5 * habits.hourIn(beltline, 1, 8))
  })

  it('does not look at what comes later', () => {
    const before = habitsOf(record, FIRST + 100)
    const cut = { ...record, day: record.day.filter(day => day < 100) }
    expect([...habitsOf(cut, FIRST + 100).community]).toEqual([...before.community])
  })

  it('takes all communities and hours as equal without a past', () => {
    const none = habitsOf(record, FIRST)
    expect([...none.community]).toEqual(Array(5).fill(0.2))
    expect(none.hourIn(0, 1, 8)).toBeCloseTo(1 / 24, 12)
  })
})
