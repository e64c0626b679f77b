import { describe, expect, it } from 'vitest'
import { calendar, event, times, words } from './reading.ts'

describe('times', () => {
  it('of the city, where they have no zone; of the zone they name; of UTC', () => {
    expect(times(event('DTSTART:20260704T193000', 'DTEND:20260704T220000'))).toEqual([
      ['e', '2026-07-04T23:30:00Z', '2026-07-05T02:00:00Z'],
    ])
    expect(times(event('DTSTART;TZID=Europe/Berlin:20260704T193000', 'DURATION:PT2H'))).toEqual([
      ['e', '2026-07-04T17:30:00Z', '2026-07-04T19:30:00Z'],
    ])
    expect(times(event('DTSTART:20260704T193000Z'))).toEqual([
      ['e', '2026-07-04T19:30:00Z', '2026-07-04T19:30:00Z'],
    ])
    expect(times(event('DTSTART;TZID=/mozilla.org/20050126_1/America/Chicago:20260704T193000'))).toEqual([
      ['e', '2026-07-05T00:30:00Z', '2026-07-05T00:30:00Z'],
    ])
  })

  it('of whole days are midnights of the city, on days of 23 and of 25 hours too', () => {
    expect(times(event('DTSTART;VALUE=DATE:20260308'))).toEqual([
      ['e', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'],
    ])
    expect(times(event('DTSTART;VALUE=DATE:20261101', 'DTEND;VALUE=DATE:20261102'))).toEqual([
      ['e', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
    ])
    expect(times(event('DTSTART;VALUE=DATE:20261101', 'DTEND;VALUE=DATE:20261101'))).toEqual([
      ['e', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
    ])
  })

  it('in an hour that is skipped or comes twice are as the standard says, by the runtime and by a VTIMEZONE', () => {
    const vtimezone = [
      'BEGIN:VTIMEZONE',
      'TZID:Own',
      'BEGIN:DAYLIGHT',
      'TZOFFSETFROM:-0500',
      'TZOFFSETTO:-0400',
      'DTSTART:20070311T020000',
      'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
      'END:DAYLIGHT',
      'BEGIN:STANDARD',
      'TZOFFSETFROM:-0400',
      'TZOFFSETTO:-0500',
      'DTSTART:20071104T020000',
      'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
      'END:STANDARD',
      'END:VTIMEZONE',
    ]
    const at = (zone: string, wall: string) =>
      times(
        calendar(...vtimezone, 'BEGIN:VEVENT', 'UID:e', `DTSTART;TZID=${zone}:${wall}`, 'END:VEVENT'),
      )[0]?.[1]
    const cases = [
      ['20260308T013000', '2026-03-08T06:30:00Z'],
      ['20260308T023000', '2026-03-08T07:30:00Z'],
      ['20260308T030000', '2026-03-08T07:00:00Z'],
      ['20261101T003000', '2026-11-01T04:30:00Z'],
      ['20261101T013000', '2026-11-01T05:30:00Z'],
      ['20261101T020000', '2026-11-01T07:00:00Z'],
      ['20260704T120000', '2026-07-04T16:00:00Z'],
    ] as const
    for (const [wall, instant] of cases) {
      expect([wall, at('Own', wall), at('America/New_York', wall)]).toEqual([wall, instant, instant])
    }
  })

  it('that end before they begin are refused', () => {
    expect(words(event('DTSTART:20260704T193000', 'DTEND:20260704T183000'))).toEqual([
      '8: DTEND lies before DTSTART; correct one of them',
    ])
  })
})
