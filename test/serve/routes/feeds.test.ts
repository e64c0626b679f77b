import { describe, expect, it } from 'vitest'
import type { Feed } from '../../../src/serve/contract/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { fakeDeps } from '../fake-deps.ts'

const feed: Feed = {
  name: 'airport',
  stream: 'weather',
  format: 'nws',
  address: 'https://api.weather.gov/stations/KNYC/observations/latest',
  schedule: 'every 10 min',
  state: 'failing',
  asking: false,
  last_poll_at: '2026-11-27T15:00:00.000Z',
  last_success_at: null,
  age_s: null,
  newest_at: null,
  next_at: '2026-11-27T15:10:00.000Z',
  error: { code: 'ART_FEED', message: 'the answer is empty', since: '2026-11-27T15:00:00.000Z' },
  failures: 1,
  notice: null,
  polls: 1,
  unchanged: 0,
  lines_read: 0,
  lines_sent: 0,
  last_lines: 0,
}

describe('GET /v1/feeds', () => {
  it('says how each feed is, as it is now', async () => {
    const app = buildServer(fakeDeps({ feeds: () => [feed] }))
    const answer = await app.inject('/v1/feeds')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toEqual({ items: [feed] })
  })

  it('is empty where nothing is polled', async () => {
    const answer = await buildServer(fakeDeps({ feeds: () => [] })).inject('/v1/feeds')
    expect(answer.json()).toEqual({ items: [] })
  })
})
