import { describe, expect, it } from 'vitest'
import { localDay, offsetMinutes } from '../../../web/src/analysis/local-time.ts'

describe('offsetMinutes', () => {
  it('knows both sides of a change of clocks', () => {
    expect(offsetMinutes(Date.UTC(2026, 2, 8, 6, 59), 'America/New_York')).toBe(-300)
    expect(offsetMinutes(Date.UTC(2026, 2, 8, 7, 0), 'America/New_York')).toBe(-240)
  })

  it('knows zones that are off by less than an hour', () => {
    expect(offsetMinutes(T, 'Asia/Kathmandu')).toBe(345)
  })
})

const T = Date.UTC(2026, 2, 7, 3, 30)

describe('localDay', () => {
  it('tells the minute and the kind of the local day', () => {
    // Saturday 03:30 UTC is still Friday evening in New York.
    expect(localDay(T, 'UTC')).toMatchObject({ minute: 210, weekend: true })
    expect(localDay(T, 'America/New_York')).toMatchObject({ minute: 22 * 60 + 30, weekend: false })
  })

  it('goes below 1970', () => {
    expect(localDay(-60_000, 'UTC')).toEqual({ minute: 1439, day: -1, weekend: false })
  })
})
