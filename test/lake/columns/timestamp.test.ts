import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { zoneOffsets } from '../../../src/core/time/index.ts'
import { TimestampParser } from '../../../src/lake/columns/timestamp.ts'

const parser = new TimestampParser(zoneOffsets('America/New_York'))
const parse = (text: string) => parser.parse(Buffer.from(`<${text}>`), 1, 1 + Buffer.byteLength(text))
const iso = (text: string) => new Date(parse(text)).toISOString()

describe('TimestampParser', () => {
  it.each([
    ['2026-03-15T11:59:30Z', '2026-03-15T11:59:30.000Z'],
    ['2026-03-15t11:59:30z', '2026-03-15T11:59:30.000Z'],
    ['2026-03-15 11:59Z', '2026-03-15T11:59:00.000Z'],
    ['2026-03-15T11:59:30.1Z', '2026-03-15T11:59:30.100Z'],
    ['2026-03-15T11:59:30,1239999Z', '2026-03-15T11:59:30.123Z'],
    ['2026-03-15T11:59:30.000000001Z', '2026-03-15T11:59:30.000Z'],
    ['2026-03-15T11:59:30+05:30', '2026-03-15T06:29:30.000Z'],
    ['2026-03-15T11:59:30-0330', '2026-03-15T15:29:30.000Z'],
    ['2026-03-15T23:59+14', '2026-03-15T09:59:00.000Z'],
    ['2026-01-01T00:00:00-18:00', '2026-01-01T18:00:00.000Z'],
    // Local to the city.
    ['2026-03-15T07:59:30', '2026-03-15T11:59:30.000Z'],
    ['2026-01-15 07:59:30.25', '2026-01-15T12:59:30.250Z'],
    // An hour that comes twice means its first pass, one that is skipped moves on by the gap.
    ['2025-11-02T01:30:00', '2025-11-02T05:30:00.000Z'],
    ['2026-03-08T02:30:00', '2026-03-08T07:30:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(iso(text)).toBe(expected)
  })

  it('reads every instant as Date writes it, whatever came before', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        date => {
          expect(parse(date.toISOString())).toBe(date.getTime())
        },
      ),
      { seed: 7 },
    )
  })

  it('refuses days that are not in the calendar', () => {
    for (const day of ['2025-02-29', '1900-02-29', '2026-04-31', '2026-00-10', '2026-01-00', '2026-01-32'])
      expect(parse(`${day}T00:00:00Z`)).toBeNaN()
    expect(iso('2000-02-29T00:00:00Z')).toBe('2000-02-29T00:00:00.000Z')
  })

  it('refuses any byte that does not belong', () => {
    const good = '2026-03-15T11:59:30.125+05:30'
    for (let at = 0; at < good.length; at++)
      for (const wrong of ['x', '\0', '/', '٣'])
        expect(parse(good.slice(0, at) + wrong + good.slice(at + 1)), `${wrong} at ${at}`).toBeNaN()
  })
})
