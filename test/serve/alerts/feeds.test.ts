import { describe, expect, it } from 'vitest'
import type { RecentIncident } from '../../../src/serve/alerts/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { fakeDeps } from '../fake-deps.ts'

const incident: RecentIncident = {
  incident_id: '2026-03-01 & 1',
  type: 'pedestrian',
  severity: 'severe',
  title: 'Macleod Trail <b>& 25 Avenue SE',
  description: 'A bell\u0007 and "quotes"',
  started_at: '2026-03-01T12:00:00.000Z',
  updated_at: '2026-03-01T12:01:00.000Z',
  latitude: 51.03,
  longitude: -114.06,
  community: 'MISSION',
  quadrant: 'SE',
}
const tokens = [{ name: 'me', sha256: '0'.repeat(64), scopes: ['read'] as const }]
const server = (incidents: readonly RecentIncident[], access: 'open' | 'read' = 'open') => {
  const deps = fakeDeps({ incidentFeeds: { recent: async () => incidents, access } })
  return buildServer({ ...deps, security: { ...deps.security, tokens } })
}

describe('the feeds of recent incidents', () => {
  it('are RSS whose texts can break nothing', async () => {
    const answer = await server([incident]).inject('/v1/incidents.rss')
    expect(answer.headers['content-type']).toBe('application/rss+xml; charset=utf-8')
    expect(answer.body).toContain(
      '<title>severe: pedestrian, Macleod Trail &lt;b&gt;&amp; 25 Avenue SE</title>',
    )
    expect(answer.body).toContain('<guid isPermaLink="false">2026-03-01 &amp; 1</guid>')
    expect(answer.body).toContain('<description>A bell\uFFFD and &quot;quotes&quot;</description>')
    expect(answer.body).toContain('<pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate>')
    expect(answer.body).toContain('<georss:point>51.03 -114.06</georss:point>')
  })

  it('are GeoJSON', async () => {
    const answer = await server([incident]).inject('/v1/incidents.geojson')
    expect(answer.headers['content-type']).toContain('application/geo+json')
    const { latitude, longitude, ...properties } = incident
    expect(answer.json()).toEqual({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          id: incident.incident_id,
          geometry: { type: 'Point', coordinates: [longitude, latitude] },
          properties,
        },
      ],
    })
  })

  it('are empty where nothing happened, and still feeds', async () => {
    const app = server([])
    expect((await app.inject('/v1/incidents.rss')).body).toContain('</channel></rss>')
    expect((await app.inject('/v1/incidents.geojson')).json()).toEqual({
      ...{ type: 'FeatureCollection', features: [] },
    })
  })

  it('need not be sent again to who has them', async () => {
    for (const path of ['/v1/incidents.rss', '/v1/incidents.geojson']) {
      const app = server([incident])
      const { etag } = (await app.inject(path)).headers
      const headers = { 'if-none-match': String(etag) }
      const again = await app.inject({ url: path, headers })
      expect([again.statusCode, again.body]).toEqual([304, ''])
      const other = server([{ ...incident, severity: 'moderate' }])
      expect((await other.inject({ url: path, headers })).statusCode).toBe(200)
    }
  })

  it('are for everybody, or for who may read', async () => {
    const open = await server([incident]).inject('/v1/incidents.rss')
    expect(open.headers['cache-control']).toBe('public, max-age=60')
    expect((await server([incident], 'read').inject('/v1/incidents.rss')).statusCode).toBe(401)
  })
})
