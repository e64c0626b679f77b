import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fetchGuarded, OutboundBrokenError, OutboundTooLargeError } from '../../../src/core/outbound/index.ts'
import { localServer } from './local-server.ts'

const local = { allow: ['127.0.0.1'], maxBytes: 100_000 }
const text = Buffer.from('weather '.repeat(1000))
const zeros = Buffer.alloc(50_000_000)

async function fetchPacked(encoding: string, body: Buffer, options: object = {}) {
  const server = await localServer((_request, response) => {
    response.setHeader('content-encoding', encoding)
    response.end(body)
  })
  return fetchGuarded(server.url, { ...local, ...options })
}

describe('a packed body', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['identity', text],
    ['deflate, gzip', gzipSync(deflateSync(text))],
  ])('is unpacked: %s', async (encoding, body) => {
    expect((await fetchPacked(encoding, body)).body.equals(text)).toBe(true)
  })

  it.each([
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['zstd', zstdCompressSync(zeros)],
    ['gzip, gzip', gzipSync(gzipSync(zeros))],
  ])('that grows beyond the limit is refused: %s', async (encoding, body) => {
    expect(body.length).toBeLessThan(local.maxBytes)
    await expect(fetchPacked(encoding, body)).rejects.toThrow(OutboundTooLargeError)
  })

  it.each([
    ['gzip', gzipSync(text).subarray(0, -20)],
    ['gzip', text],
    ['br', brotliCompressSync(text).subarray(0, -5)],
    ['zstd', zstdCompressSync(text).subarray(0, -5)],
    ['zstd', text],
    ['compress', text],
    ['gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(text)))],
  ])('that can’t be unpacked is told: %s', async (encoding, body) => {
    await expect(fetchPacked(encoding, body)).rejects.toThrow(OutboundBrokenError)
  })

  it('may be empty', async () => {
    expect((await fetchPacked('gzip', Buffer.alloc(0))).body).toHaveLength(0)
  })
})

describe('a large body', () => {
  it('is refused by its length before it comes', async () => {
    const server = await localServer((_request, response) => {
      response.writeHead(200, { 'content-length': '100001' }).flushHeaders()
    })
    await expect(fetchGuarded(server.url, local)).rejects.toThrow('larger than 97.7 KiB')
  })

  it('is refused while it comes, without its end', async () => {
    const server = await localServer((_request, response) => {
      const more = (): void => {
        while (response.write(text)) if (response.destroyed) return
        response.once('drain', more)
      }
      more()
    })
    await expect(fetchGuarded(server.url, local)).rejects.toThrow(OutboundTooLargeError)
  })

  it('of just the limit is taken', async () => {
    const server = await localServer((_request, response) => response.end(Buffer.alloc(100_000)))
    expect((await fetchGuarded(server.url, local)).body).toHaveLength(100_000)
  })

  it('has a limit of its own on the wire', async () => {
    await expect(fetchPacked('identity', text, { maxWireBytes: 1000 })).rejects.toThrow('larger than 1000 B')
    expect((await fetchPacked('gzip', gzipSync(text), { maxWireBytes: 1000 })).body).toHaveLength(text.length)
  })
})
