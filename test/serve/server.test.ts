import { spawnSync } from 'node:child_process'
import { describe, expect, it, vi } from 'vitest'
import { AppError, EngineUnavailableError } from '../../src/core/errors.ts'
import { buildServer, type ServerDeps } from '../../src/serve/server.ts'
import { ADMIN_SECRET, fakeDeps, fakeLake, intersectionRow, status } from './fake-deps.ts'
import { problem } from './problem.ts'

const server = (over: Partial<ServerDeps> = {}) => buildServer(fakeDeps(over))
const putAll: ServerDeps['register']['put'] = async sensors => ({ position: 0, count: sensors.length })
const admin = { authorization: `Bearer ${ADMIN_SECRET}` }

describe('the API', () => {
  it.each([
    '/healthz',
    '/readyz',
    '/metrics',
    '/v1/status',
    '/v1/gold/hourly-summary',
    '/v1/gold/intersection-metrics',
    '/v1/gold/district-analytics',
    '/v1/gold/district-quarters',
    '/v1/silver/readings',
    '/v1/quarantine',
    '/v1/quarantine/summary',
    '/v1/intersections',
    '/v1/sensors',
    '/v1/drift',
    '/openapi.json',
    '/docs',
  ])('answers GET %s, and HEAD without a body', async path => {
    const app = server()
    expect((await app.inject(path)).statusCode).toBe(200)
    const head = await app.inject({ method: 'HEAD', url: path })
    expect([head.statusCode, head.body]).toEqual([200, ''])
  })

  it('answers the status as it is', async () => {
    expect((await server().inject('/v1/status')).json()).toEqual(status)
  })

  it('is alive but not ready while the engine starts', async () => {
    const app = server({
      status: () => ({ ...status, ready: false, engine: { state: 'starting', restarts: 0 } }),
    })
    expect((await app.inject('/healthz')).statusCode).toBe(200)
    const response = await app.inject('/readyz')
    expect(problem(response)).toMatchObject({ code: 'ART_NOT_READY', status: 503 })
    expect(response.headers['retry-after']).toBe('2')
  })

  it('tells Prometheus the pipeline’s figures', async () => {
    const { body } = await server().inject('/metrics')
    expect(body).toContain('arterial_log_records_total 10')
    expect(body).toContain('arterial_readings_loaded_total 8')
    expect(body).toContain('arterial_quarantined_lines{stream="readings",reason="speed_range"} 3')
    expect(body).toContain('arterial_freshness_seconds{percentile="95"} 0.25')
    expect(body).toContain('arterial_engine_state{state="ready"} 1')
    expect(body).toContain('arterial_engine_restarts_total 2')
    expect(body).toContain('arterial_folder_bytes{part="lake"} 20480')
    expect(body).toContain('arterial_folder_bytes{part="set_aside"} 0')
    expect(body).toContain('arterial_log_unknown_records 0')
    expect(body).toContain('arterial_problems{code="disk_nearly_full"} 1')
  })

  const promtool = spawnSync('promtool', ['--version']).status === 0
  it.skipIf(!promtool)('gives Prometheus what promtool finds nothing against', async () => {
    const app = server()
    await app.inject('/v1/status')
    const { body } = await app.inject('/metrics')
    const {
      status: code,
      stderr,
      stdout,
    } = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' })
    expect([code, stdout, stderr]).toEqual([0, '', ''])
    expect(body).toMatch(/arterial_build_info\{version="0.0.0",node="\d+\..*"\} 1/)
    expect(body).toContain('arterial_disk_free_bytes 50000000000')
    expect(body).toContain('arterial_newest_reading_timestamp_seconds 1772323200')
    expect(body).toContain('arterial_lost_records{state="open"}')
  })

  it('counts requests by route, not by address', async () => {
    const app = server()
    await app.inject('/v1/intersections?limit=3')
    const { body } = await app.inject('/metrics')
    expect(body).toMatch(
      /arterial_http_request_duration_seconds_count\{method="GET",route="\/v1\/intersections",status="200",address="main"\} 1/,
    )
  })

  it('answers metrics while the engine is away', async () => {
    const lake = {
      ...fakeLake(),
      quarantineReasons: () => Promise.reject(new EngineUnavailableError('The engine is restarting.')),
    }
    expect((await server({ lake }).inject('/metrics')).statusCode).toBe(200)
  })
})

describe('problem documents', () => {
  it('name a path that does not exist', async () => {
    expect(problem(await server().inject('/v1/nothing'))).toMatchObject({
      code: 'ART_NOT_FOUND',
      status: 404,
    })
  })

  it.each([
    ['POST', '/v1/status', 'GET, HEAD'],
    ['GET', '/v1/sql', 'POST'],
    ['PATCH', '/v1/sensors', 'GET, HEAD, PUT'],
    ['GET', '/v1/sensors/x', 'DELETE'],
    ['OPTIONS', '/v1/readings', 'POST'],
  ] as const)('say which methods there are: %s %s', async (method, url, allow) => {
    const response = await server().inject({ method, url })
    expect(problem(response)).toMatchObject({ code: 'ART_METHOD', status: 405 })
    expect(response.headers.allow).toBe(allow)
  })

  it.each(['/v1/%', '/v1/sensors/%zz', '/%c0%ae'])('answer an address that cannot be read: %s', async url => {
    const response = await server().inject(url)
    expect([400, 404]).toContain(response.statusCode)
    problem(response)
  })

  it('say nothing of a bug but that it was one', async () => {
    const lake = { ...fakeLake(), page: () => Promise.reject(new Error('password=hunter2 at secret.ts')) }
    const response = await server({ lake }).inject('/v1/intersections')
    expect(problem(response)).toMatchObject({ code: 'ART_INTERNAL', status: 500 })
    expect(response.body).not.toContain('hunter2')
  })

  it('call a row that breaks the contract our own mistake', async () => {
    const lake = fakeLake({ intersections: [intersectionRow({ sensors: 'many' })] })
    expect(problem(await server({ lake }).inject('/v1/intersections'))).toMatchObject({ status: 500 })
  })

  it('say when to come back while the engine is away', async () => {
    const lake = {
      ...fakeLake(),
      page: () => Promise.reject(new EngineUnavailableError('The engine is restarting.')),
    }
    const response = await server({ lake }).inject('/v1/intersections')
    expect(problem(response)).toMatchObject({ code: 'ART_ENGINE_UNAVAILABLE', status: 503 })
    expect(response.headers['retry-after']).toBe('2')
  })

  it('are never cached, and carry the security headers', async () => {
    const { headers } = await server().inject('/v1/nothing')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toContain("default-src 'self'")
  })
})

describe('POST /v1/readings', () => {
  const post = (over: Partial<ServerDeps> = {}, query = '') =>
    server(over).inject({
      method: 'POST',
      url: `/v1/readings${query}`,
      headers: { 'content-type': 'application/x-ndjson' },
      payload: '{}\n{}\n',
    })

  it('answers how many lines are durable', async () => {
    expect((await post()).json()).toEqual({ accepted: 2, position: '42', positions: [[41, 2]] })
  })

  it('passes on source, interval and the headers of the body', async () => {
    const ingest = vi.fn<ServerDeps['ingest']>(async () => ({ accepted: 1, position: '0', positions: [] }))
    await post({ ingest }, '?source=replay:metr-la&interval_s=300')
    expect(ingest.mock.calls[0]?.[1]).toMatchObject({
      contentType: 'application/x-ndjson',
      source: 'replay:metr-la',
      intervalS: 300,
    })
  })

  it('takes a body without a media type as far as the door, which decides', async () => {
    const ingest = vi.fn<ServerDeps['ingest']>(async () => ({ accepted: 1, position: '0', positions: [] }))
    await server({ ingest }).inject({ method: 'POST', url: '/v1/readings' })
    expect(ingest.mock.calls[0]?.[1].contentType).toBeUndefined()
  })

  it('takes a body far over a mebibyte', async () => {
    const response = await server().inject({
      method: 'POST',
      url: '/v1/readings',
      headers: { 'content-type': 'application/x-ndjson' },
      payload: '{"a":1}\n'.repeat(400_000),
    })
    expect(response.json()).toMatchObject({ accepted: 400_000 })
  })

  it('refuses readings where the city is simulated, and says what to do', async () => {
    const ingest = vi.fn<ServerDeps['ingest']>()
    const document = problem(await post({ mode: 'simulated', ingest }))
    expect(document).toMatchObject({ code: 'ART_SIMULATED', status: 409 })
    expect(document.detail).toContain('--simulate off')
    expect(ingest).not.toHaveBeenCalled()
  })

  it.each([429, 503] as const)('answers %i with Retry-After when it is not let in', async refused => {
    const admission = () => ({
      status: refused,
      code: 'ART_BACKLOG' as const,
      detail: 'Behind.',
      retryAfterS: 5,
    })
    const response = await post({ admission })
    expect(problem(response)).toMatchObject({ code: 'ART_BACKLOG', status: refused, detail: 'Behind.' })
    expect(response.headers['retry-after']).toBe('5')
  })

  it('tells how many lines are durable when a body fails halfway', async () => {
    class HalfwayError extends AppError {
      readonly code = 'ART_HALFWAY'
      readonly status = 422
      readonly durable = 1234
    }
    const ingest = () => Promise.reject(new HalfwayError('The header has no sensor_id.'))
    expect(problem(await post({ ingest }))).toMatchObject({
      code: 'ART_HALFWAY',
      status: 422,
      durable: 1234,
      title: 'Unprocessable Entity',
    })
  })

  it.each(['?interval_s=0', '?interval_s=x', '?source=', '?source=a%20b', '?sauce=http'])(
    'refuses %s, naming the parameter',
    async query => {
      const document = problem(await post({}, query))
      expect(document).toMatchObject({ code: 'ART_PARAMETER', status: 400 })
      expect(document.detail).toContain(query.slice(1).split('=')[0])
    },
  )
})

describe('a wrong parameter', () => {
  it.each([
    ['/v1/silver/readings?sensor_id=', 'sensor_id: "" is wrong: wants at least 1 character(s)'],
    ['/v1/quarantine?reason=speed_range', 'wants one of utf8, json_syntax,'],
    ['/v1/silver/readings?format=csv&format=json', 'given more than once'],
  ])('is named in plain words: %s', async (url, words) => {
    const response = await server().inject(url)
    expect(problem(response)).toMatchObject({ status: 400, code: 'ART_PARAMETER' })
    expect(response.json<{ detail: string }>().detail).toContain(words)
  })
})

describe('the sensor register', () => {
  const sensor = {
    sensor_id: 'S1',
    intersection_id: null,
    name: null,
    latitude: 1,
    longitude: 2,
    district: null,
    interval_s: 30,
    lanes: null,
    camera: null,
  }
  const put = (payload: string, type = 'application/x-ndjson', over: Partial<ServerDeps> = {}) =>
    server(over).inject({ method: 'PUT', url: '/v1/sensors', headers: { 'content-type': type }, payload })

  it('imports NDJSON and JSON alike', async () => {
    const line = JSON.stringify(sensor)
    expect((await put(`${line}\n\n${line}`)).json()).toMatchObject({ imported: 2 })
    expect((await put(`[${line},${line},${line}]`, 'application/json')).json()).toMatchObject({ imported: 3 })
  })

  it('imports nothing when a line is wrong, and names the line', async () => {
    const register = { put: vi.fn(putAll), remove: async () => true }
    const bad = JSON.stringify({ ...sensor, latitude: 91 })
    const response = await put(`${JSON.stringify(sensor)}\n${bad}\n{broken\n`, 'application/x-ndjson', {
      register,
    })
    const { detail } = problem(response)
    expect(detail).toContain('line 2: latitude')
    expect(detail).toContain('line 3:')
    expect(register.put).not.toHaveBeenCalled()
  })

  it('hands a large import on in order, in batches', async () => {
    const got: string[] = []
    const register = {
      put: async (batch: readonly { sensor_id: string }[]) => {
        const position = got.length
        got.push(...batch.map(s => s.sensor_id))
        return { position, count: batch.length }
      },
      remove: async () => true,
    }
    const ids = Array.from({ length: 4_500 }, (_, i) => `S${i}`)
    const body = ids.map(id => JSON.stringify({ ...sensor, sensor_id: id })).join('\n')
    expect((await put(body, 'application/x-ndjson', { register })).json()).toEqual({
      imported: 4_500,
      positions: [[0, 4_500]],
    })
    expect(got).toEqual(ids)
  })

  it.each([
    ['', 'application/x-ndjson', 400],
    ['[]', 'application/json', 400],
    ['{', 'application/json', 400],
    ['a,b', 'text/csv', 415],
  ])('refuses %j as %s', async (payload, type, code) => {
    expect(problem(await put(payload, type)).status).toBe(code)
  })

  it('removes a sensor, and knows those it has not', async () => {
    expect((await server().inject({ method: 'DELETE', url: '/v1/sensors/known' })).statusCode).toBe(204)
    expect(problem(await server().inject({ method: 'DELETE', url: '/v1/sensors/other' }))).toMatchObject({
      code: 'ART_NOT_FOUND',
      status: 404,
    })
  })

  it('takes ids of 128 characters however they are escaped', async () => {
    const remove = vi.fn(async () => true)
    const id = 'ü'.repeat(128)
    await server({ register: { put: putAll, remove } }).inject({
      method: 'DELETE',
      url: `/v1/sensors/${encodeURIComponent(id)}`,
    })
    expect(remove).toHaveBeenCalledWith(id, expect.any(String))
  })

  it('is changed by nobody whose share of the door is used up', async () => {
    const refusal = { status: 429, code: 'ART_SENDER_BEHIND', detail: 'later', retryAfterS: 3 } as const
    const app = server({ admission: () => refusal })
    for (const request of [
      { method: 'PUT', url: '/v1/sensors' },
      { method: 'DELETE', url: '/v1/sensors/known' },
    ] as const) {
      const answer = await app.inject(request)
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '3'])
    }
  })

  it('is not changed from outside where the city is simulated', async () => {
    const app = server({ mode: 'simulated' })
    expect(problem(await app.inject({ method: 'DELETE', url: '/v1/sensors/known' })).status).toBe(409)
    expect(problem(await app.inject({ method: 'PUT', url: '/v1/sensors' })).status).toBe(409)
  })
})

describe('administration', () => {
  it('streams progress and at last the result', async () => {
    const { body } = await server().inject({ method: 'POST', url: '/v1/admin/verify', headers: admin })
    expect(
      body
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as unknown),
    ).toEqual([{ progress: 0.5, message: 'half' }, { result: { equal: true } }])
  })

  it('ends with a problem document when it fails on the way', async () => {
    const base = fakeDeps().admin
    const failing = {
      ...base,
      async *verify() {
        yield { progress: 0.1, message: 'begun' }
        throw new EngineUnavailableError('The engine went away.')
      },
    }
    const { body } = await server({ admin: failing }).inject({
      method: 'POST',
      url: '/v1/admin/verify',
      headers: admin,
    })
    expect(JSON.parse(body.trim().split('\n').at(-1)!)).toMatchObject({
      error: { code: 'ART_ENGINE_UNAVAILABLE', status: 503 },
    })
  })

  it('refuses a range that is none', async () => {
    const url = '/v1/admin/rebuild?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z'
    expect(problem(await server().inject({ method: 'POST', url, headers: admin }))).toMatchObject({
      status: 400,
    })
  })
})
