import { describe, expect, it } from 'vitest'
import { happeningsOf } from '../../../../web/src/features/calendar/model/happening.ts'
import { historyOf } from '../../../../web/src/features/calendar/model/history.ts'
import {
  barOf,
  dayText,
  kindCounts,
  kindsOf,
  midnightMs,
  nowShare,
  rangeOf,
  rowsIn,
  spanOf,
  switchKind,
  ticksOf,
} from '../../../../web/src/features/calendar/model/timeline.ts'
import { T0 } from '../../fixtures.ts'
import { event, HOUR_MS, zone } from './rows.ts'

const NEW_YORK = 'America/New_York'
const iso = (ms: number) => new Date(ms).toISOString()

describe('the range of a timeline', () => {
  it('begins today in the city, or on the day that the address names', () => {
    const week = rangeOf('week', null, T0, NEW_YORK)
    expect([iso(week.startMs), iso(week.endMs)]).toEqual([
      '2026-03-03T05:00:00.000Z',
      '2026-03-10T04:00:00.000Z',
    ])
    expect(iso(rangeOf('day', '2026-07-01', T0, NEW_YORK).startMs)).toBe('2026-07-01T04:00:00.000Z')
    for (const nonsense of ['soon', '2026-13-01', '20260101', ''])
      expect(rangeOf('day', nonsense, T0, NEW_YORK).startMs).toBe(rangeOf('day', null, T0, NEW_YORK).startMs)
  })

  it('holds 23 and 25 hours where the clocks are set, and a day without a midnight', () => {
    const hours = (day: string, timeZone: string) => {
      const { startMs, endMs } = rangeOf('day', day, T0, timeZone)
      return (endMs - startMs) / HOUR_MS
    }
    expect([hours('2026-03-08', NEW_YORK), hours('2026-11-01', NEW_YORK)]).toEqual([23, 25])
    // Beirut puts its clocks forward at midnight.
    const beirut = Date.UTC(2026, 2, 29) / 86_400_000
    expect(iso(midnightMs(beirut, 'Asia/Beirut'))).toBe('2026-03-28T22:00:00.000Z')
  })

  it('moves by what it shows, and today leaves nothing in the address', () => {
    const week = rangeOf('week', '2026-03-10', T0, NEW_YORK)
    expect(dayText(week, 1, T0, NEW_YORK)).toBe('2026-03-17')
    expect(dayText(week, -1, T0, NEW_YORK)).toBeNull()
    expect(['day', 'month', 'year', null].map(spanOf)).toEqual(['day', 'month', 'week', 'week'])
  })

  it('has hours of a day, days of a week with their weekends, and where now is', () => {
    const day = rangeOf('day', null, T0, NEW_YORK)
    expect(ticksOf(day, NEW_YORK).map(tick => tick.label)).toEqual([
      ...['00:00', '03:00', '06:00', '09:00'],
      ...['12:00', '15:00', '18:00', '21:00'],
    ])
    const week = ticksOf(rangeOf('week', null, T0, NEW_YORK), NEW_YORK)
    expect(week.map(tick => tick.label)).toEqual([
      'Tue 3',
      'Wed 4',
      'Thu 5',
      'Fri 6',
      'Sat 7',
      'Sun 8',
      'Mon 9',
    ])
    expect(week.filter(tick => tick.weekend).map(tick => tick.label)).toEqual(['Sat 7', 'Sun 8'])
    expect(nowShare(day, T0)).toBe(0.5)
    expect(nowShare(rangeOf('day', '2026-03-04', T0, NEW_YORK), T0)).toBeNull()
  })
})

describe('rows of a timeline', () => {
  const day = rangeOf('day', null, T0, NEW_YORK)
  const made = happeningsOf(
    [
      event('concert', 2, 4),
      event('yesterday', -30, -20),
      event('holiday', -12, 12, { kind: 'holiday', latitude: null, longitude: null }),
      event('ends-at-midnight', -20, -12),
    ],
    [],
    [zone('works', -60, 60)],
  )

  it('are what touches the days, the whole city’s first; an end at midnight is no touch', () => {
    expect(rowsIn(made, day, null).map(({ id }) => id)).toEqual(['holiday', 'works', 'concert'])
    expect(rowsIn(made, day, new Set(['concert'])).map(({ id }) => id)).toEqual(['concert'])
    expect([...kindCounts(made, day)]).toEqual([
      ['concert', 1],
      ['holiday', 1],
      ['work-zone', 1],
    ])
  })

  it('have bars that are cut where they go on beyond the days', () => {
    const [works] = made.filter(({ id }) => id === 'works')
    expect(barOf(works!, day)).toEqual({ left: 0, width: 1, cutLeft: true, cutRight: true })
    const [concert] = made.filter(({ id }) => id === 'concert')
    expect(barOf(concert!, day)).toMatchObject({ cutLeft: false, cutRight: false })
    expect(barOf(concert!, day)?.left).toBeCloseTo(14 / 24)
  })

  it('are of the kinds in the address, which are switched one by one', () => {
    expect(kindsOf(null)).toBeNull()
    expect(switchKind(null, 'match')).toBe('match')
    expect(switchKind('match', 'concert')).toBe('concert,match')
    expect(switchKind('match', 'match')).toBeNull()
  })
})

describe('the history of a happening', () => {
  const version = (position: number, more: object) => ({
    ...{ event_id: 'A', position, updated_at: iso(T0 + position * HOUR_MS), source: 'http', title: 'Gala' },
    ...more,
  })

  it('says what each version changed, the newest first', () => {
    const [last, middle, first] = historyOf(
      [
        version(3, { starts_at: iso(T0 + HOUR_MS), line: '{"b":1}' }),
        version(1, { starts_at: iso(T0), status: 'planned', line: '{"a":1}' }),
        version(2, { starts_at: iso(T0), status: 'confirmed', line: '{"a":1}' }),
      ],
      ms => `+${(ms - T0) / HOUR_MS} h`,
    )
    expect(first).toMatchObject({ first: true, changes: [] })
    expect(middle?.changes).toEqual([{ label: 'Status', from: 'planned', to: 'confirmed' }])
    expect(last?.changes).toEqual([
      { label: 'Starts', from: '+0 h', to: '+1 h' },
      { label: 'Status', from: 'confirmed', to: '–' },
      { label: 'Line', from: 'given', to: 'changed' },
    ])
  })

  it('leaves out a version that says nothing else, and tells a withdrawal', () => {
    const said = historyOf([version(1, {}), version(2, {}), version(3, { withdrawn: true })], String)
    expect(said.map(({ first, withdrawn }) => [first, withdrawn])).toEqual([
      [false, true],
      [true, false],
    ])
    expect(historyOf([], String)).toEqual([])
  })
})
