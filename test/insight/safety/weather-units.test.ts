import { describe, expect, it } from 'vitest'
import { zoneOffsets } from '../../../src/core/time/index.ts'
import type { Coverage } from '../../../src/core/time/index.ts'
import { DAY_MS, HOUR_MS } from '../../../src/core/time/spans.ts'
import { weatherUnits, type HourWeather } from '../../../src/insight/safety/index.ts'

const zone = zoneOffsets('America/Edmonton')
/** In summer, when the clock is an hour ahead of standard time. */
const FIRST_DAY = Date.parse('2018-07-02') / DAY_MS
const coverage: Coverage = { firstDay: FIRST_DAY, days: ['part', 'full', 'full', 'silent', 'full'] }
const any = { fromDay: null, toDay: null, isMeant: () => true }
const hourOf = (iso: string) => Date.parse(iso) / HOUR_MS
const dry = { weather: 'dry', isOfDay: false } as const

describe('weatherUnits', () => {
  it('makes a unit of each hour that was observed, with what began in it', () => {
    const units = weatherUnits(
      ['2018-07-03T14:10:00Z', '2018-07-03T14:59:59Z', '2018-07-03T15:00:00Z'].map(Date.parse),
      ...([coverage, () => dry, zone, { ...any, fromDay: FIRST_DAY + 1, toDay: FIRST_DAY + 1 }] as const),
    )
    expect(units.hours).toHaveLength(24)
    expect(units.hours.reduce((sum, { incidents }) => sum + incidents, 0)).toBe(3)
    expect(units.hours.find(({ incidents }) => incidents === 2)).toEqual({
      ...{ stratum: '2018-07 2 8', condition: 'dry', incidents: 2, hours: 1 },
    })
    expect(units.days).toEqual([])
  })

  it('makes a unit of each day of standard time where only the day is known', () => {
    // The climate day of 3 July lasts from 07:00 UTC to 07:00 UTC, which is 01:00 to 01:00 of the summer's clock.
    const first = hourOf('2018-07-03T07:00:00Z')
    const weatherAt = (hour: number): HourWeather | null =>
      hour < first || hour >= first + 24 ? null : { weather: 'rain', isOfDay: true }
    const units = weatherUnits([Date.parse('2018-07-04T06:30:00Z')], coverage, weatherAt, zone, any)
    expect(units.days).toEqual([{ stratum: '2018-07 2', condition: 'rain', incidents: 1, hours: 24 }])
  })

  it('leaves out what the record does not cover, and what no weather is known of, and says how much', () => {
    const known = hourOf('2018-07-04T12:00:00Z')
    const starts = ['2018-07-02T20:00:00Z', '2018-07-04T12:30:00Z', '2018-07-04T13:30:00Z'].map(Date.parse)
    const units = weatherUnits(starts, coverage, hour => (hour === known ? dry : null), zone, any)
    expect(units.hours).toHaveLength(1)
    expect(units.leftOut).toEqual({
      notCovered: { hours: 48, incidents: 1 },
      unknown: { hours: 71, incidents: 1 },
    })
  })

  it('keeps to the hours of the week that are meant', () => {
    const isMeant = (weekday: number, hour: number) => weekday === 2 && hour >= 22
    const units = weatherUnits([], coverage, () => dry, zone, { ...any, isMeant })
    expect(units.hours.map(({ stratum }) => stratum)).toEqual(['2018-07 2 22', '2018-07 2 23'])
  })
})
