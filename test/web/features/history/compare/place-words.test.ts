import { describe, expect, it } from 'vitest'
import {
  changeWords,
  placeChangeOf,
  placeOf,
  worksRows,
  worksWords,
  type BeforeAfterFound,
} from '../../../../../web/src/features/history/compare/place-words.ts'
import type { HistoryParameter } from '../../../../../web/src/ui/address.ts'

const held = (of: Partial<Record<HistoryParameter, string>>) => of as Record<HistoryParameter, string | null>

const found: BeforeAfterFound = {
  before: { from: '2017-02-01', to: '2018-01-31', covered_days: 300 },
  after: { from: '2018-02-01', to: '2019-01-31', covered_days: 365 },
  ...{
    incidents_before: 12,
    incidents_after: 1,
    like: 'signals',
    places: 900,
    why_not: null,
    says: 'No crashes.',
  },
  effect: {
    ...{ expected_without: 7.94, ratio: { value: 0.5, low: 0.2, high: 0.9 }, naive: 0.33 },
    ...{ own_weight: 0.62, usual_before: 2.4, trend: 1.1 },
  },
}

describe('a place at which something was changed', () => {
  it.each([
    ['51.05, -114.07', { latitude: 51.05, longitude: -114.07 }],
    ['51.05 -114', { latitude: 51.05, longitude: -114 }],
    ['-33.9;151.2', { latitude: -33.9, longitude: 151.2 }],
    ['91, 0', null],
    ['Deerfoot', null],
    ['', null],
  ])('is read of %j', (text, place) => expect(placeOf(text)).toEqual(place))

  it('is asked for once the address says where and when; the rest is usual, or one of a few', () => {
    expect(placeChangeOf(held({ near: '51,-114' }))).toBeNull()
    const whole = { near: '51,-114', changed: '2018-06-01', radius: '100', days: '7' }
    expect(placeChangeOf(held(whole))).toEqual({
      ...{ latitude: 51, longitude: -114, changed: '2018-06-01', radiusM: 100, days: 365 },
    })
  })

  it('says the answer first, then of what it is made, and that reports are not crashes', () => {
    const { title, notes } = changeWords(found)
    expect(title).toBe(
      'After the change, 50 % fewer than was to be expected without it (95 %: ×0.20 to ×0.90).',
    )
    expect(notes.join(' ')).toContain('12 incidents reported in 1 Feb 2017 – 31 Jan 2018')
    expect(notes.join(' ')).toContain('Without this correction one would have said ×0.33')
    expect(notes.at(-1)).toBe('No crashes.')
    expect(changeWords({ ...found, effect: null, why_not: 'not_recorded' }).title).toMatch(
      /^The record covers/,
    )
  })
})

describe('works and events', () => {
  const of = (id: string, during: number) => ({
    ...{ kind: 'event' as const, id, name: id, latitude: 51, longitude: -114, ratio: null },
    ...{ starts_at: '2018-06-01T18:00:00.000Z', ends_at: '2018-06-02T00:00:00.000Z' },
    ...{ incidents_during: during, hours_during: 6, incidents_matched: 0, hours_matched: 48 },
  })
  const works = { within_m: 500, weeks: 4, together: null, out_of_record: 3, says: 'No crashes.' }

  it('are listed with those of most reports first, each to be looked at before and after', () => {
    const rows = worksRows({ ...works, places: [of('a', 1), of('b', 3), of('c', 2)] }, 2)
    expect(rows.map(({ id }) => id)).toEqual(['event b', 'event c'])
    expect(rows[0]).toMatchObject({ near: '51.00000,-114.00000', changed: '2018-06-01' })
  })

  it('say that too few are too few, and how many lie outside of the record', () => {
    const { title, notes } = worksWords({ ...works, places: [] })
    expect(title).toMatch(/^Too few/)
    expect(notes.join(' ')).toContain('3 works and events lie before or after the record')
  })
})
