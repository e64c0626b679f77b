import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backoffMs, LiveStore, type EventStream } from '../../../web/src/api/live-store.ts'
import { site, snapshot } from '../fixtures.ts'

class FakeStream implements EventStream {
  onopen = null
  onerror: ((event: Event) => void) | null = null
  closed = false
  readonly listeners = new Map<string, (event: MessageEvent<string>) => void>()

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, listener)
  }
  close(): void {
    this.closed = true
  }
  send(type: string, body: unknown, id: string): void {
    this.listeners.get(type)?.({ data: JSON.stringify(body), lastEventId: id } as MessageEvent<string>)
  }
}

function start() {
  const streams: FakeStream[] = []
  const ids: (string | null)[] = []
  const store = new LiveStore({
    open: id => {
      ids.push(id)
      const stream = new FakeStream()
      streams.push(stream)
      return stream
    },
    topics: ['weather', 'events'],
    now: () => Date.now(),
    random: () => 0,
  })
  store.start()
  return { store, streams, ids, last: () => streams.at(-1)! }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const { city, status } = snapshot()

describe('LiveStore', () => {
  it('is connecting until the first snapshot', () => {
    const { store, last } = start()
    expect(store.getView()).toMatchObject({ state: null, connection: { kind: 'connecting' } })
    last().send('snapshot', snapshot(), '1')
    expect(store.getView().connection.kind).toBe('open')
  })

  it('tells who paints which sites changed, and null for a whole picture', () => {
    const { store, last } = start()
    const seen: unknown[] = []
    store.onSites(changed => seen.push(changed === null ? null : changed.map(one => one.id)))
    last().send('snapshot', snapshot(), '1')
    last().send('change', { sites: [site('B')], city, status }, '2')
    expect(seen).toEqual([null, ['B']])
  })

  it('tells whose rows have come, and of every stream when some were missed', () => {
    const { store, last } = start()
    const heard: string[] = []
    const leave = store.onNews(topic => heard.push(topic))
    last().send('weather', { rows: [{}] }, '')
    last().send('skipped', { rows: { events: 400 } }, '')
    leave()
    last().send('events', { rows: [{}] }, '')
    expect(heard).toEqual(['weather', 'weather', 'events'])
  })

  it('keeps the last picture when the connection goes, and comes back by itself where it was', () => {
    const { store, streams, ids, last } = start()
    last().send('snapshot', snapshot(), '7')
    last().onerror?.(new Event('error'))
    expect(store.getView()).toMatchObject({ connection: { kind: 'lost' } })
    expect(store.getView().state?.sites.size).toBe(2)
    vi.advanceTimersByTime(1_000)
    expect(streams).toHaveLength(2)
    expect(ids).toEqual([null, '7'])
    last().send('change', { sites: [], city, status }, '8')
    expect(store.getView().connection.kind).toBe('open')
  })

  it('says since when it is lost, however often it tries', () => {
    const { store, last } = start()
    last().send('snapshot', snapshot(), '1')
    last().onerror?.(new Event('error'))
    const { connection: first } = store.getView()
    vi.advanceTimersByTime(1_000)
    last().onerror?.(new Event('error'))
    const { connection: second } = store.getView()
    expect(second).toMatchObject({ kind: 'lost', sinceMs: first.kind === 'lost' ? first.sinceMs : null })
  })

  it('takes silence for a lost connection although nobody closed it', () => {
    const { store, last } = start()
    last().send('snapshot', snapshot(), '1')
    const stream = last()
    vi.advanceTimersByTime(10_000)
    expect(stream.closed).toBe(true)
    expect(store.getView().connection.kind).toBe('lost')
  })

  it('tries at once when asked', () => {
    const { store, streams, last } = start()
    last().onerror?.(new Event('error'))
    store.retryNow()
    expect(streams).toHaveLength(2)
  })

  it('asks anew when a change comes before any picture', () => {
    const { store, last } = start()
    last().send('change', { sites: [], city, status }, '1')
    expect(store.getView().connection.kind).toBe('lost')
  })
})

describe('backoffMs', () => {
  it('doubles up to twenty seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map(attempt => backoffMs(attempt, 0))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000,
    ])
  })

  it('spreads a crowd over a quarter of the wait', () => {
    expect(backoffMs(0, 1)).toBe(750)
  })
})
