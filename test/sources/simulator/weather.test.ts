import { describe, expect, it } from 'vitest'
import { WEATHER_KINDS, weatherAt, weatherKinds } from '../../../src/sources/simulator/weather.ts'

const START_MS = Date.parse('2026-01-01T00:00:00Z')
const STEP_MS = 300_000
const kinds = Array.from({ length: 20_000 }, (_, i) => weatherAt(42, START_MS + i * STEP_MS).kind)

describe('weatherAt', () => {
  it('persists for hours', () => {
    const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length
    expect(changes).toBeGreaterThan(100)
    expect(changes).toBeLessThan(kinds.length / 20)
  })

  it('never jumps over a kind', () => {
    const order = ['clear', 'cloudy', 'rain', 'storm']
    const steps = kinds.map((kind, i) =>
      Math.abs(order.indexOf(kind) - order.indexOf(kinds[Math.max(0, i - 1)]!)),
    )
    expect(Math.max(...steps)).toBe(1)
  })

  it('shows every kind, and mostly dry weather', () => {
    const share = (kind: string) => kinds.filter(k => k === kind).length / kinds.length
    expect(share('storm')).toBeGreaterThan(0)
    expect(share('clear') + share('cloudy')).toBeGreaterThan(0.7)
  })

  it('stays the same within a step and depends on the seed', () => {
    expect(weatherAt(42, START_MS + STEP_MS - 1)).toBe(weatherAt(42, START_MS))
    const other = kinds.map((_, i) => weatherAt(7, START_MS + i * STEP_MS).kind)
    expect(other).not.toEqual(kinds)
  })

  it('says the same of many steps as of each', () => {
    for (const interval of [10, 300, 86_400]) {
      const first = Math.floor(START_MS / (interval * 1000))
      const many = [...weatherKinds(42, first, 300, interval)]
      const each = many.map((_, i) => weatherAt(42, (first + i) * interval * 1000, interval).kind)
      expect(many.map(kind => WEATHER_KINDS[kind])).toEqual(each)
    }
  })

  it('also works with very long and very short steps', () => {
    for (const interval of [10, 86_400]) {
      const seen = Array.from(
        { length: 50 },
        (_, i) => weatherAt(1, START_MS + i * interval * 1000, interval).kind,
      )
      expect(new Set(['clear', 'cloudy', 'rain', 'storm', ...seen]).size).toBe(4)
    }
  })
})
