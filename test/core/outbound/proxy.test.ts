import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseTarget } from '../../../src/core/outbound/address/target.ts'
import { fetchGuarded, OutboundProxyError, OutboundRefusedError } from '../../../src/core/outbound/index.ts'
import { bypassesProxy } from '../../../src/core/outbound/proxy.ts'
import { selfSigned } from './certificate.ts'
import { localServer, rawServer } from './local-server.ts'

const resolve = async () => ['127.0.0.1']

/** A proxy that leads every tunnel to one port of ours. */
async function localProxy(port: number) {
  const asked: { authority: string; credentials: string | undefined }[] = []
  const server = createServer()
  const sockets = new Set<Socket>()
  server.on('connect', (request, socket: Socket) => {
    asked.push({ authority: request.url ?? '', credentials: request.headers['proxy-authorization'] })
    const out = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n')
      out.pipe(socket).pipe(out)
    })
    for (const one of [socket, out]) {
      sockets.add(one)
      one.on('error', () => undefined)
    }
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(done => server.close(done))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

describe('a proxy', () => {
  it('is told the checked address, and the certificate is held against the name', async () => {
    const certificate = selfSigned({ names: ['cam.example'] })
    const server = await localServer((_request, response) => response.end('through'), certificate)
    const proxy = await localProxy(server.port)
    const answer = await fetchGuarded('https://cam.example/', {
      allow: ['127.0.0.1'],
      resolve,
      ca: certificate.cert,
      proxy: { url: proxy.url.replace('//', '//us%65r:p%40ss@') },
    })
    expect(answer.body.toString()).toBe('through')
    expect(proxy.asked).toEqual([
      { authority: '127.0.0.1:443', credentials: `Basic ${Buffer.from('user:p@ss').toString('base64')}` },
    ])
    expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined()
  })

  it('does not open private networks', async () => {
    const proxy = await localProxy(1)
    const through = { resolve, proxy: { url: proxy.url } }
    await expect(fetchGuarded('http://cam.example/', through)).rejects.toThrow(OutboundRefusedError)
    await expect(fetchGuarded('http://10.0.0.1/', through)).rejects.toThrow(OutboundRefusedError)
    const unresolved = { resolve, proxy: { url: proxy.url, resolves: 'proxy' } } as const
    for (const url of [
      'http://10.0.0.1/',
      'http://localhost/',
      'http://metadata.google.internal./',
      'http://cam/',
    ])
      await expect(fetchGuarded(url, unresolved), url).rejects.toThrow(OutboundRefusedError)
    expect(proxy.asked).toEqual([])
  })

  it('resolves names itself where it is to', async () => {
    const server = await localServer((_request, response) => response.end('by name'))
    const proxy = await localProxy(server.port)
    const never = () => Promise.reject(new Error('asked'))
    const answer = await fetchGuarded('http://cam.example/', {
      resolve: never,
      proxy: { url: proxy.url, resolves: 'proxy' },
    })
    expect(answer.body.toString()).toBe('by name')
    expect(proxy.asked[0]?.authority).toBe('cam.example:80')
  })

  it('that refuses, wants a password or is none is told, without its secrets', async () => {
    for (const [head, words] of [
      ['HTTP/1.1 403 No\r\n\r\n', 'does not let the connection through (403)'],
      ['HTTP/1.1 407 Who\r\n\r\n', 'wants a user and password'],
      ['HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', 'speaks before it was asked'],
      ['SSH-2.0\r\n', 'is no HTTP'],
    ] as const) {
      const server = await rawServer(socket => socket.end(head))
      const proxy = { url: server.url.replace('//', '//user:secret@') }
      const error = await fetchGuarded('http://1.1.1.1/', { proxy }).catch((cause: unknown) => cause)
      expect(error).toBeInstanceOf(OutboundProxyError)
      expect(String(error)).toContain(words)
      expect(String(error)).not.toContain('secret')
    }
    const away = fetchGuarded('http://1.1.1.1/', { proxy: { url: 'http://127.0.0.1:1' } })
    await expect(away).rejects.toThrow('the proxy http://127.0.0.1:1/: nothing listens there')
    await expect(fetchGuarded('http://1.1.1.1/', { proxy: { url: 'socks://a' } })).rejects.toThrow(
      OutboundProxyError,
    )
  })

  it('is passed by for the hosts on its list', () => {
    const by = (url: string, ...noProxy: string[]) => bypassesProxy(parseTarget(url), noProxy)
    expect(by('http://a.city.lan/', 'city.lan')).toBe(true)
    expect(by('http://a.city.lan/', '.city.lan')).toBe(true)
    expect(by('http://a.city.lan/', '*.city.lan')).toBe(true)
    expect(by('http://acity.lan/', 'city.lan')).toBe(false)
    expect(by('http://10.1.2.3/', '10.0.0.0/8')).toBe(true)
    expect(by('http://11.1.2.3/', '10.0.0.0/8')).toBe(false)
    expect(by('http://a:8080/', 'a:8080')).toBe(true)
    expect(by('http://a/', 'a:8080')).toBe(false)
    expect(by('http://a/', '*')).toBe(true)
    expect(by('http://a/')).toBe(false)
  })
})
