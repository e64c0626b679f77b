import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { StreamTopics } from '../../../src/serve/live/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { examples } from '../../streams/example.ts'
import { fakeDeps } from '../fake-deps.ts'
import { cleanups, listening } from '../listening.ts'
import { problem } from '../problem.ts'

/** A client whose network takes what is written to it only when `takes` is called. */
function client() {
  const events: { event: string; data: unknown }[] = []
  const state = { waitingBytes: 0, ended: false, beats: 0 }
  return {
    events,
    state,
    listener: {
      get waitingBytes() {
        return state.waitingBytes
      },
      write(bytes: Buffer) {
        state.waitingBytes += bytes.length
        const [, event, data] = /^event: (\S+)\ndata: (.*)\n\n$/s.exec(bytes.toString()) ?? []
        if (event === undefined || data === undefined) state.beats += 1
        else events.push({ event, data: JSON.parse(data) })
      },
      end: () => (state.ended = true),
    },
    takes: () => (state.waitingBytes = 0),
  }
}

const rows = (count: number, bytes = 10) =>
  Array.from({ length: count }, (_, position) => ({ position, text: 'x'.repeat(bytes) }))

describe('the topics of the live stream', () => {
  it('tell each client the rows of the streams it follows', () => {
    const topics = new StreamTopics({ now: () => 0 })
    const [a, b] = [client(), client()]
    topics.connect(a.listener, new Set(['weather', 'events']))
    topics.connect(b.listener, new Set(['events']))
    topics.rows('weather', rows(2))
    topics.rows('events', rows(1))
    topics.rows('cameras', rows(1))
    expect(a.events.map(({ event }) => event)).toEqual(['weather', 'events'])
    expect(b.events).toEqual([{ event: 'events', data: { rows: rows(1) } }])
    topics.stop()
    expect([a.state.ended, topics.clients]).toEqual([true, 0])
  })

  it('say nothing to who has left', () => {
    const topics = new StreamTopics({ now: () => 0 })
    const one = client()
    topics.connect(one.listener, new Set(['weather']))()
    topics.rows('weather', rows(1))
    expect([one.events, topics.clients]).toEqual([[], 0])
  })

  it('hold a bounded number of bytes for a slow client, and tell it what it missed', () => {
    const topics = new StreamTopics({ now: () => 0 })
    const slow = client()
    topics.connect(slow.listener, new Set(['weather', 'events']))
    // 200 rows of 4 kB are an event of 0.8 MB: the second one waits for nobody.
    topics.rows('weather', rows(1_000, 4_000))
    topics.rows('events', rows(3))
    expect(slow.events.map(({ event }) => event)).toEqual(['weather'])
    expect(slow.state.waitingBytes).toBeLessThan(1024 * 1024)
    slow.takes()
    topics.rows('events', rows(1))
    expect(slow.events.slice(1)).toEqual([
      { event: 'skipped', data: { rows: { weather: 800, events: 3 } } },
      { event: 'events', data: { rows: rows(1) } },
    ])
    topics.stop()
  })

  it('are silent for no longer than a beat, and let go who takes nothing for a minute', () => {
    let now = 0
    const topics = new StreamTopics({ now: () => now })
    const [idle, gone] = [client(), client()]
    topics.connect(idle.listener, new Set(['weather']))
    topics.connect(gone.listener, new Set(['events']))
    topics.rows('events', rows(400, 4_000))
    now = 61_000
    topics.beat()
    expect([idle.state.beats, idle.state.ended, gone.state.ended, topics.clients]).toEqual([
      1,
      false,
      true,
      1,
    ])
    topics.stop()
  })
})

describe('GET /v1/live?streams=', () => {
  it('tells rows, and the city only where it is asked for', async () => {
    const topics = new StreamTopics({ now: () => 0 })
    const { port } = await listening({ streams: examples, topics })
    const open = async (path: string) => {
      const asking = request({ port, host: '127.0.0.1', path })
      cleanups.push(async () => asking.destroy())
      asking.end()
      const [answer] = (await once(asking, 'response')) as [IncomingMessage]
      return answer
    }
    const alone = await open('/v1/live?streams=alarms')
    const both = await open('/v1/live?streams=readings,alarms')
    topics.rows('alarms', rows(1))
    const text = async (answer: IncomingMessage, until: string) => {
      let got = ''
      for await (const chunk of answer) {
        got += String(chunk)
        if (got.includes(until)) break
      }
      return got
    }
    const first = await text(alone, 'event: alarms')
    expect(first).not.toContain('event: snapshot')
    expect(await text(both, 'event: alarms')).toContain('event: snapshot')
  })

  it('refuses what it does not know', async () => {
    const app = buildServer(fakeDeps({ streams: examples }))
    expect(problem(await app.inject('/v1/live?streams=alarms,rain'))).toMatchObject({
      status: 400,
      detail: expect.stringContaining('does not know "rain"; there are readings, air-quality') as string,
    })
  })
})
