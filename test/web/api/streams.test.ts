import { describe, expect, it } from 'vitest'
import { mayAsk, streamsOf } from '../../../web/src/api/streams.ts'
import { status } from '../fixtures.ts'

describe('the streams of a status', () => {
  it('are none where the server does not count them', () => {
    expect(streamsOf(status())).toBeNull()
    expect(streamsOf({ streams: 'many' })).toBeNull()
  })

  it('are read as a list or by name, and figures that are not given stay unknown', () => {
    const figures = { records: 7, rows: 6, quarantined: 1, repeats: 0, newestAt: '2026-03-03T17:00:00Z' }
    const [listed] = streamsOf({ streams: [{ name: 'weather', ...figures }] }) ?? []
    const [named] = streamsOf({ streams: { weather: figures } }) ?? []
    expect(listed).toEqual(named)
    expect(listed).toMatchObject({
      name: 'weather',
      rows: 6,
      newestMs: Date.UTC(2026, 2, 3, 17),
      title: null,
    })
    expect(streamsOf({ streams: { events: {} } })?.[0]).toMatchObject({ rows: null, newestMs: null })
  })

  it('let their lists be asked for unless they are known to hold nothing', () => {
    const streams = streamsOf({ streams: { weather: { rows: 3 }, events: { rows: 0 }, cameras: {} } })
    expect(['weather', 'events', 'cameras', 'venues'].map(name => mayAsk(streams, name))).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect(mayAsk(null, 'weather')).toBe(true)
  })
})
