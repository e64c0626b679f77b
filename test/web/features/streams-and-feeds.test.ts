import { describe, expect, it } from 'vitest'
import { feedRows } from '../../../web/src/features/feeds/view-model.ts'
import { streamRows } from '../../../web/src/features/streams/view-model.ts'
import { stream, T0 } from '../fixtures.ts'

describe('the streams of the Data page', () => {
  it('stand by name, those that nothing has come of last', () => {
    const newestAt = new Date(T0).toISOString()
    const rows = streamRows(
      [
        stream('work-zones', { title: 'Work zones' }),
        stream('weather', { records: 1_288, rows: 1_280, quarantined: 3, repeats: 5, newestAt }),
        stream('events', { title: 'Events', records: 4, rows: 4 }),
      ],
      T0,
      'UTC',
    )
    expect(rows.map(({ title, empty }) => [title, empty])).toEqual([
      ['Events', false],
      ['weather', false],
      ['Work zones', true],
    ])
    expect(rows[1]).toMatchObject({ records: '1,288', refused: '3', repeats: '5', newest: '17:00' })
    expect(rows[0]).toMatchObject({ refused: '0', newest: '–' })
  })
})

describe('feeds', () => {
  const feed = { stream: 'weather', format: null, address: null, schedule: 'each 5 min', notice: null }
  it('that fail stand first and say why', () => {
    const rows = feedRows(
      [
        { ...feed, name: 'a', lastSuccessMs: T0 - 90_000, nextMs: T0 + 30_000, error: null },
        { ...feed, name: 'b', lastSuccessMs: null, nextMs: null, error: 'The answer is HTML.' },
        { ...feed, name: 'c', lastSuccessMs: T0, nextMs: T0 - 5, error: null, notice: 'Its clock is ahead.' },
      ],
      T0,
    )
    expect(rows.map(({ name, success, next, fault }) => [name, success, next, fault])).toEqual([
      ['b', 'never', '–', 'The answer is HTML.'],
      ['a', '2 min ago', 'in 30 s', null],
      ['c', 'just now', 'now', 'Its clock is ahead.'],
    ])
  })
})
