import { describe, expect, it } from 'vitest'
import {
  ALL,
  choiceOf,
  choiceText,
  dayAfter,
  holdsCell,
  isAll,
  presetOf,
  rangeOf,
  RESET,
  switched,
  switchedCell,
} from '../../../../web/src/features/history/model/choice.ts'
import type { HistoryParameter } from '../../../../web/src/ui/address.ts'

function held(of: Readonly<Record<string, string | undefined>>): Record<HistoryParameter, string | null> {
  const none = {
    ...{ from: null, to: null, type: null, quadrant: null, community: null, weekday: null, hours: null },
    ...{ words: null, marks: null, by: null, moment: null, incident: null, place: null, line: null },
    ...{ weather: null, compare: null, near: null, changed: null, radius: null, days: null },
  }
  return { ...none, ...of }
}

describe('the choice of incidents', () => {
  it('is all of them where the address says nothing', () => {
    expect(choiceOf(held({}))).toEqual(ALL)
    expect(isAll(choiceOf(held({})))).toBe(true)
  })

  it('is held whole by the address, and asked for with the day after the last', () => {
    const choice = choiceOf(
      held({
        ...{ from: '2018-01-01', to: '2018-12-31', type: 'stalled|closure', community: 'A, B|C' },
        ...{ quadrant: 'NE', weekday: '1|5', hours: '22-5', words: ' ramp ' },
        weather: 'snow|unknown|hail',
      }),
    )
    expect(choice.communities).toEqual(['A, B', 'C'])
    const asked = new URLSearchParams(choiceText(choice))
    expect(asked.getAll('weather')).toEqual(['snow', 'unknown'])
    expect(asked.get('to')).toBe('2019-01-01')
    expect(asked.getAll('type')).toEqual(['stalled', 'closure'])
    expect([asked.get('hour_from'), asked.get('hour_to'), asked.get('words')]).toEqual(['22', '5', 'ramp'])
  })

  it.each([
    [{ from: '2018-02-30' }, 'a day that is none'],
    [{ from: '18-1-1' }, 'another way of writing'],
    [{ hours: '25-3' }, 'an hour that is none'],
    [{ hours: '0-23' }, 'all hours'],
    [{ weekday: '0|8|x' }, 'weekdays that are none'],
    [{ words: '  ' }, 'no words'],
  ])('passes over %j: %s', (...[said]) => {
    expect(isAll(choiceOf(held(said)))).toBe(true)
  })

  it('takes a range that ends before it begins the other way round', () => {
    expect(choiceOf(held({ from: '2018-02-01', to: '2018-01-01' }))).toMatchObject({
      from: '2018-01-01',
      to: '2018-02-01',
    })
  })

  it('takes a value in and out again', () => {
    expect(switched([], 'a')).toBe('a')
    expect(switched(['a'], 'b')).toBe('a|b')
    expect(switched(['a', 'b'], 'a')).toBe('b')
    expect(switched(['a'], 'a')).toBeNull()
  })

  it('knows whole years and months of any length', () => {
    expect(rangeOf('2016', '02')).toMatchObject({ from: '2016-02-01', to: '2016-02-29' })
    expect(rangeOf('', '02')).toMatchObject({ from: null, to: null })
    expect(presetOf({ from: '2017-02-01', to: '2017-02-28' })).toEqual({ year: '2017', month: '02' })
    expect(presetOf({ from: '2017-01-01', to: '2017-12-31' })).toEqual({ year: '2017', month: '' })
    expect(presetOf({ from: '2017-01-01', to: '2018-12-31' })).toEqual({ year: '', month: '' })
    expect(dayAfter('2019-12-31', 1)).toBe('2020-01-01')
  })

  it('is an hour of a weekday by one cell, and lets go by the same', () => {
    const friday = choiceOf(held({ weekday: '5', hours: '17-17' }))
    expect(switchedCell(ALL, 5, 17)).toEqual({ weekday: '5', hours: '17-17' })
    expect(switchedCell(friday, 5, 17)).toEqual({ weekday: null, hours: null })
    expect(switchedCell(friday, 4, 17)).toEqual({ weekday: '4', hours: '17-17' })
    expect([holdsCell(friday, 5, 17), holdsCell(friday, 5, 18), holdsCell(friday, 4, 17)]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('passes midnight', () => {
    const night = choiceOf(held({ hours: '22-5' }))
    expect([21, 22, 0, 5, 6].map(hour => holdsCell(night, 3, hour))).toEqual([false, true, true, true, false])
  })

  it('is all again after a reset', () => {
    const all = held({
      from: '2018-01-01',
      type: 'x',
      words: 'y',
      hours: '1-2',
      weekday: '3',
      community: 'Z',
    })
    expect(isAll(choiceOf({ ...all, ...RESET }))).toBe(true)
  })
})
