import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchGuarded } from '../../../src/core/outbound/index.ts'
import { format, MIN, never, observed, PollingRoom, START } from './polling-room.ts'
import type { Behaviour } from './provider.ts'
import { json } from './provider.ts'

let room: PollingRoom
beforeEach(async () => {
  room = await new PollingRoom().open()
})
afterEach(() => room.close())

describe('a provider that misbehaves', () => {
  const cases: [string, Behaviour, string][] = [
    ['answers 500', json({}, {}, 500), 'the provider answers 500 (it has a fault)'],
    ['answers 204', (_, response) => response.writeHead(204).end(), 'answers 204 (nothing to say)'],
    ['answers 304 unasked', (_, response) => response.writeHead(304).end(), 'although it was not asked'],
    [
      'redirects in a circle',
      (_, response) => response.writeHead(302, { location: '/obs' }).end(),
      'leads in a circle',
    ],
    [
      'redirects for ever',
      ({ url }, response) => response.writeHead(302, { location: `${url ?? ''}x` }).end(),
      'redirects',
    ],
    [
      'redirects to an address that must not be reached',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
      '169.254.169.254',
    ],
    [
      'drips',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        const drip = setInterval(() => response.write(' '), 20)
        response.on('close', () => clearInterval(drip))
      },
      'took longer than',
    ],
    [
      'answers a page',
      (_, response) =>
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<!DOCTYPE html><html><head><title>Sign in</title>'),
      'a web page ("Sign in"), not data',
    ],
    ['answers nothing', (_, response) => response.writeHead(200).end(), 'the answer is empty'],
    ['answers blanks', (_, response) => response.writeHead(200).end(' \n\t'), 'empty but for blanks'],
    ['changes its format', json({ records: [{ id: 1 }] }), 'no list or object at data'],
    ['drops a field that is needed', json({ data: [{ id: 1 }] }), 'no item of the answer has at'],
    ['cuts its JSON off', (_, response) => response.end('{"data":[{"id":"K'), 'JSON that is cut off'],
    [
      'cuts its gzip off',
      (_, response) =>
        response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync(JSON.stringify(observed())).subarray(0, 30)),
      '',
    ],
    [
      'packs a bomb',
      (_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))),
      '',
    ],
    ['answers too much', (_, response) => response.end('x'.repeat(200_000)), ''],
    [
      'breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{"data"')
        setTimeout(() => response.destroy(), 20)
      },
      '',
    ],
    ['hangs up', (request, _) => request.socket.destroy(), ''],
  ]

  it.each(cases)(
    '%s: an error in words, nothing delivered, and a later answer is taken',
    async (name, behaviour, words) => {
      room.provider.behaves = behaviour
      const feed = room.poller(name === 'drips' ? { timeoutS: 1 } : {})
      await feed.poll(never)
      expect(room.bugs).toEqual([])
      expect(room.delivered).toEqual([])
      expect(feed.state).toMatchObject({ state: 'failing', failures: 1, lastSuccessMs: null })
      expect(feed.state.error?.code).toMatch(/^ART_(FEED|OUTBOUND_\w+)$/)
      expect(feed.state.error?.message).toContain(words)
      expect(feed.state.error?.sinceMs).toBe(START)
      expect(feed.state.nextMs).toBeGreaterThan(room.nowMs)
      room.provider.behaves = json(observed())
      await feed.poll(never)
      expect(feed.state).toMatchObject({ state: 'well', failures: 0, error: null, linesSent: 1 })
    },
  )

  it('is left alone for as long as it asks', async () => {
    room.provider.behaves = json({}, { 'retry-after': '7200' }, 429)
    const feed = room.poller()
    await feed.poll(never)
    expect(feed.state.nextMs).toBe(START + 120 * MIN)
    expect(feed.state.error?.message).toBe(
      'the provider answers 429 (it was asked too often); it asks for 7200 s of patience',
    )
  })

  it('keeps its answer, so that somebody can see what it was', async () => {
    room.provider.behaves = (_, response) => response.writeHead(503).end('under repair')
    await room.poller().poll(never)
    expect(await room.kept()).toEqual(['20261127T150000000Z-503.zst'])
  })

  it('is not reached in a private network unless that is allowed', async () => {
    room.provider.behaves = json(observed())
    const feed = room.poller({}, { fetch: (address, options) => fetchGuarded(address, options) })
    await feed.poll(never)
    expect(feed.state.error?.code).toBe('ART_OUTBOUND_REFUSED')
    expect(room.provider.asked).toEqual([])
  })

  it('brings out a fault of the program without ending the feed', async () => {
    room.provider.behaves = json(observed())
    const broken = { ...format, read: () => (undefined as unknown as string[]).map(() => ({})) }
    const feed = room.poller({ format: broken })
    await feed.poll(never)
    expect(room.bugs).toHaveLength(1)
    expect(feed.state.error?.code).toBe('ART_FEED_BUG')
  })
})
