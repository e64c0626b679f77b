import { describe, expect, it } from 'vitest'
import { toSeries } from '../../../web/src/analysis/series.ts'
import { usualFor } from '../../../web/src/analysis/usual.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A Wednesday, 12:00 UTC. */
const NOON = Date.UTC(2026, 2, 4, 12)
const target = toSeries([], NOON - HOUR, NOON, HOUR / 4)
const daysBack = (days: readonly number[], value: (day: number) => number) =>
  days.flatMap(day =>
    Array.from({ length: 24 }, (_, hour) => ({
      atMs: NOON - day * DAY - (hour + 1) * HOUR,
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

  it('interpolates between the middles of hours', () => {
    const points = [1, 2, 5].flatMap(day => [
      { atMs: NOON - day * DAY - 2 * HOUR, value: 0 },
      { atMs: NOON - day * DAY - HOUR, value: 80 },
    ])
    const thirds = toSeries([], NOON - HOUR, NOON, HOUR / 3)
    // Ten minutes into the hour: two thirds of the way from the middle of the hour before.
    expect(usualFor(thirds, points, 60, 'UTC')?.middle.slice(0, 2)).toEqual([expect.closeTo(53.33, 1), 80])
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
