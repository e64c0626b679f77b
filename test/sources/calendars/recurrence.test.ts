import { describe, expect, it } from 'vitest'
import { calendar, event, read, times, words } from './reading.ts'

describe('rules', () => {
  it('keep their local hour when the clocks change, and have an id for each occurrence', () => {
    expect(
      times(
        event('DTSTART;TZID=America/New_York:20261030T190000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=3'),
      ),
    ).toEqual([
      ['e/20261030T230000Z', '2026-10-30T23:00:00Z', '2026-10-31T00:00:00Z'],
      ['e/20261031T230000Z', '2026-10-31T23:00:00Z', '2026-11-01T00:00:00Z'],
      ['e/20261102T000000Z', '2026-11-02T00:00:00Z', '2026-11-02T01:00:00Z'],
    ])
  })

  it('of whole days are named by their dates', () => {
    expect(times(event('DTSTART;VALUE=DATE:20260704', 'RRULE:FREQ=WEEKLY;UNTIL=20260711'))).toEqual([
      ['e/20260704', '2026-07-04T04:00:00Z', '2026-07-05T04:00:00Z'],
      ['e/20260711', '2026-07-11T04:00:00Z', '2026-07-12T04:00:00Z'],
    ])
  })

  it('lose what an EXDATE takes away, also several in a row, and gain what an RDATE adds', () => {
    const rule = ['DTSTART:20260701T120000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=4']
    expect(
      times(
        event(
          ...rule,
          'EXDATE:20260702T120000Z,20260703T120000Z',
          'EXDATE:20260620T120000Z',
          'RDATE;VALUE=PERIOD:20260710T000000Z/PT3H',
        ),
      ),
    ).toEqual([
      ['e/20260701T120000Z', '2026-07-01T12:00:00Z', '2026-07-01T13:00:00Z'],
      ['e/20260704T120000Z', '2026-07-04T12:00:00Z', '2026-07-04T13:00:00Z'],
      ['e/20260710T000000Z', '2026-07-10T00:00:00Z', '2026-07-10T03:00:00Z'],
      ['e/20260702T120000Z', '2026-07-02T12:00:00Z', '2026-07-02T13:00:00Z', 'withdrawn'],
      ['e/20260703T120000Z', '2026-07-03T12:00:00Z', '2026-07-03T13:00:00Z', 'withdrawn'],
    ])
  })

  it('have single occurrences replaced under the id of their slot, also on another day', () => {
    const text = calendar(
      'BEGIN:VEVENT',
      'UID:e',
      'DTSTAMP:20260501T000000Z',
      'SUMMARY:Market',
      'DTSTART;TZID=America/New_York:20260703T100000',
      'DURATION:PT1H',
      'RRULE:FREQ=WEEKLY;COUNT=3',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:e',
      'DTSTAMP:20260502T000000Z',
      'SEQUENCE:2',
      'SUMMARY:Market, moved',
      'RECURRENCE-ID;TZID=America/New_York:20260710T100000',
      'DTSTART;TZID=America/New_York:20260712T090000',
      'DURATION:PT2H',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:e',
      'DTSTAMP:20260502T000000Z',
      'STATUS:CANCELLED',
      'RECURRENCE-ID:20260717T140000Z',
      'DTSTART;TZID=America/New_York:20260717T100000',
      'END:VEVENT',
    )
    const rows = read(text).lines.map(({ event_id, title, status, starts_at, updated_at }) => [
      event_id,
      title,
      status,
      starts_at,
      updated_at,
    ])
    expect(rows).toEqual([
      ['e/20260703T140000Z', 'Market', 'confirmed', '2026-07-03T14:00:00.000Z', '2026-05-01T00:00:00.000Z'],
      [
        'e/20260710T140000Z',
        'Market, moved',
        'confirmed',
        '2026-07-12T13:00:00.000Z',
        '2026-05-02T00:00:00.002Z',
      ],
      [
        'e/20260717T140000Z',
        'Untitled event',
        'cancelled',
        '2026-07-17T14:00:00.000Z',
        '2026-05-02T00:00:00.000Z',
      ],
    ])
  })

  it('are moved from some point on by RANGE=THISANDFUTURE', () => {
    const text = calendar(
      'BEGIN:VEVENT',
      'UID:e',
      'DTSTART:20260701T100000',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;COUNT=4',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:e',
      'RECURRENCE-ID;RANGE=THISANDFUTURE:20260703T100000',
      'DTSTART:20260703T113000',
      'DURATION:PT2H',
      'END:VEVENT',
    )
    expect(times(text).sort()).toEqual([
      ['e/20260701T140000Z', '2026-07-01T14:00:00Z', '2026-07-01T15:00:00Z'],
      ['e/20260702T140000Z', '2026-07-02T14:00:00Z', '2026-07-02T15:00:00Z'],
      ['e/20260703T140000Z', '2026-07-03T15:30:00Z', '2026-07-03T17:30:00Z'],
      ['e/20260704T140000Z', '2026-07-04T15:30:00Z', '2026-07-04T17:30:00Z'],
    ])
  })

  it('are followed from 30 days ago to 400 days ahead, and at most so often', () => {
    const text = event('DTSTART:20100101T100000', 'RRULE:FREQ=DAILY')
    const lines = read(text).lines
    expect(lines).toHaveLength(430)
    expect([lines[0]?.starts_at, lines.at(-1)?.starts_at]).toEqual([
      '2026-05-02T14:00:00.000Z',
      '2027-07-05T14:00:00.000Z',
    ])
    const cut = read(text, { maxOccurrences: 10 })
    expect(cut.lines).toHaveLength(10)
    expect(cut.problems.map(({ message }) => message)).toEqual([
      'the event repeats more than 10 times within the time that is looked at; the first 10 are taken',
    ])
  })

  it.each([
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=MINUTELY;BYHOUR=3;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=WEEKLY;BYWEEKNO=5',
    'FREQ=SECONDLY',
    'FREQ=YEARLY;INTERVAL=100000',
  ])('that never end to look (%s) hold nobody', rule => {
    const before = process.threadCpuUsage()
    const { lines } = read(event('DTSTART:20260601T100000', `RRULE:${rule}`))
    // Processor time: how busy the machine is does not matter.
    expect(process.threadCpuUsage(before).user).toBeLessThan(5_000_000)
    expect(lines.length).toBeLessThanOrEqual(1000)
  })

  it.each([
    ['FREQ=DAILY;COUNT=0', 'RRULE: COUNT "0" is wrong; it is a whole number from 1'],
    [
      'FREQ=MONTHLY;BYMONTHDAY=40',
      '"RRULE:FREQ=MONTHLY;BYMONTHDAY=40" can\'t be read (BYMONTHDAY: invalid value "40" must be < -31); correct that part of the rule, or take it away',
    ],
    [
      'BYDAY=MO',
      'RRULE has no FREQ; write FREQ=WEEKLY or another of SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY',
    ],
    [
      'FREQ=DAILY;UNTIL=soon',
      'RRULE "soon" is no date or time; write 20260704 or 20260704T193000, with Z behind it for UTC',
    ],
  ])('that say nonsense (%s) are refused in words', (rule, message) => {
    expect(words(event('DTSTART:20260601T100000', `RRULE:${rule}`))).toEqual([`8: ${message}`])
  })

  it('of a VTIMEZONE by the second are refused', () => {
    const text = calendar(
      'BEGIN:VTIMEZONE',
      'TZID:Own',
      'BEGIN:STANDARD',
      'DTSTART:16010101T000000',
      'TZOFFSETFROM:-0500',
      'TZOFFSETTO:-0500',
      'RRULE:FREQ=SECONDLY',
      'END:STANDARD',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'DTSTART;TZID=Own:20260601T100000',
      'END:VEVENT',
    )
    expect(words(text)).toEqual([
      '10: RRULE of VTIMEZONE "Own" is not FREQ=YEARLY; clocks change by the year',
    ])
  })
})
