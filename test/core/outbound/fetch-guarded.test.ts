import { describe, expect, it } from 'vitest'
import {
  fetchGuarded,
  OutboundAbortedError,
  OutboundAddressError,
  OutboundBrokenError,
  OutboundCertificateError,
  OutboundConnectError,
  OutboundDnsError,
  OutboundRedirectError,
  OutboundRefusedError,
  OutboundTimeoutError,
} from '../../../src/core/outbound/index.ts'
import { selfSigned } from './certificate.ts'
import { localServer, rawServer } from './local-server.ts'

const local = { allow: ['127.0.0.1'] }

describe('fetchGuarded', () => {
  it('answers status, headers, body and validators', async () => {
    const server = await localServer((request, response) => {
      response.setHeader('etag', '"v1"')
      response.setHeader('last-modified', 'Mon, 05 Jan 2026 12:00:00 GMT')
      response.setHeader('retry-after', '30')
      response.setHeader('x-twice', ['a', 'b'])
      response.statusCode = 503
      response.end(`asked for ${request.url ?? ''}`)
    })
    const answer = await fetchGuarded(`${server.url}/feed?key=1#part`, {
      ...local,
      headers: { 'X-Key': 'k' },
    })
    expect(answer).toMatchObject({
      status: 503,
      etag: '"v1"',
      lastModified: 'Mon, 05 Jan 2026 12:00:00 GMT',
      retryAfterS: 30,
      finalUrl: `${server.url}/feed?key=1`,
    })
    expect(answer.headers['x-twice']).toBe('a, b')
    expect(answer.body.toString()).toBe('asked for /feed?key=1')
    expect(server.requests[0]?.headers).toMatchObject({ host: `127.0.0.1:${server.port}`, 'x-key': 'k' })
  })

  it('asks whether there is anything new', async () => {
    const server = await localServer((_request, response) => {
      response.writeHead(304, { etag: '"v1"' }).end()
    })
    const answer = await fetchGuarded(server.url, { ...local, etag: '"v1"', lastModified: 'yesterday' })
    expect(answer).toMatchObject({ status: 304, etag: '"v1"' })
    expect(answer.body).toHaveLength(0)
    expect(server.requests[0]?.headers).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': 'yesterday',
    })
  })

  it('takes a 304 that tells of the body it does not send', async () => {
    const server = await rawServer(socket => {
      socket.end(
        'HTTP/1.1 304 Not Modified\r\ncontent-length: 99999999\r\ncontent-encoding: compress\r\n\r\n',
      )
    })
    const answer = await fetchGuarded(server.url, { ...local, etag: '"v1"' })
    expect(answer).toMatchObject({ status: 304, headers: { 'content-length': '99999999' } })
    expect(answer.body).toHaveLength(0)
  })

  it('lets no caller change where a message ends or who reads it, and names no value', async () => {
    for (const [name, value] of [
      ['Host', 'secret'],
      ['Transfer-Encoding', 'secret'],
      ['a b', 'secret'],
      ['x', 'secret\r\ny: z'],
    ] as const) {
      const error = await failure('http://127.0.0.1:1/', { ...local, headers: { [name]: value } })
      expect(error).toBeInstanceOf(OutboundAddressError)
      expect(error.message).not.toContain('secret')
    }
  })
})

describe('names', () => {
  it('are resolved once, and the connection is held to what was checked', async () => {
    const server = await localServer((request, response) => response.end(request.headers.host))
    let asked = 0
    // A rebinding name: this machine the first time (allowed here), a secret of the cloud the second time.
    const resolve = async () => [asked++ === 0 ? '127.0.0.1' : '169.254.169.254']
    const answer = await fetchGuarded(`http://cam.example:${server.port}/`, { ...local, resolve })
    expect(answer.body.toString()).toBe(`cam.example:${server.port}`)
    expect(asked).toBe(1)
  })

  it('with one private address among public ones are refused as a whole', async () => {
    const server = await localServer((_request, response) => response.end())
    const resolve = async () => ['93.184.215.14', '127.0.0.1']
    const error = await failure(`http://rebind.example:${server.port}/?key=secret`, { resolve })
    expect(error).toBeInstanceOf(OutboundRefusedError)
    expect(error.message).toBe(
      `http://rebind.example:${server.port}/?…: rebind.example leads to 127.0.0.1, which is this machine; ` +
        'add the host or address to the allow list if it may be fetched',
    )
    expect(server.requests).toHaveLength(0)
  })

  it('that do not exist are said to be missing', async () => {
    const none = Object.assign(new Error('x'), { code: 'ENOTFOUND' })
    const error = await failure('http://nowhere.example/', { resolve: () => Promise.reject(none) })
    expect(error).toBeInstanceOf(OutboundDnsError)
    expect(error.message).toContain('there is no such host; check its spelling')
    expect(await failure('http://empty.example/', { resolve: async () => [] })).toBeInstanceOf(
      OutboundDnsError,
    )
  })

  it('may be tried at their next address', async () => {
    const server = await localServer((_request, response) => response.end('here'))
    const resolve = async () => ['127.0.0.2', '127.0.0.1']
    const answer = await fetchGuarded(`http://two.example:${server.port}/`, {
      allow: ['127.0.0.0/8'],
      resolve,
    })
    expect(answer.body.toString()).toBe('here')
  })
})

describe('redirects', () => {
  it('are followed five times, not six', async () => {
    const server = await localServer((request, response) => {
      const step = Number(request.url?.slice(1))
      if (step === 0) response.end('there')
      else response.writeHead(302, { location: `/${step - 1}` }).end()
    })
    const answer = await fetchGuarded(`${server.url}/5`, local)
    expect(answer.body.toString()).toBe('there')
    expect(answer.finalUrl).toBe(`${server.url}/0`)
    const error = await failure(`${server.url}/6`, local)
    expect(error).toBeInstanceOf(OutboundRedirectError)
    expect(error.message).toContain('after 5 redirects')
  })

  it('in a circle are seen at once', async () => {
    const server = await localServer((request, response) => {
      response.writeHead(301, { location: request.url === '/a' ? '/b' : '/a#x' }).end()
    })
    const error = await failure(`${server.url}/a`, local)
    expect(error.message).toContain('leads in a circle')
    expect(server.requests).toHaveLength(2)
  })

  it('take only harmless headers to another origin', async () => {
    const other = await localServer((_request, response) => response.end())
    const server = await localServer((request, response) => {
      const location = request.url === '/' ? '/again' : other.url
      response.writeHead(307, { location }).end()
    })
    const headers = {
      Authorization: 'Bearer secret',
      Cookie: 'secret',
      'X-Api-Key': 'secret',
      Accept: 'image/*',
    }
    await fetchGuarded(`${server.url}/`, { ...local, headers, etag: '"e"' })
    expect(server.requests[1]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'x-api-key': 'secret',
    })
    expect(JSON.stringify(other.requests[0]?.headers)).not.toContain('secret')
    expect(other.requests[0]?.headers).toMatchObject({ accept: 'image/*', 'if-none-match': '"e"' })
  })

  it.each([
    ['http://169.254.169.254/latest/meta-data/', OutboundRefusedError],
    ['http://[::ffff:169.254.169.254]/', OutboundRefusedError],
    ['http://10.0.0.1/', OutboundRefusedError],
    ['http://0x7f000002/', OutboundRefusedError],
    ['http://localhost/', OutboundRefusedError],
    ['file:///etc/passwd', OutboundAddressError],
    ['gopher://127.0.0.1/', OutboundAddressError],
    ['http://u:p@127.0.0.1/', OutboundAddressError],
    ['//10.0.0.1/', OutboundRefusedError],
  ])('to %s are refused', async (location, kind) => {
    const server = await localServer((_request, response) => response.writeHead(302, { location }).end())
    const resolve = async () => ['127.0.0.1', '::1']
    expect(await failure(server.url, { ...local, resolve })).toBeInstanceOf(kind)
  })

  it('from https to http are refused', async () => {
    const certificate = selfSigned()
    const server = await localServer((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()
    }, certificate)
    const error = await failure(server.url, { ...local, ca: certificate.cert })
    expect(error).toBeInstanceOf(OutboundRedirectError)
    expect(error.message).toContain('not encrypted')
  })
})

describe('https', () => {
  it('is taken with an authority that was added', async () => {
    const certificate = selfSigned({ names: ['cam.example'] })
    const server = await localServer((_request, response) => response.end('safe'), certificate)
    const answer = await fetchGuarded(`https://cam.example:${server.port}/`, {
      ...local,
      ca: certificate.cert,
      resolve: async () => ['127.0.0.1'],
    })
    expect(answer.body.toString()).toBe('safe')
  })

  it.each([
    ['signed by itself', selfSigned(), false],
    ['for another name', selfSigned({ names: ['other.example'] }), true],
    ['has expired', selfSigned({ until: new Date(Date.now() - 3_600_000) }), true],
    ['not valid yet', selfSigned({ from: new Date(Date.now() + 3_600_000) }), true],
  ])('says in words that a certificate is %s', async (words, certificate, known) => {
    const server = await localServer((_request, response) => response.end(), certificate)
    const error = await failure(server.url, { ...local, ca: known ? certificate.cert : null })
    expect(error).toBeInstanceOf(OutboundCertificateError)
    expect(error.message).toContain(words)
  })

  it('says that a host speaks no TLS', async () => {
    const server = await localServer((_request, response) => response.end())
    const error = await failure(`https://127.0.0.1:${server.port}/`, local)
    expect(error).toBeInstanceOf(OutboundCertificateError)
    expect(error.message).toContain('is it really https?')
  })
})

describe('time', () => {
  it('ends a server that says nothing', async () => {
    const server = await localServer(() => undefined)
    const error = await failure(server.url, { ...local, firstByteMs: 50 })
    expect(error).toBeInstanceOf(OutboundTimeoutError)
    expect(error.message).toContain('no answer within 50 ms')
    expect(error.retryable).toBe(true)
  })

  it.each(['head', 'body'])('ends a server that drips its %s', async part => {
    const server = await rawServer((socket, _asked) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      if (part === 'body') socket.write('content-length: 1000\r\n\r\n')
      const timer = setInterval(() => socket.write(part === 'body' ? 'x' : 'x: y\r\n'), 5)
      socket.once('close', () => clearInterval(timer))
    })
    const error = await failure(server.url, { ...local, wholeMs: 150 })
    expect(error).toBeInstanceOf(OutboundTimeoutError)
    expect(error.message).toContain('altogether')
  })

  it('ends a name that is never resolved, and TLS that is never agreed on', async () => {
    const resolve = () => new Promise<readonly string[]>(() => undefined)
    expect(await failure('http://slow.example/', { resolve, connectMs: 30 })).toBeInstanceOf(
      OutboundTimeoutError,
    )
    const silent = await rawServer(() => undefined)
    const error = await failure(`https://127.0.0.1:${silent.port}/`, { ...local, connectMs: 50 })
    expect(error.message).toContain('no connection within 50 ms')
  })

  it('ends when the caller gives up, before and meanwhile', async () => {
    const leaving = new AbortController()
    const server = await localServer(() => leaving.abort())
    const asked = failure(server.url, { ...local, signal: leaving.signal })
    expect(await asked).toBeInstanceOf(OutboundAbortedError)
    const before = await failure(server.url, { ...local, signal: AbortSignal.abort() })
    expect(before).toBeInstanceOf(OutboundAbortedError)
    expect(server.requests).toHaveLength(1)
  })

  it('leaves no connection behind', async () => {
    let open = 0
    const server = await rawServer(socket => {
      open++
      socket.once('close', () => open--)
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx')
    })
    await failure(server.url, { ...local, wholeMs: 50 })
    await expect.poll(() => open).toBe(0)
  })
})

describe('broken answers', () => {
  it.each([
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.6\r\n', OutboundBrokenError],
    ['nothing', '', OutboundConnectError],
    ['a head that never ends', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`, OutboundBrokenError],
    ['a body that is cut off', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345', OutboundBrokenError],
    [
      'chunks that are cut off',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n',
      OutboundBrokenError,
    ],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n12', OutboundBrokenError],
    [
      'two lengths',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n12',
      OutboundBrokenError,
    ],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      OutboundBrokenError,
    ],
    [
      'a switch of protocols',
      'HTTP/1.1 101 Switch\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
      OutboundBrokenError,
    ],
  ])('are told: %s', async (_what, bytes, kind) => {
    const server = await rawServer(socket => socket.end(bytes))
    const error = await failure(server.url, local)
    expect(error).toBeInstanceOf(kind)
    expect(error.message).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/: .+; .+/)
  })

  it('with more than their length end where they say', async () => {
    const server = await rawServer(socket =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n1234567890'),
    )
    expect((await fetchGuarded(server.url, local)).body.toString()).toBe('12345')
  })

  it('say that nothing listens', async () => {
    const error = await failure('http://127.0.0.1:1/', local)
    expect(error).toBeInstanceOf(OutboundConnectError)
    expect(error.message).toBe(
      'http://127.0.0.1:1/: nothing listens there; check host and port (ECONNREFUSED)',
    )
  })
})

/** The error a fetch must end with. */
async function failure(
  ...[address, options]: Parameters<typeof fetchGuarded>
): Promise<Error & { retryable: boolean }> {
  const outcome: unknown = await fetchGuarded(address, options).catch((error: unknown) => error)
  if (outcome instanceof Error) return outcome as Error & { retryable: boolean }
  throw new Error(`${address} was fetched`)
}
