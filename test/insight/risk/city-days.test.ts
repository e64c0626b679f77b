import { describe, expect, it } from 'vitest'
import { fitCityDays, partOf } from '../../../src/insight/risk/index.ts'
import { FIRST, facts, madeCity } from './made-city.ts'

const { record } = madeCity(420)
const learned = fitCityDays(partOf(record, -Infinity, FIRST + 400), facts)
const dry = { isHoliday: false, weather: null }

describe('fitCityDays', () => {
  it('finds what weekends and snow do', () => {
    const monday = FIRST + 406
    expect((monday - FIRST) % 7).toBe(0)
    const weekday = (day: number) => learned.factors(record, day, dry).weekday
    expect(weekday(monday - 1) / weekday(monday)).toBeCloseTo(0.5, 1)
    const snowy = { ...dry, weather: { ...facts(0).weather!, snowCm: 6 } }
    const weather = (known: typeof dry | typeof snowy) => learned.factors(record, monday, known).weather
    expect(weather(snowy) / weather(dry)).toBeCloseTo(2, 0)
  })

  it('hears of a busy week in the level of the last days', () => {
    const busy = { ...record, day: Int32Array.from([...record.day, ...record.day.filter(day => day > 410)]) }
    const recent = (of: typeof record) => learned.factors(of, FIRST + 420, dry).recent
    expect(recent(busy)).not.toBe(recent(record))
  })

  it('multiplies to days as they were', () => {
    const sum = record.days.slice(30, 400).reduce((total, day) => {
      const factors = Object.values(learned.factors(partOf(record, -Infinity, day), day, facts(day)))
      return total + factors.reduce((product, factor) => product * factor, learned.usual)
    }, 0)
    const seen = record.day.filter(place => place >= 30 && place < 400).length
    expect(sum / seen).toBeCloseTo(1, 1)
  })

  it('refuses to learn from a few days', () => {
    expect(() => fitCityDays(partOf(record, FIRST, FIRST + 59), facts)).toThrow('59 days are too few')
  })
})
