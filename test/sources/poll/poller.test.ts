import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Secret } from '../../../src/core/config/index.ts'
import { AppendError } from '../../../src/core/errors.ts'
import { fetchGuarded } from '../../../src/core/outbound/index.ts'
import { presets } from '../../../src/sources/poll/index.ts'
import { MIN, never, observed, PollingRoom, START } from './polling-room.ts'
import { json } from './provider.ts'

let room: PollingRoom
beforeEach(async () => {
  room = await new PollingRoom().open()
})
afterEach(() => room.close())

describe('a poll', () => {
  it('delivers an answer’s records, keeps it as received and says how it went', async () => {
    room.provider.behaves = json(observed())
    const feed = room.poller()
    expect(feed.state).toMatchObject({ state: 'new', polls: 0 })
    await feed.poll(never)
    expect(room.delivered).toEqual([
      {
        stream: 'weather',
        lines: ['{"station_id":"KNYC","timestamp":"2026-11-27T14:51:00Z","temperature_f":69.98}'],
        source: 'poll:airport',
        arrivedAtMs: START,
      },
    ])
    expect(feed.state).toMatchObject({
      state: 'well',
      lastSuccessMs: START,
      newestMs: Date.parse('2026-11-27T14:51:00Z'),
      nextMs: START + 10 * MIN,
      error: null,
      notice: null,
      linesRead: 1,
      linesSent: 1,
    })
    const [name = ''] = await room.kept()
    expect(name).toBe('20261127T150000000Z-200.zst')
    const body = zstdDecompressSync(await readFile(join(room.folder, 'airport', name)))
    expect(JSON.parse(body.toString())).toEqual(observed())
  })

  it('asks whether anything is new, across a restart, and takes 304 for no', async () => {
    room.provider.behaves = json(observed(), {
      etag: '"v1"',
      'last-modified': 'Fri, 27 Nov 2026 14:52:00 GMT',
    })
    await room.poller().poll(never)
    const again = room.poller()
    room.provider.behaves = (_, response) => response.writeHead(304).end()
    const stop = new AbortController()
    const end = again.run(stop.signal)
    while (room.provider.asked.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
    stop.abort()
    await end
    expect(room.provider.asked[1]?.headers).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': 'Fri, 27 Nov 2026 14:52:00 GMT',
    })
    expect(room.delivered).toHaveLength(1)
    expect(again.state).toMatchObject({ state: 'well', linesSent: 1 })
    // Not at once: it was asked just before.
    expect(room.nowMs).toBeGreaterThanOrEqual(START + 10 * MIN)
  })

  it('delivers nothing twice when the same answer comes again without a mark', async () => {
    room.provider.behaves = json(observed())
    const feed = room.poller()
    await feed.poll(never)
    await feed.poll(never)
    expect(room.delivered).toHaveLength(1)
    expect(feed.state).toMatchObject({ polls: 2, unchanged: 1 })
    expect(await room.kept()).toHaveLength(1)
  })

  it('delivers the same lines again when the answer differs in what is no record', async () => {
    const feed = room.poller()
    room.provider.behaves = json({ ...observed(), generated: 1 })
    await feed.poll(never)
    room.provider.behaves = json({ generated: 2, ...observed() })
    await feed.poll(never)
    expect(room.delivered[1]?.lines).toEqual(room.delivered[0]?.lines)
  })

  it('begins anew when the address or the mapping is another', async () => {
    room.provider.behaves = json(observed(), { etag: '"v1"' })
    await room.poller().poll(never)
    const other = room.poller({ constants: { latitude: 1 } })
    const stop = new AbortController()
    const end = other.run(stop.signal)
    while (room.delivered.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
    stop.abort()
    await end
    expect(room.provider.asked[1]?.headers['if-none-match']).toBeUndefined()
  })

  it('loses nothing when the log can’t take it: the next poll asks for all of it', async () => {
    room.provider.behaves = json(observed(), { etag: '"v1"' })
    const feed = room.poller()
    const works = room.deliver
    room.deliver = () => Promise.reject(new AppendError('The log is full.'))
    await feed.poll(never)
    expect(feed.state).toMatchObject({
      state: 'failing',
      error: { code: 'ART_LOG_APPEND', message: 'The log is full.' },
    })
    room.deliver = works
    await feed.poll(never)
    expect(room.provider.asked[1]?.headers['if-none-match']).toBeUndefined()
    expect(room.delivered).toHaveLength(1)
    expect(feed.state).toMatchObject({ state: 'well', failures: 0, error: null })
  })

  it('sends keys, and shows them nowhere', async () => {
    room.provider.behaves = json({ error: 'bad key' }, {}, 401)
    const feed = room.poller({
      headers: { 'x-api-key': new Secret('s3cret') },
      query: { appid: new Secret('h1dden'), units: 'si' },
    })
    await feed.poll(never)
    expect(room.provider.asked[0]?.url).toBe('/obs?appid=h1dden&units=si')
    expect(room.provider.asked[0]?.headers['x-api-key']).toBe('s3cret')
    const shown =
      JSON.stringify(feed.state) + (await readFile(join(room.folder, 'airport', 'state.json'), 'utf8'))
    expect(shown).not.toMatch(/s3cret|h1dden/)
    expect(feed.state.error?.message).toBe('the provider answers 401 (it wants a key, or another one)')
  })

  it('says when the provider’s clock is ahead, and delivers all the same', async () => {
    room.provider.behaves = json(observed('2026-11-27T15:42:00Z'), { date: 'Fri, 27 Nov 2026 15:40:00 GMT' })
    const feed = room.poller()
    await feed.poll(never)
    expect(room.delivered).toHaveLength(1)
    expect(feed.state.notice).toBe(
      "1 of 1 records are stamped up to 42 min ahead of their arrival and go to quarantine. By the date of its answer the provider's clock is 40 min ahead of this machine's.",
    )
  })

  it('delivers many records in parts', async () => {
    const data = Array.from({ length: 25_000 }, (_, i) => ({ id: `S${i}`, at: '2026-11-27T14:51:00Z' }))
    room.provider.behaves = json({ data })
    const feed = room.poller({ maxBytes: 10_000_000 })
    await feed.poll(never)
    expect(room.delivered.map(({ lines }) => lines.length)).toEqual([10_000, 10_000, 5_000])
  })
})

describe('what is kept', () => {
  it('goes when it is too old or too much', async () => {
    const feed = room.poller({ keepHours: 1 })
    for (let i = 0; i < 5; i++) {
      room.provider.behaves = json(observed(undefined, i))
      await feed.poll(never)
      room.nowMs += 25 * MIN
    }
    expect(await room.kept()).toHaveLength(3)
    const small = room.poller({ keepBytes: 100 })
    room.provider.behaves = json(observed(undefined, 99))
    await small.poll(never)
    expect(await room.kept()).toHaveLength(1)
  })

  it('is nothing with keepHours 0, nor when the disk is nearly full', async () => {
    room.provider.behaves = json(observed())
    await room.poller({ keepHours: 0 }).poll(never)
    const full = room.poller({}, { mayKeep: () => false })
    await full.poll(never)
    expect(full.state.notice).toContain('nearly full')
    expect(room.delivered).toHaveLength(2)
    expect(await room.kept()).toEqual([])
  })

  it('survives a damaged state file: the answer is fetched whole again', async () => {
    room.provider.behaves = json(observed(), { etag: '"v1"' })
    await room.poller().poll(never)
    const path = join(room.folder, 'airport', 'state.json')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('"polls":1', '"polls":7'))
    const feed = room.poller()
    const stop = new AbortController()
    const end = feed.run(stop.signal)
    while (room.provider.asked.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
    stop.abort()
    await end
    expect(room.provider.asked[1]?.headers['if-none-match']).toBeUndefined()
  })
})

describe('run', () => {
  it('asks in its interval, by a clock that is set back too, and ends with the signal', async () => {
    const times: number[] = []
    const stop = new AbortController()
    room.provider.behaves = json(observed())
    const feed = room.poller(
      {},
      {
        fetch: async (address, options) => {
          times.push(room.nowMs)
          if (times.length === 2) room.nowMs -= 3_600_000
          if (times.length === 4) stop.abort()
          return fetchGuarded(address, { ...options, allow: ['127.0.0.1'] })
        },
      },
    )
    await feed.run(stop.signal)
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(10 * MIN)
    expect(times).toHaveLength(4)
    // Set back by an hour while it was asked: it is not left alone for that hour.
    expect(times[2]! - (times[1]! - 3_600_000)).toBeLessThan(15 * MIN)
  })

  it('gives a poll up when the program stops, without calling it a failure', async () => {
    const stop = new AbortController()
    room.provider.behaves = () => stop.abort()
    const feed = room.poller({ format: presets[0]!, timeoutS: 30 })
    await feed.run(stop.signal)
    expect(feed.state).toMatchObject({ state: 'new', failures: 0 })
  })
})
