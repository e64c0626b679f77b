import { describe, expect, it } from 'vitest'
import { cityTrends } from '../../../web/src/analysis/city-trends.ts'
import { headline } from '../../../web/src/analysis/headline.ts'
import { district, T0 } from '../fixtures.ts'

const QUARTER = 900_000
const DAY = 96 * QUARTER
const quarters = (days: number, speed: (atMs: number) => number) =>
  Array.from({ length: days * 96 }, (_, i) => T0 - (i + 1) * QUARTER).map(atMs =>
    district('downtown', atMs, { mean_speed_kmh: speed(atMs) }),
  )
const clock = (atMs: number) => new Date(atMs).toISOString().slice(11, 16)
const source = { hours: [], district: null, endMs: T0, timeZone: 'UTC' }

describe('cityTrends', () => {
  it('puts yesterday under today', () => {
    const { speed } = cityTrends({ ...source, recent: quarters(2, atMs => (atMs < T0 - DAY ? 40 : 30)) })
    expect(speed.now.values.at(-1)).toBe(30)
    expect(speed.yesterday.values.at(-1)).toBe(40)
    expect(speed.against).toBe('yesterday')
  })

  it('prefers the usual, and an hour counts as four quarters', () => {
    const hours = [1, 2, 5, 6, 7].flatMap(day =>
      Array.from({ length: 24 }, (_, h) =>
        district('downtown', T0 - day * DAY - (h + 1) * 4 * QUARTER, { vehicles: 2_000 }),
      ),
    )
    const { vehicles } = cityTrends({ ...source, hours, recent: quarters(2, () => 30) })
    expect(vehicles.against).toBe('usual')
    expect(vehicles.usual?.middle.at(-1)).toBe(500)
  })

  it('leaves the unfinished window out', () => {
    const recent = [...quarters(1, () => 30), district('downtown', T0, { mean_speed_kmh: 1 })]
    expect(cityTrends({ ...source, recent }).speed.now.values).not.toContain(1)
  })

  it('compares with yesterday only when four slots are shared, each of them whole', () => {
    const since = (shared: number) => [
      ...quarters(1, () => 30),
      ...quarters(2, () => 40).slice(96, 96 + shared),
      district('downtown', T0 - DAY - (shared + 1) * QUARTER, { vehicles: 9, readings: 9 }),
    ]
    expect(cityTrends({ ...source, recent: since(3) }).speed).toMatchObject({ baseline: null, against: null })
    const { vehicles } = cityTrends({ ...source, recent: since(4) })
    expect(vehicles.against).toBe('yesterday')
    expect(vehicles.yesterday.values).not.toContain(9)
  })

  it('takes one district when asked', () => {
    const recent = [...quarters(1, () => 30), district('outer', T0 - QUARTER, { mean_speed_kmh: 90 })]
    expect(cityTrends({ ...source, recent, district: 'outer' }).speed.now.values.at(-1)).toBe(90)
  })
})

describe('headline', () => {
  it('answers a question', () => {
    const recent = quarters(2, atMs => (atMs >= T0 - 4 * QUARTER ? 20 : 30))
    expect(headline('speed', cityTrends({ ...source, recent }).speed, clock)).toBe(
      'Slower than yesterday since 16:00',
    )
    expect(headline('vehicles', cityTrends({ ...source, recent }).vehicles, clock)).toBe(
      'Traffic as yesterday',
    )
  })

  it('names no start where yesterday only begins', () => {
    const recent = [...quarters(1, () => 30), ...quarters(2, () => 40).slice(96, 101)]
    expect(headline('speed', cityTrends({ ...source, recent }).speed, clock)).toBe('Slower than yesterday')
  })

  it('claims nothing where there is nothing to compare with', () => {
    const { speed } = cityTrends({ ...source, recent: quarters(1, () => 30) })
    expect(headline('speed', speed, clock)).toBe('Speed over the last 24 hours')
  })
})
