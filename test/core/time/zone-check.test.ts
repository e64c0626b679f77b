import { describe, expect, it } from 'vitest'
import { checkZone, offsetMinutesAt, zoneOffsets, zoneWarning } from '../../../src/core/time/index.ts'
import { carriedVersion, carriedZone } from '../../../src/core/time/carried-zones.ts'

const at = (text: string) => Date.parse(text)

describe('the carried zone data', () => {
  const edmonton = zoneOffsets('America/Edmonton')

  it('keep Alberta on −06:00 from June 2026 on', () => {
    expect(offsetMinutesAt(edmonton, at('2026-03-08T08:59:59Z'))).toBe(-420)
    expect(offsetMinutesAt(edmonton, at('2026-03-08T09:00:00Z'))).toBe(-360)
    for (const text of [
      '2026-06-18T00:00:00Z',
      '2026-11-01T08:00:00Z',
      '2027-01-15T00:00:00Z',
      '2037-12-31T00:00:00Z',
    ])
      expect([text, offsetMinutesAt(edmonton, at(text))]).toEqual([text, -360])
  })

  it('change the clocks of the years before as they were changed', () => {
    expect(offsetMinutesAt(edmonton, at('2017-11-05T07:59:59Z'))).toBe(-360)
    expect(offsetMinutesAt(edmonton, at('2017-11-05T08:00:00Z'))).toBe(-420)
    // The rule of April to October held until 2006.
    expect(offsetMinutesAt(edmonton, at('2006-03-20T12:00:00Z'))).toBe(-420)
  })

  it('know links, and no fixed offsets', () => {
    expect(carriedZone('Canada/Mountain')).toEqual(carriedZone('America/Edmonton'))
    expect(carriedZone('america/edmonton')).toEqual(carriedZone('America/Edmonton'))
    expect(carriedZone('+05:30')).toBeNull()
    expect(carriedVersion()).toMatch(/^20\d\d[a-z]$/)
  })

  it('are not older than the runtime of the tests', () => {
    expect(carriedVersion() >= (process.versions['tz'] ?? '')).toBe(true)
  })
})

describe('checkZone', () => {
  it('is content where both say the same', () => {
    const check = checkZone('Europe/London', 2015, 2025, '2025b')
    expect(check).toMatchObject({ runtime: '2025b', differsAt: null, isUnknown: false })
    expect(zoneWarning('Europe/London', check)).toBeNull()
  })

  it('has nothing to compare of a fixed offset', () => {
    const check = checkZone('+05:30', 2026, 2026, '2026c')
    expect(zoneWarning('+05:30', check)).toBeNull()
  })
})

describe('zoneWarning', () => {
  const differing = {
    carried: '2026c',
    runtime: '2025b',
    differsAt: { atMs: at('2026-11-01T08:00:00Z'), carriedMin: -360, runtimeMin: -420 },
    isUnknown: false,
  }

  it('says from when on the runtime is wrong, and what to update', () => {
    expect(zoneWarning('America/Edmonton', differing)).toMatch(
      /Node's zone data \(2025b\) say UTC-07:00 for America\/Edmonton from 2026-11-01T08:00:00.000Z on, those carried here \(2026c\) UTC-06:00.*update Node/,
    )
  })

  it('says of a zone the carried data do not have that the runtime counts', () => {
    const check = { carried: '2026c', runtime: '2027a', differsAt: null, isUnknown: true }
    expect(zoneWarning('Mars/Olympus', check)).toMatch(
      /Mars\/Olympus is not in the zone data.*\(2027a\) count/,
    )
  })

  it('says when the carried ones are the older', () => {
    expect(zoneWarning('America/Edmonton', { ...differing, carried: '2025a' })).toMatch(/update Arterial$/)
  })
})
