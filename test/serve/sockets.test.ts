import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { Agent, request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EngineUnavailableError } from '../../src/core/errors.ts'
import { listenControl } from '../../src/serve/control.ts'
import { LiveHub } from '../../src/serve/live/index.ts'
import { buildServer } from '../../src/serve/server.ts'
import { ask, cleanups, listening, raw } from './listening.ts'
import { ADMIN_SECRET, fakeDeps, status } from './fake-deps.ts'

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'arterial-serve-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  return dir
}

const newHub = () => new LiveHub({ now: Date.now, status: () => status, epoch: 'e' })

/** Reads events of a stream until `count` of them are there. */
async function events(port: number, count: number, headers: Record<string, string> = {}) {
  const outgoing = request({ port, host: '127.0.0.1', path: '/v1/live', headers })
  outgoing.end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response) {
    text += String(chunk)
    if (text.split('\nid: ').length > count) break
  }
  outgoing.destroy()
  const found = [...text.matchAll(/event: (\w+)\nid: (\S+)/g)].map(([, event, id]) => ({ event, id }))
  return { headers: response.headers, found }
}

describe('a caller who goes away', () => {
  it.each([
    ['what was ended for it', (signal: AbortSignal) => signal.reason as Error, 0],
    ['a mistake of ours', () => new TypeError('x is undefined'), 1],
  ])('is no error in the log: %s', async (_what, failure, errors) => {
    const lines: string[] = []
    let isAsked = false
    const { port } = await listening({
      log: { level: 'warn', stream: { write: line => lines.push(line) } },
      sql: (_read, _format, signal) => {
        isAsked = true
        const { promise, reject } = Promise.withResolvers<never>()
        signal.addEventListener('abort', () => setTimeout(() => reject(failure(signal)), 5))
        cleanups.push(() => promise.catch(() => undefined))
        return promise
      },
    })
    const outgoing = request({ port, host: '127.0.0.1', path: '/v1/sql', method: 'POST' })
    outgoing.on('error', () => undefined).end('SELECT 1')
    await expect.poll(() => isAsked).toBe(true)
    outgoing.destroy()
    if (errors > 0) await expect.poll(() => lines.length).toBe(errors)
    await new Promise(done => setTimeout(done, 150))
    expect(lines.length, lines.join('')).toBe(errors)
  })
})

describe('the live stream', () => {
  it('begins with a snapshot and goes on from the last event after a break', async () => {
    const hub = newHub()
    const { port } = await listening({ live: hub })
    const ticking = setInterval(() => hub.tick(), 20)
    cleanups.push(async () => clearInterval(ticking))
    const first = await events(port, 3)
    expect(first.headers['content-type']).toContain('text/event-stream')
    expect(first.headers['content-security-policy']).toContain("'self'")
    expect(first.found.map(({ event }) => event).slice(0, 3)).toEqual(['snapshot', 'change', 'change'])
    const resumed = await events(port, 1, { 'last-event-id': first.found.at(-1)!.id! })
    expect(resumed.found[0]?.event).toBe('change')
  })

  it('ends when the server closes, and lets go of a client that left', async () => {
    const hub = newHub()
    const { app, port } = await listening({ live: hub })
    await events(port, 1)
    await expect.poll(() => hub.clients).toBe(0)
    const outgoing = request({ port, host: '127.0.0.1', path: '/v1/live' })
    outgoing.end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    response.resume()
    await expect.poll(() => hub.clients).toBe(1)
    await Promise.all([once(response, 'end'), app.close()])
  })

  it('does not wait for a client that reads nothing', async () => {
    const hub = newHub()
    const { port } = await listening({ live: hub })
    hub.load(Array.from({ length: 3_000 }, (_, i) => bigPartial(i)))
    const stuck = connect(port, '127.0.0.1')
    cleanups.push(async () => stuck.destroy())
    stuck.pause()
    stuck.write('GET /v1/live HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await expect.poll(() => hub.clients).toBe(1)
    for (let i = 0; i < 100; i++) {
      hub.load(Array.from({ length: 3_000 }, (_, j) => bigPartial(j)))
      hub.tick()
    }
    const { found } = await events(port, 1)
    expect(found[0]?.event).toBe('snapshot')
    // Read on, the stuck one gets a snapshot again instead of a hundred changes.
    let text = ''
    stuck.on('data', chunk => void (text += String(chunk)))
    stuck.resume()
    const ticking = setInterval(() => hub.tick(), 20)
    cleanups.push(async () => clearInterval(ticking))
    await expect.poll(() => text.split('event: snapshot').length - 1).toBe(2)
    expect(text.split('event: change').length - 1).toBeLessThan(60)
  })
})

describe('a server that closes', () => {
  it('lets a request in hand finish', async () => {
    let finish: () => void
    const held = new Promise<void>(resolve => (finish = resolve))
    let begun: () => void
    const started = new Promise<void>(resolve => (begun = resolve))
    const { app, port } = await listening({
      ingest: async () => {
        begun()
        await held
        return { accepted: 1, position: '0', positions: [] }
      },
    })
    const agent = new Agent({ keepAlive: true })
    cleanups.push(async () => agent.destroy())
    const inHand = ask({ port, host: '127.0.0.1', path: '/v1/readings', method: 'POST', agent }, '{}\n')
    await started
    const closing = app.close()
    finish!()
    expect((await inHand).status).toBe(200)
    await closing
  })

  it('does not wait for a long operation of the administrator', async () => {
    const { app, port } = await listening({
      admin: {
        ...fakeDeps().admin,
        async *verify(signal) {
          yield { progress: 0, message: 'begun' }
          await once(signal, 'abort')
          throw new EngineUnavailableError('Stopped.')
        },
      },
    })
    const outgoing = request({
      port,
      host: '127.0.0.1',
      path: '/v1/admin/verify',
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_SECRET}` },
    })
    outgoing.end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    let text = ''
    response.on('data', chunk => void (text += String(chunk)))
    await once(response, 'data')
    await Promise.all([once(response, 'end'), app.close()])
    expect(text).toContain('ART_ENGINE_UNAVAILABLE')
  })
})

describe('bytes that are not HTTP', () => {
  it('get a problem document and the door', async () => {
    const { port } = await listening()
    expect(await raw(port, 'GARBAGE\r\n\r\n', 'ART_REQUEST')).toMatch(
      /^HTTP\/1.1 400 [\s\S]*application\/problem\+json/,
    )
  })

  it('are headers beyond the bound, too', async () => {
    const { port } = await listening()
    const text = await raw(
      port,
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(80_000)}\r\n\r\n`,
      'ART_REQUEST',
    )
    expect(text).toMatch(/^HTTP\/1.1 431 /)
  })
})

describe('the control socket', () => {
  const secret = { authorization: `Bearer ${ADMIN_SECRET}` }

  it('wants the administrator’s secret for everything, and no host name', async () => {
    const { app } = await listening()
    const socketPath = join(await folder(), 'control.sock')
    await listenControl(app, socketPath)
    expect((await ask({ socketPath, path: '/v1/status' })).status).toBe(401)
    expect((await ask({ socketPath, path: '/v1/status', headers: { ...secret, host: 'any' } })).status).toBe(
      200,
    )
    expect(
      (await ask({ socketPath, path: '/v1/admin/verify', method: 'POST', headers: secret })).body,
    ).toContain('equal')
  })

  it('does not take a token that covers less', async () => {
    const { createHash } = await import('node:crypto')
    const sha256 = createHash('sha256').update('t').digest('hex')
    const { app } = await listening({
      security: {
        host: '127.0.0.1',
        tokens: [{ name: 't', sha256, scopes: ['read'] }],
        adminSecret: ADMIN_SECRET,
      },
    })
    const socketPath = join(await folder(), 'control.sock')
    await listenControl(app, socketPath)
    expect(
      (await ask({ socketPath, path: '/v1/status', headers: { authorization: 'Bearer t' } })).status,
    ).toBe(403)
  })

  it('is its owner’s alone, replaces one a crash left, and is gone after the close', async () => {
    const { app } = await listening()
    const socketPath = join(await folder(), 'control.sock')
    await writeFile(socketPath, '')
    await listenControl(app, socketPath)
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600)
    await app.close()
    await expect(stat(socketPath)).rejects.toThrow()
  })
})

describe('the page', () => {
  async function built() {
    const dir = await folder()
    await writeFile(join(dir, 'index.html'), '<!doctype html><title>page</title>')
    await import('node:fs/promises').then(fs => fs.mkdir(join(dir, 'assets')))
    await writeFile(join(dir, 'assets', 'index-Ab3dE_9z.js'), 'export {}')
    const app = buildServer(fakeDeps({ pageDir: dir }))
    cleanups.push(() => app.close())
    return app
  }
  const html = { accept: 'text/html' }

  it('is served at its address and at every address it routes itself', async () => {
    const app = await built()
    for (const url of ['/', '/pipeline', '/intersection/INT-0000']) {
      const response = await app.inject({ url, headers: html })
      expect([response.statusCode, response.body]).toEqual([200, '<!doctype html><title>page</title>'])
      expect(response.headers['cache-control']).toBe('no-cache')
    }
  })

  it('keeps files named by their content for good', async () => {
    const response = await (await built()).inject('/assets/index-Ab3dE_9z.js')
    expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(response.headers['content-type']).toContain('javascript')
  })

  it.each(['/assets/gone.js', '/v1/gone', '/../package.json', '/%2e%2e/package.json', '/.env'])(
    'does not stand in for %s',
    async url => {
      const response = await (await built()).inject({ url })
      expect([403, 404]).toContain(response.statusCode)
      expect(response.headers['content-type']).toContain('application/problem+json')
    },
  )

  it('does not take a POST', async () => {
    const response = await (await built()).inject({ method: 'POST', url: '/', headers: html })
    expect(response.statusCode).toBe(404)
  })

  it('says how to build it where it is not', async () => {
    const response = await buildServer(fakeDeps()).inject({ url: '/', headers: html })
    expect(response.statusCode).toBe(503)
    expect(response.body).toContain('npm run build')
  })
})

function bigPartial(i: number) {
  return {
    site: `a-site-with-a-name-${i}`,
    minuteMs: 0,
    readings: 1,
    vehicles: 1,
    speedSum: 30,
    speedWeight: 1,
    waitSumS: 3,
    waitCount: 1,
    occupancySum: 0.1,
    occupancyCount: 1,
    maxQueueVeh: 1,
    lastAtMs: 1,
    signal: 'red' as const,
  }
}
