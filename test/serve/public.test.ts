import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PUBLIC_META, City } from '../../src/serve/contract/index.ts'
import { buildPublicServer, type PublicDeps } from '../../src/serve/public/index.ts'
import { RequestTimes } from '../../src/serve/request-times.ts'
import { buildServer } from '../../src/serve/server.ts'
import type { OpenApi } from '../../src/serve/reference/index.ts'
import { fakeDeps, status } from './fake-deps.ts'
import { problem } from './problem.ts'

/** All that a citizen may ask. */
const isAllowed = (path: string) =>
  path.startsWith('/v1/incident-record/') ||
  ['/v1/incidents.rss', '/v1/incidents.geojson', '/docs', '/openapi.json'].includes(path)
const OVERVIEW = '/v1/incident-record/overview'

function server(over: Partial<PublicDeps> = {}) {
  const { incidentRecord, incidentAnalyst, incidentFeeds } = fakeDeps()
  const asked: unknown[] = []
  const clock = { ms: 0 }
  const app = buildPublicServer({
    incidentRecord: {
      ...incidentRecord,
      overview: choice => {
        asked.push(choice)
        return incidentRecord.overview(choice)
      },
    },
    incidentAnalyst,
    incidentFeeds,
    city: { ...status.city, name: 'Calgary "<&>"' },
    ...{ pageDir: null, requestsPerMinute: 1_000, cacheS: 60, cacheBytes: 1e7, trustedProxies: [] },
    now: () => clock.ms,
    version: '0.0.0',
    ...over,
  })
  onTestFinished(() => app.close())
  return { app, asked, clock }
}

/** A built page. */
function page(): string {
  const dir = mkdtempSync(join(tmpdir(), 'arterial-public-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  mkdirSync(join(dir, 'assets'))
  writeFileSync(join(dir, 'index.html'), '<html><head><title>Arterial</title></head><body></body></html>')
  writeFileSync(join(dir, 'assets', 'main-abcdefgh.js'), 'script')
  return dir
}

describe('the public address', () => {
  it('answers the reading of the incident record and nothing else of the API, as a program or a browser asks', async () => {
    const main = buildServer(fakeDeps())
    const { paths } = (await main.inject('/openapi.json')).json<OpenApi>()
    await main.close()
    const { app } = server({ pageDir: page() })
    let refused = 0
    for (const path of Object.keys(paths))
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)
        for (const accept of ['application/json', 'text/html']) {
          if (isAllowed(path) && (method === 'GET' || method === 'HEAD')) continue
          const url = path.replaceAll(/\{\w+\}/g, 'x')
          const { statusCode } = await app.inject({ method, url, headers: { accept } })
          expect([method, path, statusCode === 404 || statusCode === 405]).toEqual([method, path, true])
          refused++
        }
    expect(refused).toBeGreaterThan(500)
    const feeds = ['/v1/incidents.rss', '/v1/incidents.geojson']
    const record = ['points', 'hotspots', 'trend'].map(name => `/v1/incident-record/${name}`)
    for (const url of [OVERVIEW, ...record, ...feeds]) expect((await app.inject(url)).statusCode).toBe(200)
    const lost = await app.inject('/v1/incident-record/incidents/x')
    expect(problem(lost).detail).toContain('There is no incident x')
    const written = await app.inject({ method: 'POST', url: OVERVIEW, payload: 'a line' })
    expect([written.statusCode, written.headers['allow']]).toEqual([405, 'GET, HEAD'])
  })

  it.each(['/data', '/calendar', '/metrics', '/healthz', '/v1/live', '/anything'])(
    'has no page at %s',
    async url => {
      const { app } = server({ pageDir: page() })
      expect((await app.inject({ url, headers: { accept: 'text/html' } })).statusCode).toBe(404)
    },
  )

  it.each(['/', '/history', '/index.html'])(
    'tells the page at %s where it stands and of which city',
    async url => {
      const { app } = server({ pageDir: page() })
      const { body, headers } = await app.inject(url)
      const content = new RegExp(`<meta name="${PUBLIC_META}" content="([^"]*)" />`).exec(body)?.[1] ?? ''
      expect(content).not.toContain('<')
      const text = content.replace(
        /&(amp|lt|gt|quot);/g,
        (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? '',
      )
      expect(City.parse(JSON.parse(text))).toEqual({ ...status.city, name: 'Calgary "<&>"' })
      const again = await app.inject({ url, headers: { 'if-none-match': String(headers['etag']) } })
      expect([again.statusCode, again.body]).toEqual([304, ''])
      const file = await app.inject('/assets/main-abcdefgh.js')
      expect(file.headers['cache-control']).toContain('immutable')
    },
  )

  it('has what its problems link to: a reference of its own paths, open to anybody', async () => {
    const { app } = server()
    const { type, code } = problem(await app.inject(`${OVERVIEW}?from=never`))
    const [path = '', anchor = ''] = type.split('#')
    const reference = await app.inject(path)
    expect([reference.statusCode, anchor]).toEqual([200, code])
    expect(reference.body).toContain(`id="${code}"`)
    const { paths, components } = (await app.inject('/openapi.json')).json<OpenApi>()
    expect(Object.keys(paths).filter(one => !isAllowed(one))).toEqual([])
    expect(paths).toHaveProperty(OVERVIEW)
    expect(paths[OVERVIEW]?.['get']?.security).toEqual([])
    expect(components.schemas).toHaveProperty('IncidentOverview')
    expect(components.schemas).not.toHaveProperty('HourlySummary')
    for (const route of Object.keys(paths).filter(one => !one.includes('{') && !one.includes('before-after')))
      expect([route, (await app.inject(route)).statusCode]).toEqual([route, 200])
  })

  it('tells feed readers of the feeds where there are any', async () => {
    const links = async (access: 'open' | 'read') => {
      const incidentFeeds = { ...fakeDeps().incidentFeeds, access }
      const { body } = await server({ pageDir: page(), incidentFeeds }).app.inject('/history')
      return [
        ...body.matchAll(/<link rel="alternate" type="([^"]+)" href="([^"]+)" title="([^"]+)" \/>/g),
      ].map(([, ...said]) => said)
    }
    expect(await links('open')).toEqual([
      [
        'application/rss+xml',
        '/v1/incidents.rss',
        'Calgary &quot;&lt;&amp;&gt;&quot;: traffic incidents (RSS)',
      ],
      [
        'application/geo+json',
        '/v1/incidents.geojson',
        'Calgary &quot;&lt;&amp;&gt;&quot;: traffic incidents (GeoJSON)',
      ],
    ])
    expect(await links('read')).toEqual([])
  })

  it('counts what is asked, refusals too, beside what is asked at the other address', async () => {
    const requests = new RequestTimes()
    const { app } = server({ requests, requestsPerMinute: 3 })
    for (const url of [OVERVIEW, OVERVIEW, '/v1/status', OVERVIEW]) await app.inject(url)
    const main = buildServer(fakeDeps({ requests }))
    onTestFinished(() => main.close())
    await main.inject(OVERVIEW)
    const { body } = await main.inject('/metrics')
    const counted = body.matchAll(/arterial_http_request_duration_seconds_count\{(.*)\} (\d+)/g)
    expect([...counted].map(([, labels, count]) => `${labels}: ${count}`).sort()).toEqual([
      `method="GET",route="${OVERVIEW}",status="200",address="main": 1`,
      `method="GET",route="${OVERVIEW}",status="200",address="public": 2`,
      `method="GET",route="${OVERVIEW}",status="429",address="public": 1`,
      `method="GET",route="none",status="404",address="public": 1`,
    ])
  })

  it('has the security headers of the other address, on refusals too', async () => {
    const { app } = server()
    for (const url of [OVERVIEW, '/v1/status'])
      expect((await app.inject(url)).headers).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'self'") as string,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      })
  })

  it('asks the lake once for all ways to write a question, and sends nothing twice', async () => {
    const { app, asked, clock } = server()
    const first = await app.inject(`${OVERVIEW}?type=stalled&type=closure&from=2020-01-01`)
    expect(first.headers['cache-control']).toBe('public, max-age=60')
    const others = [
      `${OVERVIEW}?from=2020-01-01&type=closure&type=stalled`,
      `${OVERVIEW}?from=2020-01-01&type=%63losure&type=stalled&type=stalled`,
    ]
    for (const url of others) expect((await app.inject(url)).headers['etag']).toBe(first.headers['etag'])
    expect(asked).toHaveLength(1)
    const known = { 'if-none-match': String(first.headers['etag']) }
    const unchanged = await app.inject({ url: others[0]!, headers: known })
    expect([unchanged.statusCode, unchanged.body]).toEqual([304, ''])
    clock.ms = 60_000
    await app.inject(others[0]!)
    expect(asked).toHaveLength(2)
  })

  it('lets nobody keep that an analysis is being worked on', async () => {
    const { incidentAnalyst } = fakeDeps()
    let asked = 0
    const trend = (choice: Parameters<typeof incidentAnalyst.trend>[0]) => {
      asked++
      return incidentAnalyst.trend(choice)
    }
    const { app, clock } = server({ incidentAnalyst: { ...incidentAnalyst, trend } })
    const ask = () => app.inject('/v1/incident-record/trend')
    const [first] = await Promise.all([ask(), ask()])
    expect([first.json(), first.headers['cache-control'], first.headers['etag']]).toEqual([
      { state: 'computing', result: null },
      'no-store',
      undefined,
    ])
    expect(asked).toBe(1)
    clock.ms = 1_000
    await ask()
    expect(asked).toBe(2)
  })

  it('lets nobody keep a refusal', async () => {
    const { app } = server()
    const { statusCode, headers } = await app.inject(`${OVERVIEW}?from=never`)
    expect([statusCode, headers['cache-control'], headers['etag']]).toEqual([400, 'no-store', undefined])
    const long = await app.inject(`${OVERVIEW}?words=${'x'.repeat(4_001)}`)
    expect(problem(long)).toMatchObject({ status: 400, code: 'ART_PARAMETER' })
  })

  it('sends away who asks too often, whatever is asked, and nobody else', async () => {
    const { app, clock } = server({ requestsPerMinute: 10 })
    const ask = (remoteAddress: string, url = OVERVIEW) => app.inject({ url, remoteAddress })
    for (let n = 0; n < 10; n++) await ask('203.0.113.7', n % 2 === 0 ? OVERVIEW : '/nothing')
    const refused = await ask('203.0.113.7')
    expect(problem(refused)).toMatchObject({ status: 429, code: 'ART_RATE' })
    expect(refused.headers['retry-after']).toBe('6')
    expect((await ask('203.0.113.8')).statusCode).toBe(200)
    clock.ms = 6_000
    expect((await ask('203.0.113.7')).statusCode).toBe(200)
  })

  it('takes a caller’s address from proxies that are trusted, and from nobody else', async () => {
    const { app } = server({ requestsPerMinute: 10, trustedProxies: ['10.0.0.0/8'] })
    const ask = async (remoteAddress: string, forwarded: string) => {
      const headers = { 'x-forwarded-for': forwarded }
      return (await app.inject({ url: OVERVIEW, remoteAddress, headers })).statusCode
    }
    // What stands left of what the proxy wrote was said by the caller.
    for (let n = 0; n < 10; n++) await ask('10.0.0.1', `198.51.100.${n}, 203.0.113.7`)
    expect(await ask('10.0.0.1', '198.51.100.99, 203.0.113.7')).toBe(429)
    expect(await ask('10.0.0.1', '203.0.113.8')).toBe(200)
    for (let n = 0; n < 10; n++) await ask('203.0.113.9', `198.51.100.${n}`)
    expect(await ask('203.0.113.9', '198.51.100.99')).toBe(429)
  })

  it('holds a bounded number of connections, so that files and the other address keep theirs', async () => {
    const { app } = server({ mostConnections: 2 })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const opened = () => {
      const socket = connect({ host: '127.0.0.1', port }).on('error', () => undefined)
      onTestFinished(() => void socket.destroy())
      return socket
    }
    const held = [opened(), opened()]
    for (const socket of held) await once(socket, 'connect')
    await once(opened().resume(), 'close')
    held[0]?.destroy()
    const ask = () => fetch(`http://127.0.0.1:${port}${OVERVIEW}`).then(({ status: code }) => code)
    await expect.poll(() => ask().catch(() => 0)).toBe(200)
  })

  it('keeps the feeds to itself where they want a token', async () => {
    const { incidentFeeds } = fakeDeps()
    const { app } = server({ incidentFeeds: { ...incidentFeeds, access: 'read' } })
    expect((await app.inject('/v1/incidents.rss')).statusCode).toBe(404)
  })
})
