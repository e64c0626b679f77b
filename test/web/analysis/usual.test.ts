import { describe, expect, it } from 'vitest'
import { toSeries } from '../../../web/src/analysis/series.ts'
import { between, usualFor } from '../../../web/src/analysis/usual.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A Wednesday, 12:00 UTC. */
const NOON = Date.UTC(2026, 2, 4, 12)
const target = toSeries([], NOON - HOUR, NOON, HOUR / 4)
const daysBack = (days: readonly number[], value: (day: number) => number) =>
  days.flatMap(day =>
    Array.from({ length: 24 }, (_, hour) => ({
      atMs: NOON - day * DAY - hour * HOUR,
      value: value(day),
    })),
  )

describe('usualFor', () => {
  it('is the median of earlier days at the same time', () => {
    const usual = usualFor(
      target,
      daysBack([1, 2, 5], day => day * 10),
      60,
      'UTC',
    )
    expect(usual?.middle).toEqual([20, 20, 20, 20])
    expect(usual?.days).toBeGreaterThanOrEqual(3)
  })

  it('has a band only when there are four days', () => {
    expect(
      usualFor(
        target,
        daysBack([1, 2, 5], () => 1),
        60,
        'UTC',
      )?.low[0],
    ).toBeNull()
    expect(
      usualFor(
        target,
        daysBack([1, 2, 5, 6, 7], day => day),
        60,
        'UTC',
      )?.low[0],
    ).not.toBeNull()
  })

  it('compares working days with working days', () => {
    // Days 3 and 4 before a Wednesday are Sunday and Saturday.
    const usual = usualFor(
      target,
      daysBack([1, 2, 3, 4, 5, 6], day => (day === 3 || day === 4 ? 900 : 10)),
      60,
      'UTC',
    )
    expect(usual?.middle[0]).toBe(10)
  })

  it('interpolates between the middles of quarter-hours', () => {
    const points = [1, 2, 5].flatMap(day => [
      { atMs: NOON - day * DAY - HOUR / 2, value: 0 },
      { atMs: NOON - day * DAY - HOUR / 4, value: 90 },
    ])
    const fives = toSeries([], NOON - HOUR / 4, NOON, HOUR / 12)
    // The middle of 11:45–11:50 lies a third of a quarter-hour before that of 11:45–12:00.
    const usual = usualFor(fives, points, 15, 'UTC')
    expect(usual?.middle).toEqual([expect.closeTo(60, 6), 90, null])
    expect(usual?.at(NOON - 15 * 60_000)).toBeCloseTo(45, 6)
  })

  it('judges each slot by its own day: a Friday seen on Saturday is a working day', () => {
    const saturday = Date.UTC(2026, 2, 7, 12)
    const days = Array.from({ length: 14 }, (_, i) => i + 2).flatMap(day =>
      Array.from({ length: 96 }, (_, i) => {
        const atMs = saturday - day * DAY + (i * HOUR) / 4
        return { atMs, value: [0, 6].includes(new Date(atMs).getUTCDay()) ? 10 : 50 }
      }),
    )
    const usual = usualFor(toSeries([], saturday - DAY, saturday, HOUR / 4), days, 15, 'UTC')
    expect(usual?.middle[0]).toBe(50)
    expect(usual?.middle.at(-1)).toBe(10)
  })

  it('follows the local clock over a change of clocks', () => {
    // New York: clocks went forward on 8 March 2026. 12:00 local is 17:00 UTC before, 16:00 UTC after.
    const after = Date.UTC(2026, 2, 11, 16)
    const before = [2, 3, 4].map(day => ({ atMs: Date.UTC(2026, 2, day, 17), value: day }))
    const series = toSeries([], after, after + HOUR, HOUR)
    expect(usualFor(series, before, 60, 'America/New_York')?.middle).toEqual([3])
  })

  it('is not there before three days, nor from gaps', () => {
    expect(
      usualFor(
        target,
        daysBack([1, 2], () => 1).filter(p => p.atMs > NOON - 2 * DAY),
        60,
        'UTC',
      ),
    ).toBeNull()
    expect(usualFor(target, [{ atMs: NOON - DAY, value: null }], 60, 'UTC')).toBeNull()
  })
})

describe('between', () => {
  const day = [10, null, 30, 40]

  it('is null beside a bucket without a value, never its neighbour', () => {
    // Buckets of six hours: their middles are at 3, 9, 15 and 21 o’clock.
    for (const hour of [3.1, 6, 8.9, 9, 9.1, 12, 14.9]) expect(between(day, 360, hour * 60)).toBeNull()
  })

  it('is the bucket’s own value on its middle, whatever stands beside it', () => {
    expect(between(day, 360, 3 * 60)).toBe(10)
    expect(between(day, 360, 15 * 60)).toBe(30)
  })

  it('goes around midnight', () => {
    expect(between(day, 360, 0)).toBe(25)
    expect(between(day, 360, 18 * 60)).toBe(35)
  })
})
