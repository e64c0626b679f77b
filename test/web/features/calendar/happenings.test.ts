import { describe, expect, it } from 'vitest'
import { calendarOverlay } from '../../../../web/src/features/calendar/model/calendar-overlay.ts'
import { factsOf } from '../../../../web/src/features/calendar/model/facts.ts'
import { happeningsOf, phaseOf } from '../../../../web/src/features/calendar/model/happening.ts'
import {
  countdown,
  effectWords,
  phaseWords,
  span,
  whenWords,
} from '../../../../web/src/features/calendar/model/happening-words.ts'
import { lanesOf, lanesText } from '../../../../web/src/features/calendar/model/lanes.ts'
import { T0 } from '../../fixtures.ts'
import { event, HOUR_MS, zone } from './rows.ts'

const one = (row: ReturnType<typeof event>) => happeningsOf([row], [], [])[0]!
const oneZone = (row: ReturnType<typeof zone>) => happeningsOf([], [], [row])[0]!

describe('happenings', () => {
  it('stand by time, at their own place or their venue’s, and what is withdrawn is gone', () => {
    const venues = [{ venue_id: 'V', name: 'Arena', latitude: 41, longitude: -75, capacity: null }]
    const made = happeningsOf(
      [
        event('late', 5, 6, { venue_id: 'V', latitude: null, longitude: null }),
        event('own', 4, 6, { venue_id: 'V' }),
        event('nowhere', 3, 6, { latitude: null, longitude: null }),
        event('gone', 1, 2, { withdrawn: true }),
      ],
      venues,
      [zone('works', 0, 9)],
    )
    expect(made.map(({ key, paths }) => [key, paths[0]?.[0] ?? null])).toEqual([
      ['zone:works', [-74.001, 40]],
      ['event:nowhere', null],
      ['event:own', [-74, 40]],
      ['event:late', [-75, 41]],
    ])
    expect(made[3]?.where).toBe('Arena')
  })

  it('that a work zone tells too are shown once, as the work zone', () => {
    const [works, twin] = [zone('W', -1, 5), event('E', -1, 5, { kind: 'roadwork', title: 'W' })]
    const made = happeningsOf([twin, event('F', -1, 5, { kind: 'roadwork' })], [], [works])
    expect(made.filter(each => each.twin).map(({ id }) => id)).toEqual(['E'])
    expect(calendarOverlay(made, 'event', T0, 'UTC').signs.map(({ id }) => id)).toEqual(['F'])
  })

  it('are planned, active, over or cancelled at a moment', () => {
    const concert = one(event('A', 0, 2))
    expect([-1, 0, 2 * HOUR_MS - 1, 2 * HOUR_MS].map(ms => phaseOf(concert, T0 + ms))).toEqual([
      'planned',
      'active',
      'active',
      'over',
    ])
    expect(phaseOf(one(event('A', 0, 2, { status: 'cancelled' })), T0)).toBe('cancelled')
  })

  it('of works that nobody has called active are due, not begun', () => {
    const due = oneZone(zone('W', -1, 5, { status: 'pending' }))
    expect(phaseOf(due, T0)).toBe('planned')
    expect(phaseWords(due, 'planned', T0)).toBe('due, not begun')
    expect(phaseOf(oneZone(zone('W', -1, 5, { status: null })), T0)).toBe('active')
    expect(phaseOf(oneZone(zone('W', -1, 5, { status: 'completed' })), T0)).toBe('over')
  })
})

describe('happenings in words', () => {
  const zoneName = 'America/New_York'

  it('say when, by day where one is enough', () => {
    expect(whenWords(one(event('A', 0, 2)), zoneName)).toBe('Tue 3 Mar, 12:00–14:00')
    expect(whenWords(one(event('A', 0, 12)), zoneName)).toBe('Tue 3 Mar, 12:00–00:00')
    expect(whenWords(one(event('A', 0, 30)), zoneName)).toBe('Tue 3 Mar, 12:00 – Wed 4 Mar, 18:00')
    const holiday = { kind: 'holiday', latitude: null, longitude: null } as const
    expect(whenWords(one(event('A', -12, 12, holiday)), zoneName)).toBe('Tue 3 Mar, all day')
    expect(whenWords(one(event('A', -12, 36, holiday)), zoneName)).toBe('Tue 3 Mar – Wed 4 Mar')
  })

  it('say how long it is until then', () => {
    const concert = one(event('A', 3, 5))
    expect(countdown(concert, 'planned', T0)).toBe('begins in 3 h')
    expect(countdown(concert, 'active', T0 + 4 * HOUR_MS)).toBe('60 min left')
    expect(countdown(concert, 'over', T0 + 8 * HOUR_MS)).toBe('ended 3 h ago')
    expect(countdown(concert, 'cancelled', T0)).toBeNull()
    expect([30_000, 89 * 60_000, 47 * HOUR_MS, 72 * HOUR_MS].map(span)).toEqual([
      '1 min',
      '89 min',
      '47 h',
      '3 days',
    ])
  })

  it('say what it does to traffic, and nothing where nobody said', () => {
    expect(effectWords(one(event('A', 0, 1, { road_effect: 'partly_closed' })))).toBe('Roads partly closed')
    expect(effectWords(one(event('A', 0, 1)))).toBeNull()
    expect(effectWords(oneZone(zone('W', 0, 1)))).toBe('Some lanes closed')
    expect(effectWords(oneZone(zone('W', 0, 1, { vehicle_impact: 'unknown' })))).toBeNull()
  })

  it('list only what is known', () => {
    expect(factsOf(one(event('A', 0, 1)), 'metric', String)).toEqual([])
    const facts = factsOf(
      oneZone(
        zone('W', 0, 1, {
          speed_limit_kmh: 48.3,
          start_verified: true,
          end_verified: false,
          restrictions: [{ type: 'reduced-width', value: 16, unit: 'feet' }, 'nonsense'],
        }),
      ),
      'us',
      String,
    )
    expect(facts.map(({ label, text }) => `${label}: ${text}`)).toEqual([
      'Where: W',
      'Traffic: Some lanes closed',
      'Direction: Eastbound',
      'Speed limit: 30 mph',
      'Times: start confirmed, end estimated',
      'Restrictions: Reduced width 16 feet',
    ])
  })
})

describe('lanes', () => {
  it('stand from the left with a sign and a word each', () => {
    const lanes = lanesOf([
      { order: 2, type: 'general', status: 'open' },
      { order: 1, type: 'shoulder', status: 'closed' },
    ])
    expect(lanes.map(({ label, sign }) => [label, sign])).toEqual([
      ['Shoulder: closed', '✕'],
      ['Lane: open', '↑'],
    ])
    expect(lanesText(lanes)).toBe('1 of 2 closed')
  })

  it('are none where what came is none, and unknown where their state is', () => {
    expect(lanesOf(null)).toEqual([])
    expect(lanesOf('two')).toEqual([])
    expect(lanesOf([null, { status: 'sideways' }]).map(lane => lane.sign)).toEqual(['?'])
  })
})

describe('a layer of happenings', () => {
  it('shows what lasts and what begins soon: events of a day, works of a week', () => {
    const made = happeningsOf(
      [
        event('now', -1, 1),
        event('soon', 23, 26),
        event('later', 25, 26),
        event('off', 1, 2, { status: 'cancelled' }),
      ],
      [],
      [zone('running', -9, 9), zone('week', 160, 170), zone('month', 700, 800), zone('done', -9, -1)],
    )
    const shown = (kind: 'event' | 'zone') =>
      calendarOverlay(made, kind, T0, 'UTC').signs.map(({ id, image }) => `${id} ${image.look}`)
    expect(shown('event')).toEqual(['now active', 'soon planned'])
    expect(shown('zone')).toEqual(['running active', 'week planned'])
    expect(calendarOverlay(made, 'zone', T0, 'UTC').paths).toHaveLength(2)
  })

  it('passes over what has no place', () => {
    const made = happeningsOf(
      [event('A', -1, 1, { latitude: null })],
      [],
      [zone('W', -1, 1, { geometry: null })],
    )
    expect(calendarOverlay(made, 'event', T0, 'UTC').signs).toEqual([])
    expect(calendarOverlay(made, 'zone', T0, 'UTC').signs).toEqual([])
  })
})
