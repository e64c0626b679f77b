import { describe, expect, it } from 'vitest'
import type { Feed } from '../../../src/serve/contract/index.ts'
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
  const at = (ms: number) => new Date(T0 + ms).toISOString()
  const feed = (name: string, more: Partial<Feed>): Feed => ({
    ...{ name, stream: 'weather', format: 'nws', address: 'https://a.example/', schedule: 'each 5 min' },
    ...{ state: 'well', asking: false, last_poll_at: null, last_success_at: null, age_s: null },
    ...{ newest_at: null, next_at: null, error: null, failures: 0, notice: null, polls: 0 },
    ...{ unchanged: 0, lines_read: 0, lines_sent: 0, last_lines: 0 },
    ...more,
  })

  it('that fail stand first and say why', () => {
    const error = { code: 'ART_FEED_HTML', message: 'The answer is HTML.', since: null }
    const rows = feedRows(
      [
        feed('a', { last_success_at: at(-90_000), next_at: at(30_000) }),
        feed('b', { error }),
        feed('c', { last_success_at: at(0), next_at: at(-5), notice: 'Its clock is ahead.' }),
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
