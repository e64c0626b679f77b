import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CalendarOptions } from '../../../src/sources/calendars/index.ts'
import { calendar, event, NOW_MS, read, words } from './reading.ts'

/** Samples of ical.js, beside the checkout. */
const SAMPLES = join(import.meta.dirname, '../../../../shared/data/standards/ical')
const samples = existsSync(SAMPLES) ? readdirSync(SAMPLES).filter(name => name.endsWith('.ics')) : []
if (samples.length === 0) process.stderr.write(`The iCalendar samples are skipped: there is no ${SAMPLES}.\n`)

describe.skipIf(samples.length === 0)('the samples', () => {
  const inTheirTime = { nowMs: Date.UTC(2012, 8, 15) }

  it.each(samples)('%s is read without a refusal, and its counts add up', name => {
    const { counts, problems, lines } = read(readFileSync(join(SAMPLES, name), 'utf8'), inTheirTime)
    expect(problems.filter(({ isRefusal }) => isRefusal)).toEqual([])
    expect(counts.events).toBe(counts.taken + counts.refused + counts.heldBack)
    expect(counts.delivered).toBe(lines.length)
    expect(counts.taken).toBe(counts.events)
  })

  const ways: readonly [string, (text: string) => string, RegExp][] = [
    [
      'cut off',
      text => text.slice(0, text.lastIndexOf('END:VCALENDAR')),
      /has no END; the file was probably cut off/,
    ],
    ['a web page', text => `<!doctype html>\n${text}`, /looks like a web page/],
    [
      'ended twice',
      text => `${text.trimEnd()}\r\nEND:VCALENDAR\r\n`,
      /END:VCALENDAR does not fit: nothing is open here/,
    ],
    [
      'with a line that is no property',
      text => text.replace('BEGIN:VCALENDAR', 'BEGIN:VCALENDAR\r\nthis is nothing'),
      /is no property \(NAME:value\)/,
    ],
    [
      'ended by another name',
      text => text.replace(/END:VCALENDAR/, 'END:VEVENTS'),
      /END:VEVENTS does not fit/,
    ],
  ]
  for (const [way, broken, said] of ways) {
    it.each(samples)(`${way}: %s is refused with its line`, name => {
      const { problems, lines } = read(broken(readFileSync(join(SAMPLES, name), 'utf8')), inTheirTime)
      const refusals = problems.filter(({ isRefusal }) => isRefusal)
      expect(refusals.map(({ message }) => message).join('\n')).toMatch(said)
      expect(refusals.every(({ line }) => line !== null && line >= 1)).toBe(true)
      if (!way.startsWith('with')) expect(lines).toEqual([])
    })
  }

  const inEvents: readonly [string, RegExp, string, RegExp][] = [
    ['no beginning', /^DTSTART.*\r?\n/m, '', /has no DTSTART; say when it begins/],
    ['a 31st of June', /^DTSTART.*$/m, 'DTSTART:20260631T100000', /is no date or time; write 20260704/],
    [
      'a zone nobody knows',
      /^DTSTART.*$/m,
      'DTSTART;TZID=Atlantis/Town:20260630T100000',
      /time zone "Atlantis\/Town" is unknown; put its VTIMEZONE/,
    ],
    [
      'a status of a task',
      /^END:VEVENT/m,
      'STATUS:NEEDS-ACTION\r\nEND:VEVENT',
      /STATUS "NEEDS-ACTION" is none of an event|^$/,
    ],
    [
      'a broken place',
      /^END:VEVENT/m,
      'GEO:north\r\nEND:VEVENT',
      /GEO "0" is no place; write latitude;longitude/,
    ],
  ]
  const withEvents = samples.filter(name =>
    readFileSync(join(SAMPLES, name), 'utf8').includes('BEGIN:VEVENT'),
  )
  for (const [way, pattern, by, said] of inEvents) {
    it.each(withEvents)(`${way}: an event of %s is refused with its line`, name => {
      const text = readFileSync(join(SAMPLES, name), 'utf8')
      const at = text.indexOf('BEGIN:VEVENT')
      const body = text.slice(at).replace(/^STATUS:.*\r?\n/gm, '')
      const { problems, counts } = read(text.slice(0, at) + body.replace(pattern, by), inTheirTime)
      const [refusal] = problems.filter(({ isRefusal }) => isRefusal)
      expect(refusal?.message).toMatch(said)
      expect(refusal?.line).toBeGreaterThan(1)
      expect(counts).toMatchObject({ refused: 1, taken: counts.events - 1 })
    })
  }
})

describe('what an event says', () => {
  it('becomes its fields, our own properties too', () => {
    const { lines, problems } = read(
      event(
        'SEQUENCE:3',
        'LAST-MODIFIED:20260502T000000Z',
        'SUMMARY:Derby\\, second\\nleg',
        'DTSTART:20260704T193000',
        'DTEND:20260704T213000',
        'LOCATION:Stadium\\; gate 4',
        'GEO:40.7128;-74.006',
        'CATEGORIES:Sport,MATCH',
        'STATUS:TENTATIVE',
        'URL:https://example.org/derby',
        'DESCRIPTION:One\\nTwo',
        'X-ARTERIAL-DOORS-OPEN:20260704T180000',
        'X-ARTERIAL-ATTENDANCE:40000',
        'X-ARTERIAL-ROAD-EFFECT:partly_closed',
        'X-ARTERIAL-VENUE-ID:stadium',
        'X-ARTERIAL-LINE:{"type":"LineString"\\,"coordinates":[[-74\\,40]\\,[-7',
        ' 4.1\\,40]]}',
      ),
    )
    expect(problems).toEqual([])
    expect(lines).toEqual([
      {
        event_id: 'e@test',
        updated_at: '2026-05-02T00:00:00.003Z',
        kind: 'match',
        title: 'Derby, second leg',
        status: 'planned',
        venue_id: 'stadium',
        place: 'Stadium; gate 4',
        latitude: 40.7128,
        longitude: -74.006,
        line: {
          type: 'LineString',
          coordinates: [
            [-74, 40],
            [-74.1, 40],
          ],
        },
        expected_attendance: 40000,
        road_effect: 'partly_closed',
        description: 'One\nTwo',
        url: 'https://example.org/derby',
        starts_at: '2026-07-04T23:30:00.000Z',
        ends_at: '2026-07-05T01:30:00.000Z',
        doors_open_at: '2026-07-04T22:00:00.000Z',
      },
    ])
  })

  it('is cut to what the stream takes, and its id stays its own', () => {
    const uid = 'x'.repeat(400)
    const text = calendar(
      'BEGIN:VEVENT',
      `UID:${uid}1`,
      `SUMMARY:${'😀'.repeat(300)}`,
      'DTSTART:20260704',
      'END:VEVENT',
      'BEGIN:VEVENT',
      `UID:${uid}2`,
      'DTSTART:20260704',
      'END:VEVENT',
    )
    const { lines } = read(text)
    expect(lines).toHaveLength(2)
    expect(lines.every(({ event_id, title }) => event_id.length <= 256 && title.length <= 256)).toBe(true)
    expect(lines[0]?.title.isWellFormed()).toBe(true)
  })

  it('is left out where it is private, and cancelled where the calendar calls all off', () => {
    const text = calendar(
      'METHOD:CANCEL',
      'BEGIN:VEVENT',
      'UID:a',
      'DTSTART:20260704',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:b',
      'CLASS:PRIVATE',
      'DTSTART:20260704',
      'END:VEVENT',
    )
    const { lines, counts } = read(text)
    expect(lines.map(({ event_id, status }) => [event_id, status])).toEqual([['a', 'cancelled']])
    expect(counts).toMatchObject({ events: 2, taken: 1, heldBack: 1 })
  })

  it.each([
    ['X-ARTERIAL-ATTENDANCE:many', 'X-ARTERIAL-ATTENDANCE "many" is no number of people; write digits only'],
    [
      'X-ARTERIAL-ROAD-EFFECT:bad',
      'X-ARTERIAL-ROAD-EFFECT "bad" is unknown; it is one of none, busy, partly_closed, closed',
    ],
    [
      'X-ARTERIAL-KIND:party',
      'X-ARTERIAL-KIND "party" is unknown; it is one of concert, match, parade, roadwork, school, holiday, other',
    ],
    ['DURATION:1h', 'DURATION "1h" is no span of time; write PT2H30M or P1D'],
    ['GEO:95;0', 'GEO "95,0" is no place; write latitude;longitude in degrees, e.g. GEO:40.7128;-74.006'],
    [
      'X-ARTERIAL-LINE:no',
      'X-ARTERIAL-LINE "no" is no GeoJSON; write {"type":"LineString","coordinates":[[-74.006,40.7128],…]}',
    ],
  ])('is refused in words where it is wrong: %s', (line, message) => {
    expect(words(event('DTSTART:20260704T193000', line))).toEqual([`8: ${message}`])
  })

  it('does not become a version from the future', () => {
    const { lines, problems } = read(event('DTSTART:20260704T193000', 'LAST-MODIFIED:20990101T000000Z'))
    expect(lines[0]?.updated_at).toBe('2026-06-01T00:00:00.000Z')
    expect(problems.map(({ message, isRefusal }) => [message, isRefusal])).toEqual([
      ['LAST-MODIFIED of the event of line 4 lies ahead of now; the time of reading is taken instead', false],
    ])
  })
})

describe('a calendar that is read again', () => {
  const first = read(event('DTSTART:20260704T193000', 'SUMMARY:Show'))
  const again = (text: string, more: Partial<CalendarOptions> = {}) =>
    read(text, { nowMs: NOW_MS + 3_600_000, previous: first.all, ...more })

  it('delivers nothing anew where only the stamp of the export is newer', () => {
    const { lines, counts } = again(
      event('DTSTART:20260704T193000', 'SUMMARY:Show').replace('20260501', '20260520'),
    )
    expect(lines).toEqual([])
    expect(counts).toMatchObject({ unchanged: 1, delivered: 0 })
  })

  it('makes a change count that has no newer time of its own', () => {
    const { lines } = again(event('DTSTART:20260704T200000', 'SUMMARY:Show'))
    expect(lines.map(({ updated_at, starts_at }) => [updated_at, starts_at])).toEqual([
      ['2026-05-01T00:00:00.001Z', '2026-07-05T00:00:00.000Z'],
    ])
  })

  it('withdraws what is gone only when asked to, and only when it was read whole', () => {
    const other = event('DTSTART:20260704T193000').replace('e@test', 'other')
    expect(again(other).lines.map(({ event_id }) => event_id)).toEqual(['other'])
    const { lines, all } = again(other, { withdrawMissing: true })
    expect(lines.map(({ event_id, withdrawn, updated_at }) => [event_id, withdrawn, updated_at])).toEqual([
      ['other', undefined, '2026-05-01T00:00:00.000Z'],
      ['e@test', true, '2026-06-01T01:00:00.000Z'],
    ])
    const broken = other.replace('END:VCALENDAR', 'BEGIN:VEVENT\r\nUID:b\r\nEND:VEVENT\r\nEND:VCALENDAR')
    expect(again(broken, { withdrawMissing: true }).lines.map(({ event_id }) => event_id)).toEqual(['other'])
    expect(again(calendar(), { withdrawMissing: true }).lines).toEqual([])
    expect(again('<html>', { withdrawMissing: true })).toMatchObject({ lines: [], all: first.all })
    // It comes back: newer than its withdrawal, else it would stay withdrawn.
    const back = again(event('DTSTART:20260704T193000', 'SUMMARY:Show'), {
      previous: all,
      withdrawMissing: true,
    })
    expect(back.lines.find(({ event_id }) => event_id === 'e@test')?.updated_at).toBe(
      '2026-06-01T01:00:00.001Z',
    )
  })

  it('does not withdraw what is over', () => {
    const later = { withdrawMissing: true, nowMs: NOW_MS + 100 * 86_400_000 }
    expect(
      again(event('DTSTART:20260904T193000').replace('e@test', 'other'), later).lines.map(
        ({ event_id }) => event_id,
      ),
    ).toEqual(['other'])
  })
})
