import { describe, expect, it } from 'vitest'
import { cityTrends } from '../../../web/src/analysis/city-trends.ts'
import { changeAt } from '../../../web/src/analysis/trend.ts'
import { headline } from '../../../web/src/state/history.ts'
import { district, T0 } from '../fixtures.ts'

const QUARTER = 900_000
const DAY = 96 * QUARTER
const quarters = (days: number, speed: (atMs: number) => number) =>
  Array.from({ length: days * 96 }, (_, i) => T0 - (i + 1) * QUARTER).map(atMs =>
    district('downtown', atMs, { mean_speed_kmh: speed(atMs) }),
  )
const clock = (atMs: number) => new Date(atMs).toISOString().slice(11, 16)
const source = { quarters: [], endMs: T0, timeZone: 'UTC' }

/** The wait of a day with two sharp peaks, s; nothing like it is seen by the hour. */
function peaked(atMs: number): number {
  const hour = (atMs / 3_600_000) % 24
  const peak = (at: number) => Math.exp(-(((hour - at) / 0.45) ** 2))
  return 12 + 48 * peak(8.25) + 40 * peak(17.5)
}

describe('cityTrends', () => {
  it('puts yesterday under today', () => {
    const recent = quarters(2, atMs => (atMs < T0 - DAY ? 40 : 30))
    const { speed } = cityTrends({ ...source, recent }, null)
    expect(speed.now.values.at(-1)).toBe(30)
    expect(speed.yesterday.values.at(-1)).toBe(40)
    expect(speed.against).toBe('yesterday')
  })

  it('knows the usual of every quarter-hour as it was, at the sharpest peak too', () => {
    const day = (back: number) =>
      Array.from({ length: 96 }, (_, i) => T0 - back * DAY - (i + 1) * QUARTER).map(atMs =>
        district('downtown', atMs, { mean_wait_s: peaked(atMs + QUARTER / 2) }),
      )
    const { wait } = cityTrends(
      { ...source, recent: [...day(0), ...day(1)], quarters: [2, 3, 4, 5, 6, 7].flatMap(day) },
      null,
    )
    expect(wait.against).toBe('usual')
    wait.now.values.forEach((value, slot) => expect(wait.usual?.middle[slot]).toBeCloseTo(value ?? NaN, 6))
  })

  it('compares with nothing while the usual is not known, instead of with something else first', () => {
    const recent = quarters(2, () => 30)
    const { speed } = cityTrends({ ...source, recent, quarters: null }, null)
    expect(speed).toMatchObject({ against: null, baseline: null })
    expect(speed.baselineAt(T0)).toBeNull()
  })

  it('counts a window once that both histories hold', () => {
    const recent = quarters(2, () => 30)
    const older = quarters(6, atMs => (atMs < T0 - 2 * DAY ? 30 : 99))
    const { vehicles } = cityTrends({ ...source, recent, quarters: older }, null)
    expect(vehicles.usual?.middle.at(-1)).toBe(500)
  })

  it('leaves the unfinished window out', () => {
    const recent = [...quarters(1, () => 30), district('downtown', T0, { mean_speed_kmh: 1 })]
    expect(cityTrends({ ...source, recent }, null).speed.now.values).not.toContain(1)
  })

  it('compares a live figure with the same minutes of yesterday, within the window that is still open', () => {
    const recent = [
      ...quarters(2, atMs => (atMs === T0 - DAY - QUARTER ? 80 : 40)),
      district('downtown', T0 - DAY, { mean_speed_kmh: 20 }),
    ].filter((row, i, all) => all.findLastIndex(other => other.window_start === row.window_start) === i)
    const { speed } = cityTrends({ ...source, recent }, null)
    // The five minutes up to 17:05 lie in the quarter-hour from 17:00, which was at 20 yesterday.
    expect(changeAt(speed, 20, T0 + 5 * 60_000)).toBe(0)
    expect(changeAt(speed, 20, T0 - 60_000)).toBe(-0.75)
  })

  it('compares with yesterday only when four slots are shared, each of them whole', () => {
    const since = (shared: number) => [
      ...quarters(1, () => 30),
      ...quarters(2, () => 40).slice(96, 96 + shared),
      district('downtown', T0 - DAY - (shared + 1) * QUARTER, { vehicles: 9, readings: 9 }),
    ]
    expect(cityTrends({ ...source, recent: since(3) }, null).speed).toMatchObject({
      baseline: null,
      against: null,
    })
    const { vehicles } = cityTrends({ ...source, recent: since(4) }, null)
    expect(vehicles.against).toBe('yesterday')
    expect(vehicles.yesterday.values).not.toContain(9)
  })

  it('takes one district when asked', () => {
    const recent = [...quarters(1, () => 30), district('outer', T0 - QUARTER, { mean_speed_kmh: 90 })]
    expect(cityTrends({ ...source, recent }, 'outer').speed.now.values.at(-1)).toBe(90)
  })
})

describe('headline', () => {
  it('answers a question', () => {
    const recent = quarters(2, atMs => (atMs >= T0 - 4 * QUARTER ? 20 : 30))
    const { speed, vehicles } = cityTrends({ ...source, recent }, null)
    expect(headline('speed', speed, null, clock)).toBe('Slower than yesterday since 16:00')
    expect(headline('vehicles', vehicles, null, clock)).toBe('Traffic as yesterday')
  })

  it('names no start where yesterday only begins', () => {
    const recent = [...quarters(1, () => 30), ...quarters(2, () => 40).slice(96, 101)]
    expect(headline('speed', cityTrends({ ...source, recent }, null).speed, null, clock)).toBe(
      'Slower than yesterday',
    )
  })

  it('claims nothing where there is nothing to compare with', () => {
    const { speed } = cityTrends({ ...source, recent: quarters(1, () => 30) }, null)
    expect(headline('speed', speed, null, clock)).toBe('Speed over the last 24 hours')
  })

  it('says no more than how much was measured of what is mostly gaps', () => {
    // One quarter-hour in four, the newest among them, all as yesterday.
    const recent = quarters(2, () => 30).filter((_, i) => i % 4 === 0)
    expect(headline('speed', cityTrends({ ...source, recent }, null).speed, null, clock)).toBe(
      'Speed, measured for 6 of the last 24 hours',
    )
  })

  it('says since when nothing was measured, and speaks of no present', () => {
    const recent = quarters(2, () => 30).filter((_, i) => i > 7)
    const { speed } = cityTrends({ ...source, recent }, null)
    expect(headline('speed', speed, null, clock)).toBe('Speed, not measured since 15:00')
    expect(changeAt(speed, 10, T0)).toBeNull()
  })

  it('does not call a silent site as usual', () => {
    const { speed } = cityTrends({ ...source, recent: quarters(2, () => 30) }, null)
    expect(headline('speed', speed, null, clock, T0 - 20 * 60_000)).toBe('Speed, not measured since 16:40')
  })
})
