import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import { offsetMinutesAt, offsetMsAt, zoneOffsets, zoneTransitions } from '../../../src/core/time/zone.ts'

const newYork = zoneOffsets('America/New_York')

describe('offsetMinutesAt', () => {
  it('changes at the very second the clocks change', () => {
    const springMs = Date.parse('2026-03-08T07:00:00Z')
    expect(offsetMinutesAt(newYork, springMs - 1)).toBe(-300)
    expect(offsetMinutesAt(newYork, springMs)).toBe(-240)
  })

  it('answers the same whatever was asked before', () => {
    const summerMs = Date.parse('2026-07-01T00:00:00Z')
    const winterMs = Date.parse('2027-01-01T00:00:00Z')
    const answers = [summerMs, winterMs, summerMs, winterMs].map(ms => offsetMinutesAt(newYork, ms))
    expect(answers).toEqual([-240, -300, -240, -300])
  })

  it('knows quarter hours, fixed offsets and zones without daylight time', () => {
    const ms = Date.parse('2026-01-15T00:00:00Z')
    expect(offsetMinutesAt(zoneOffsets('Asia/Kathmandu'), ms)).toBe(345)
    expect(offsetMinutesAt(zoneOffsets('+05:30'), ms)).toBe(330)
    expect(offsetMinutesAt(zoneOffsets('UTC'), ms)).toBe(0)
  })

  it('agrees with the runtime all over the world, over sixty years', () => {
    const zones = ['Africa/Casablanca', 'Australia/Lord_Howe', 'Pacific/Apia', 'Europe/London']
    for (const name of zones) {
      const zone = zoneOffsets(name)
      const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
      for (let ms = Date.parse('1975-01-01T00:00:00Z'), i = 0; i < 700; i++, ms += 2_711_357_000) {
        const text = format.formatToParts(ms).find(part => part.type === 'timeZoneName')?.value
        const [, sign = '+', hours = 0, minutes = 0] = /GMT([+-])(\d\d):(\d\d)/.exec(text ?? '') ?? []
        const expected = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) || 0
        expect([name, ms, offsetMinutesAt(zone, ms)]).toEqual([name, ms, expected])
      }
    }
  })

  it('is NaN for an instant no calendar has', () => {
    expect(offsetMsAt(newYork, 1e300)).toBeNaN()
  })
})

describe('zoneOffsets', () => {
  it('names a zone it does not know, and what to write instead', () => {
    expect(() => zoneOffsets('America/Gotham')).toThrow(UsageError)
    expect(() => zoneOffsets('America/Gotham')).toThrow(/"America\/Gotham".*America\/New_York/)
  })
})

describe('zoneTransitions', () => {
  const year = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2027-01-01T00:00:00Z')] as const

  it('lists the two changes of a year', () => {
    expect(zoneTransitions(newYork, ...year)).toEqual([
      { atMs: Date.parse('2026-03-08T07:00:00Z'), beforeMinutes: -300, afterMinutes: -240 },
      { atMs: Date.parse('2026-11-01T06:00:00Z'), beforeMinutes: -240, afterMinutes: -300 },
    ])
  })

  it('is empty where no clock changes, and the end is not included', () => {
    expect(zoneTransitions(zoneOffsets('UTC'), ...year)).toEqual([])
    const springMs = Date.parse('2026-03-08T07:00:00Z')
    expect(zoneTransitions(newYork, springMs - 1, springMs)).toEqual([])
    expect(zoneTransitions(newYork, springMs, springMs + 1)).toHaveLength(1)
  })
})
