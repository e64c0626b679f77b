import { describe, expect, it } from 'vitest'
import { buildServer } from '../../../src/serve/server.ts'
import { streams } from '../../../src/streams/index.ts'
import { fakeDeps } from '../fake-deps.ts'

const event = {
  event_id: 'e',
  updated_at: '2026-05-02T00:00:00.000Z',
  kind: 'concert',
  title: 'Show',
  status: 'confirmed',
  starts_at: '2026-07-04T23:30:00.000Z',
  ends_at: '2026-07-05T01:30:00.000Z',
}
const zone = {
  work_zone_id: 'z',
  updated_at: '2026-05-02T00:00:00.000Z',
  event_type: 'detour',
  road_names: ['Main'],
  direction: 'unknown',
  starts_at: '2026-05-01T00:00:00.000Z',
  ends_at: '2026-06-01T00:00:00.000Z',
  geometry: '{"type":"LineString","coordinates":[[0,0],[0,1]]}',
  data_source_id: null,
}

/** A lake that has two pages of each list. */
function server(rows: readonly Readonly<Record<string, unknown>>[]) {
  const asked: unknown[] = []
  const deps = fakeDeps()
  const app = buildServer({
    ...deps,
    streams,
    lake: {
      ...deps.lake,
      page: async (_table, query) => {
        asked.push(query.where)
        const at = query.after === undefined ? 0 : Number(query.after[0])
        return { rows: rows.slice(at, at + 1), next: at + 1 < rows.length ? [at + 1] : null }
      },
    },
  })
  return { app, asked }
}

describe('GET /v1/events.ics', () => {
  it('answers all pages as a calendar with an entity tag', async () => {
    const { app } = server([event, { ...event, event_id: 'f' }])
    const answer = await app.inject('/v1/events.ics')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8')
    expect(answer.body.match(/UID:\w/g)).toEqual(['UID:e', 'UID:f'])
    const again = await app.inject({
      url: '/v1/events.ics',
      headers: { 'if-none-match': answer.headers.etag },
    })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })

  it('is read and written in pieces, between which others are served', async () => {
    const deps = fakeDeps()
    const limits: number[] = []
    const app = buildServer({
      ...deps,
      streams,
      lake: {
        ...deps.lake,
        page: async (_table, query, limit) => {
          limits.push(limit)
          const from = query.after === undefined ? 0 : Number(query.after[0])
          const rows = Array.from({ length: limit }, (_, i) => ({ ...event, event_id: `e${from + i}` }))
          return { rows, next: from + limit < 200_000 ? [from + limit] : null }
        },
      },
    })
    let turns = 0
    let isDone = false
    const others = (): void => {
      turns++
      if (!isDone) setImmediate(others)
    }
    setImmediate(others)
    const answer = await app.inject('/v1/events.ics')
    isDone = true
    expect(answer.body.match(/BEGIN:VEVENT/g)).toHaveLength(10_000)
    expect(Math.max(...limits)).toBeLessThanOrEqual(2_000)
    expect(turns).toBeGreaterThan(40)
  })

  it('counts only what it is asked for towards its bound', async () => {
    const old = Array.from({ length: 3 }, (_, i) => ({ ...event, event_id: `old${i}` }))
    const { app } = server([...old, { ...event, event_id: 'late', ends_at: '2027-01-01T00:00:00.000Z' }])
    const answer = await app.inject('/v1/events.ics?ends_from=2026-12-01T00:00:00Z')
    expect(answer.body.match(/UID:\w+/g)).toEqual(['UID:late'])
  })

  it('takes kinds and an end, and refuses others in words', async () => {
    const { app, asked } = server([event])
    expect((await app.inject('/v1/events.ics?kind=match&kind=concert')).statusCode).toBe(200)
    expect(asked).toEqual([{ kind: ['match', 'concert'] }])
    expect((await app.inject('/v1/events.ics?ends_from=2026-07-05T02:00:00Z')).body).not.toContain('VEVENT')
    const wrong = await app.inject('/v1/events.ics?kind=party')
    expect([wrong.statusCode, wrong.json<{ detail: string }>().detail]).toEqual([
      400,
      'kind: "party" is wrong: wants one of concert, match, parade, roadwork, school, holiday, other',
    ])
  })
})

describe('GET /v1/work-zones.geojson', () => {
  it('answers a feed of the city with an entity tag', async () => {
    const { app } = server([zone])
    const answer = await app.inject('/v1/work-zones.geojson')
    expect(answer.json()).toMatchObject({
      feed_info: { publisher: 'Demo City', version: '4.2', update_date: zone.updated_at },
      type: 'FeatureCollection',
      features: [
        {
          id: 'z',
          properties: { core_details: { data_source_id: 'arterial' } },
          geometry: { type: 'LineString' },
        },
      ],
    })
    const again = await app.inject({
      url: '/v1/work-zones.geojson',
      headers: { 'if-none-match': answer.headers.etag },
    })
    expect(again.statusCode).toBe(304)
    expect((await app.inject('/v1/field-devices.geojson')).statusCode).toBe(200)
  })
})
