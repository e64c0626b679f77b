import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/core/errors.ts'
import { createToken, type AccessToken, type Scope } from '../../../src/serve/auth/index.ts'
import { buildServer, type ServerDeps } from '../../../src/serve/server.ts'
import { ADMIN_SECRET, fakeDeps } from '../fake-deps.ts'

const server = (security: Partial<ServerDeps['security']> = {}) =>
  buildServer(fakeDeps({ security: { ...fakeDeps().security, ...security } }))

function tokenFor(...scopes: Scope[]): AccessToken & { bearer: string } {
  const { token, sha256 } = createToken()
  return { name: scopes.join('+'), sha256, scopes, bearer: `Bearer ${token}` }
}

const calls = {
  read: { method: 'GET', url: '/v1/status' },
  write: { method: 'POST', url: '/v1/readings', payload: '{}\n' },
  admin: { method: 'POST', url: '/v1/admin/verify' },
} as const

describe('without tokens, on loopback', () => {
  it.each([
    ['read', 200],
    ['write', 200],
    ['admin', 401],
  ] as const)('%s answers %i to anybody on this machine', async (kind, code) => {
    expect((await server().inject(calls[kind])).statusCode).toBe(code)
  })

  it('lets the administrator’s secret in, and nothing near it', async () => {
    const as = (authorization: string) => server().inject({ ...calls.admin, headers: { authorization } })
    expect((await as(`Bearer ${ADMIN_SECRET}`)).statusCode).toBe(200)
    expect((await as(`bearer ${ADMIN_SECRET}`)).statusCode).toBe(200)
    for (const wrong of [
      '',
      'Bearer ',
      `Bearer ${ADMIN_SECRET}x`,
      `Bearer  `,
      ADMIN_SECRET,
      'Basic Og==',
      'Digest x',
    ]) {
      expect((await as(wrong)).statusCode).toBe(401)
    }
  })

  it('has no administrator when there is no secret', async () => {
    const app = server({ adminSecret: '' })
    for (const authorization of ['Bearer ', 'Basic Og==', `Basic ${Buffer.from('a:').toString('base64')}`]) {
      expect((await app.inject({ ...calls.admin, headers: { authorization } })).statusCode).toBe(401)
    }
  })
})

describe('with tokens', () => {
  const reader = tokenFor('read')
  const writer = tokenFor('write')
  const chief = tokenFor('admin')
  const app = server({ host: '0.0.0.0', tokens: [reader, writer, chief] })
  const as = (kind: keyof typeof calls, authorization?: string) =>
    app.inject({ ...calls[kind], headers: authorization === undefined ? {} : { authorization } })

  it.each([
    ['read', reader, 200],
    ['read', writer, 403],
    ['read', chief, 200],
    ['write', reader, 403],
    ['write', writer, 200],
    ['write', chief, 200],
    ['admin', reader, 403],
    ['admin', writer, 403],
    ['admin', chief, 200],
  ] as const)('%s with a token for %o answers %i', async (kind, token, code) => {
    expect((await as(kind, token.bearer)).statusCode).toBe(code)
  })

  it('nothing is open without one, the page included, but the probes are', async () => {
    for (const kind of ['read', 'write', 'admin'] as const) expect((await as(kind)).statusCode).toBe(401)
    expect((await app.inject('/docs')).statusCode).toBe(401)
    expect((await app.inject('/')).statusCode).toBe(401)
    expect((await app.inject('/v1/nothing')).statusCode).toBe(401)
    expect((await app.inject('/healthz')).statusCode).toBe(200)
  })

  it('a browser that opens the page is asked for a token, and may give it as a password', async () => {
    const page = await app.inject({ url: '/docs', headers: { accept: 'text/html,*/*' } })
    expect(page.headers['www-authenticate']).toMatch(/^Basic /)
    expect((await as('read')).headers['www-authenticate']).toMatch(/^Bearer /)
    const password = reader.bearer.slice('Bearer '.length)
    const basic = `Basic ${Buffer.from(`anyone:${password}`).toString('base64')}`
    expect((await as('read', basic)).statusCode).toBe(200)
  })

  it('says nothing of the token it refuses', async () => {
    const { body } = await as('read', 'Bearer art_wrong_token')
    expect(body).not.toContain('art_wrong_token')
  })
})

describe('a server others can reach', () => {
  it.each(['0.0.0.0', '::', '192.168.1.4', 'city.example'])('is not built without tokens: %s', host => {
    expect(() => server({ host })).toThrow(ConfigError)
    expect(() => server({ host })).toThrow(/arterial token create/)
  })

  it.each(['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost'])('is not one on %s', host => {
    expect(() => server({ host })).not.toThrow()
  })
})

describe('the Host header', () => {
  const get = (host: string, security: Partial<ServerDeps['security']> = {}) =>
    server(security).inject({ url: '/v1/status', headers: { host } })

  it.each(['localhost', 'localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'LOCALHOST:80'])(
    'may be %s',
    async host => {
      expect((await get(host)).statusCode).toBe(200)
    },
  )

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:80',
    'a b',
    'localhost:80@evil',
  ])('may not be %j (DNS rebinding)', async host => {
    const response = await get(host)
    expect(response.statusCode).toBe(421)
    expect(response.json()).toMatchObject({ code: 'ART_HOST' })
  })

  it('may be a name of server.allowedHosts, on any port', async () => {
    const allowedHosts = ['traffic.city.example:443']
    expect((await get('Traffic.city.example', { allowedHosts })).statusCode).toBe(200)
    expect((await get('other.city.example', { allowedHosts })).statusCode).toBe(421)
  })

  it('does not matter to the probes', async () => {
    expect((await server().inject({ url: '/healthz', headers: { host: 'pod.internal' } })).statusCode).toBe(
      200,
    )
  })
})

describe('a page of another site', () => {
  const from = (headers: Record<string, string>, kind: 'read' | 'write' = 'write') =>
    server().inject({ ...calls[kind], headers: { host: 'localhost:8080', ...headers } })

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:3000' },
    { origin: 'null' },
    { origin: 'http://localhost:8080.evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ])('may not deliver readings: %o', async headers => {
    const response = await from(headers)
    expect(response.statusCode).toBe(403)
    expect(response.json()).toMatchObject({ code: 'ART_CROSS_SITE' })
  })

  it('may link here, but not load from here', async () => {
    expect(
      (await from({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'read')).statusCode,
    ).toBe(200)
    expect(
      (await from({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 'read')).statusCode,
    ).toBe(403)
  })

  it('is one of a neighbour port too, by whatever name, and without fetch metadata', async () => {
    for (const origin of [
      'http://127.0.0.1:3000',
      'http://127.0.0.1',
      'http://localhost',
      'http://[::1]:8080',
    ]) {
      for (const kind of ['read', 'write'] as const) {
        const headers = { host: '127.0.0.1:8080', origin }
        expect((await server().inject({ ...calls[kind], headers })).statusCode).toBe(403)
      }
    }
    const app = server({ allowedHosts: ['traffic.city.example'] })
    const headers = { host: '127.0.0.1:8080', origin: 'https://traffic.city.example:3000' }
    expect((await app.inject({ ...calls.write, headers })).statusCode).toBe(403)
  })

  it('is not the server’s own page, nor a program', async () => {
    expect(
      (await from({ origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' })).statusCode,
    ).toBe(200)
    expect((await from({})).statusCode).toBe(200)
  })

  it('is not the page behind a proxy that goes by an allowed name', async () => {
    const app = server({ allowedHosts: ['traffic.city.example'] })
    const headers = { host: '127.0.0.1:8080', origin: 'https://traffic.city.example' }
    expect((await app.inject({ ...calls.write, headers })).statusCode).toBe(200)
  })
})

describe('createToken', () => {
  it('makes a new one each time, and its hash', () => {
    const [a, b] = [createToken(), createToken()]
    expect(a.token).not.toBe(b.token)
    expect(a.token).toMatch(/^art_[\w-]{43}$/)
    expect(a.sha256).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('the log', () => {
  it('has neither tokens nor queries', async () => {
    const lines: string[] = []
    const app = buildServer(
      fakeDeps({
        log: { level: 'debug', stream: { write: line => void lines.push(line) } },
        status: () => Promise.reject(new Error('broken')),
      }),
    )
    await app.inject({
      url: '/v1/status?key=hidden-in-query',
      headers: { authorization: `Bearer ${ADMIN_SECRET}` },
    })
    await app.inject({ url: '/v1/status', headers: { authorization: `Bearer ${ADMIN_SECRET}` } })
    expect(lines.join('')).toContain('/v1/status')
    expect(lines.join('')).toContain('broken')
    expect(lines.join('')).not.toContain(ADMIN_SECRET)
    expect(lines.join('')).not.toContain('hidden-in-query')
  })
})
