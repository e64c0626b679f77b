import { describe, expect, it } from 'vitest'
import { zoneOffsets } from '../../../src/core/time/index.ts'
import { DAY_MS, HOUR_MS } from '../../../src/core/time/spans.ts'
import { ratesDuring } from '../../../src/insight/safety/index.ts'

const UTC = zoneOffsets('UTC')
const MONDAY = Date.parse('2018-01-01')
const coverage = (days: number, silent: readonly number[] = []) => ({
  firstDay: MONDAY / DAY_MS,
  days: Array.from({ length: days }, (_, i) =>
    silent.includes(i) ? ('silent' as const) : ('full' as const),
  ),
})
const flat = new Float64Array(168).fill(1)
const at = (week: number, hour: number, north = 0) => ({
  startedAtMs: MONDAY + week * 7 * DAY_MS + hour * HOUR_MS + 60_000,
  latitude: 51.05 + north / 111_195,
  longitude: -114.07,
})
/** Monday of the fifth week, 18:00 to 22:00. */
const game = {
  id: 'game',
  latitude: 51.05,
  longitude: -114.07,
  startMs: MONDAY + 28 * DAY_MS + 18 * HOUR_MS,
  endMs: MONDAY + 28 * DAY_MS + 22 * HOUR_MS,
}
const options = { withinM: 500, weeks: 4 }
const rate = (incidents: readonly ReturnType<typeof at>[], days = coverage(70)) =>
  ratesDuring([game], incidents, days, flat, UTC, options).places[0]!

describe('ratesDuring', () => {
  it('compares with the same hours of the weeks around', () => {
    const incidents = [at(4, 19), at(4, 20), at(4, 21), at(3, 19), at(5, 20), at(2, 23), at(3, 24 + 19)]
    const { incidentsDuring, incidentsMatched, hoursDuring, hoursMatched, ratio } = rate(incidents)
    expect([incidentsDuring, hoursDuring]).toEqual([3, 4])
    // Four weeks before and four after; 23:00 and Tuesday do not match.
    expect([incidentsMatched, hoursMatched]).toEqual([2, 32])
    expect(ratio.value).toBeCloseTo(3 / 4 / (2 / 32), 9)
  })

  it('counts what was recorded of works that have no end in sight, and works on nothing beyond', () => {
    const works = { ...game, endMs: Date.parse('2299-01-01') }
    let asked = 0
    const { firstDay, days } = coverage(70)
    const record = {
      firstDay,
      get days() {
        asked++
        return days
      },
    }
    const incidents = [at(4, 20), at(9, 3), at(3, 19)]
    const [found] = ratesDuring([works], incidents, record, flat, UTC, options).places
    expect(found).toMatchObject({ incidentsDuring: 2, hoursDuring: 6 * 168 - 18 })
    expect(found).toMatchObject({ incidentsMatched: 1, hoursMatched: 4 * 168 })
    expect(asked).toBeLessThan(5_000)
  })

  it('counts within 500 m only', () => {
    expect(rate([at(4, 19, 499), at(4, 19, 501)]).incidentsDuring).toBe(1)
  })

  it('leaves silent weeks out of incidents and hours alike', () => {
    expect(rate([at(3, 19)], coverage(70, [21])).hoursMatched).toBe(28)
    expect(rate([at(3, 19)], coverage(70, [21])).incidentsMatched).toBe(0)
  })

  it('does not compare with hours in which a neighbour was active', () => {
    const other = { ...game, id: 'other', startMs: game.startMs - 7 * DAY_MS, endMs: game.endMs - 7 * DAY_MS }
    const [first] = ratesDuring([game, other], [], coverage(70), flat, UTC, options).places
    expect(first?.hoursMatched).toBe(28)
    const far = { ...other, latitude: 51.2 }
    expect(ratesDuring([game, far], [], coverage(70), flat, UTC, options).places[0]?.hoursMatched).toBe(32)
  })

  it('weighs hours by how busy they usually are where whole days are compared', () => {
    // Works from Monday to Wednesday noon beside whole weeks of the same hours: nothing to weigh; so take a short span instead.
    const works = { ...game, startMs: MONDAY + 28 * DAY_MS, endMs: MONDAY + 28 * DAY_MS + 36 * HOUR_MS }
    const busy = flat.map((_, hour) => (hour < 24 ? 3 : 1))
    // The record knows only the Tuesdays of the weeks around: they are less busy than the Monday of the works.
    const mondays = [0, 7, 14, 21, 35, 42, 49, 56, 63]
    const incidents = [at(4, 1), at(4, 2), at(4, 3), at(3, 25)]
    const { ratio } = ratesDuring([works], incidents, coverage(70, mondays), busy, UTC, options).places[0]!
    // During: 24 h of 3 and 12 h of 1 parts; matched: 8 times 12 h of 1 part.
    expect(ratio.value).toBeCloseTo(3 / 84 / (1 / 96), 9)
  })

  it('puts places together beside their own weeks', () => {
    const calm = { ...game, id: 'calm', latitude: 51.3 }
    const there = (week: number, hour: number) => ({ ...at(week, hour), latitude: 51.3 })
    const incidents = [
      ...[4, 4].map(week => at(week, 19)),
      ...[0, 1, 2, 3, 5, 6, 7, 8].map(week => at(week, 20)),
      there(4, 20),
      ...[1, 3, 6, 8].map(week => there(week, 21)),
    ]
    const { together } = ratesDuring([game, calm], incidents, coverage(70), flat, UTC, options)
    expect(together?.value).toBeCloseTo(2, 9)
    expect(together!.low).toBeLessThan(1)
    expect(together!.high).toBeGreaterThan(4)
  })

  it('has nothing to say together without incidents', () => {
    const { together, says } = ratesDuring([game], [], coverage(70), flat, UTC, options)
    expect(together).toBeNull()
    expect(says).toMatch(/not crashes/)
  })
})
