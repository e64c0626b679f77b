import fc from 'fast-check'
import ical from 'node-ical'
import { describe, expect, it } from 'vitest'
import { escaped, folded } from '../../../src/serve/calendars/content-lines.ts'
import { eventsCalendar } from '../../../src/serve/calendars/events-calendar.ts'
import { eventsOfCalendar } from '../../../src/sources/calendars/index.ts'

const head = { name: 'Demo City', timeZone: 'America/New_York', version: '0.1.0' }
const row = {
  event_id: 'derby/1',
  updated_at: '2026-05-02T10:11:12.000Z',
  kind: 'match',
  title: 'Derby; the second, leg \\ final',
  status: 'planned',
  starts_at: '2026-07-04T23:30:00.000Z',
  ends_at: '2026-07-05T01:30:00.000Z',
  doors_open_at: '2026-07-04T22:00:00.000Z',
  venue_id: 'stadium',
  place: 'Stadium, gate 4 — Straße der Fünf Bäume mit einem langen, langen Namen 日本語日本語日本語',
  latitude: 40.7128,
  longitude: -74.006,
  line: '{"type":"LineString","coordinates":[[-74,40],[-74.1,40]]}',
  expected_attendance: 40000,
  road_effect: 'partly_closed',
  description: 'One\nTwo',
  url: 'https://example.org/derby?a=1,2;3',
} as const
const plain = {
  event_id: 'plain',
  updated_at: '2026-05-02T00:00:00.000Z',
  kind: 'other',
  title: 'Plain',
  status: 'cancelled',
  starts_at: '2026-07-04T23:30:00.000Z',
  ends_at: '2026-07-04T23:30:00.000Z',
  doors_open_at: null,
  latitude: null,
  longitude: null,
  expected_attendance: null,
} as const
const holiday = {
  ...plain,
  event_id: 'holiday',
  kind: 'holiday',
  status: 'confirmed',
  title: 'Clocks change',
  starts_at: '2026-11-01T04:00:00.000Z',
  ends_at: '2026-11-02T05:00:00.000Z',
} as const

describe('eventsCalendar', () => {
  const text = eventsCalendar([row, plain, holiday], head)

  it('ends each line with CRLF, and none has more than 75 octets', () => {
    expect(text.endsWith('\r\n')).toBe(true)
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(text.split('\r\n').every(line => Buffer.byteLength(line) <= 75)).toBe(true)
    expect(text).toContain('REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n')
    expect(text.replaceAll('\r\n ', '')).toContain('\r\nURL:https://example.org/derby?a=1,2;3\r\n')
  })

  it('is read by another program as it was meant', () => {
    const read = Object.values(ical.sync.parseICS(text)).filter(
      one => one?.type === 'VEVENT',
    ) as unknown as Record<string, unknown>[]
    expect(
      read.map(({ uid, summary, status, sequence }) => [uid, summary, status, Number(sequence)]),
    ).toEqual([
      ['derby/1', row.title, 'TENTATIVE', 199_879_872],
      ['plain', 'Plain', 'CANCELLED', 199_843_200],
      ['holiday', 'Clocks change', 'CONFIRMED', 199_843_200],
    ])
    const [derby] = read
    expect(derby).toMatchObject({
      location: row.place,
      description: row.description,
      geo: { lat: 40.7128, lon: -74.006 },
    })
    expect([derby?.['start'], derby?.['end']].map(date => (date as Date).toISOString())).toEqual([
      row.starts_at,
      row.ends_at,
    ])
    expect(read[2]?.['datetype']).toBe('date')
  })

  it('is read back by ourselves to the same events', () => {
    const { lines, problems } = eventsOfCalendar(text, {
      cityZone: head.timeZone,
      nowMs: Date.UTC(2026, 5, 1),
    })
    expect(problems).toEqual([])
    const expected = [row, plain, holiday].map(one => {
      const said = Object.entries(one).filter(([, value]) => value !== null)
      return Object.fromEntries(
        said.map(([name, value]) => [name, name === 'line' ? (JSON.parse(String(value)) as unknown) : value]),
      )
    })
    expect(lines).toEqual(expected)
  })

  it('is the same text for the same rows, and a higher SEQUENCE for a later version', () => {
    expect(eventsCalendar([row, plain, holiday], head)).toBe(text)
    const sequence = (updated_at: string) =>
      Number(/SEQUENCE:(\d+)/.exec(eventsCalendar([{ ...row, updated_at }], head))?.[1])
    expect(sequence('2026-05-02T10:11:13.000Z')).toBe(sequence(row.updated_at) + 1)
  })

  it('carries any text through folding and escaping', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), given => {
        const title = given.replaceAll(/\p{Cc}/gu, ' ')
        const lines = folded([`SUMMARY:${escaped(title)}`])
        expect(lines.split('\r\n').every(line => Buffer.byteLength(line) <= 75)).toBe(true)
        const unfolded = lines.replaceAll('\r\n ', '').trimEnd()
        expect(unfolded.replaceAll(/\\([\\;,])/g, '$1').trimEnd()).toBe(
          `SUMMARY:${title}`.toWellFormed().trimEnd(),
        )
      }),
      { numRuns: 300 },
    )
  })
})
