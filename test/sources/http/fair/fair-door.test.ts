import { describe, expect, it } from 'vitest'
import { fairDoor, passOf } from '../sample.ts'

/** A door over a log and a loader that go on when they are told to. */
function world(maxRecords: number) {
  const state = { next: 0, loaded: 0, nowMs: 0 }
  const door = fairDoor({
    maxRecords,
    backlog: () => ({ records: state.next - state.loaded, bytes: 0 }),
    loaded: () => state.loaded,
    now: () => state.nowMs,
  })
  const deliver = async (pass: ReturnType<typeof passOf>, records: number) => {
    const lease = await pass.room(records, records)
    lease.landed(state.next)
    state.next += records
  }
  return { state, door, deliver }
}

/** Whether the promise is settled now. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  const turn = new Promise(resolve => setImmediate(() => resolve(pending)))
  return (await Promise.race([promise.catch(() => null), turn])) === pending
}

describe('a sender’s share of the backlog', () => {
  it('is half of it while nobody else sends, so that a newcomer finds room', async () => {
    const { door, deliver } = world(1000)
    const greedy = passOf(door, 'greedy')
    for (let i = 0; i < 5; i++) await deliver(greedy, 100)
    expect(door.refusal('greedy')).toBeNull()
    expect(await isPending(deliver(greedy, 100))).toBe(true)
    expect(door.refusal('newcomer')).toBeNull()
    await deliver(passOf(door, 'newcomer'), 100)
  })

  it('counts what came into the log by another door, until it is loaded', async () => {
    const { state, door } = world(1000)
    state.next = 600
    door.landed('editor', { position: 0, count: 600 }, 600)
    expect(door.refusal('editor')).toMatchObject({ status: 429 })
    expect(door.refusal('newcomer')).toBeNull()
    state.loaded = 600
    expect(door.refusal('editor')).toBeNull()
  })

  it('is looked at while a body streams, which goes on when lines were loaded', async () => {
    const { state, door, deliver } = world(1000)
    const pass = passOf(door, 'one')
    await deliver(pass, 500)
    const next = deliver(pass, 100)
    expect(await isPending(next)).toBe(true)
    state.loaded = 300
    await next
    expect(state.next).toBe(600)
  })

  it('leaves half of itself to the sender’s small bodies once a body is large', async () => {
    const { door, deliver } = world(100_000)
    const large = passOf(door, 'one')
    await deliver(large, 10_000)
    await deliver(large, 15_000)
    expect(await isPending(deliver(large, 1))).toBe(true)
    await deliver(passOf(door, 'one'), 1)
  })

  it('lets a batch in that is larger than the share when nothing of the sender waits', async () => {
    const { door, deliver } = world(10)
    await deliver(passOf(door, 'one'), 500)
  })

  it('is told as 429 when nothing is loaded for a while', async () => {
    const { state, door, deliver } = world(1000)
    const pass = passOf(door, 'one')
    await deliver(pass, 500)
    const next = deliver(pass, 100)
    state.nowMs += 20_000
    await expect(next).rejects.toMatchObject({ status: 429, code: 'ART_BACKLOG', retryAfterS: 2 })
    await deliver(pass, 0)
    expect(door.refusal('one')).toBeNull()
  })

  it('is waited for no longer than the sender is there', async () => {
    const { door, deliver } = world(1000)
    const leaving = new AbortController()
    const pass = passOf(door, 'one', leaving.signal)
    await deliver(pass, 500)
    const next = deliver(pass, 100)
    leaving.abort()
    await expect(next).rejects.toMatchObject({ code: 'ART_BODY_ABORTED' })
    await expect(pass.turn()).rejects.toMatchObject({ code: 'ART_BODY_ABORTED' })
  })
})

describe('refused lines', () => {
  it('stop the sender that sent them, and nobody else, until their time has passed', async () => {
    const { state, door, deliver } = world(10_000_000)
    await deliver(passOf(door, 'bad'), 300_000)
    await deliver(passOf(door, 'good'), 100)
    door.refused([{ from: 0, upto: 300_050, lines: 300_050 }])
    const refusal = door.refusal('bad')
    expect(refusal).toMatchObject({ status: 429, code: 'ART_REFUSED_LINES', retryAfterS: 18 })
    expect(door.refusal('good')).toBeNull()
    state.nowMs += 18_000
    expect(door.refusal('bad')).toBeNull()
  })

  it('end a body that streams', async () => {
    const { door, deliver } = world(10_000_000)
    const pass = passOf(door, 'bad')
    await deliver(pass, 300_000)
    door.refused([{ from: 0, upto: 300_000, lines: 300_000 }])
    await expect(deliver(pass, 1)).rejects.toMatchObject({ code: 'ART_REFUSED_LINES' })
  })

  it('at the pace of a single broken device are nobody’s concern', async () => {
    const { state, door, deliver } = world(10_000_000)
    const pass = passOf(door, 'device')
    for (let minute = 0; minute < 60; minute++) {
      await deliver(pass, 60_000)
      state.loaded = state.next - 60_000
      door.refused([{ from: state.next - 60_000, upto: state.next, lines: 60_000 }])
      state.nowMs += 60_000
    }
    expect(door.refusal('device')).toBeNull()
  })
})

describe('many bodies at once', () => {
  it('get in place of one of their sender that brought nothing for a while', () => {
    const { state, door } = world(1000)
    const told: unknown[] = []
    const enter = (sender: string) =>
      door.enter(sender, new AbortController().signal, error => void told.push(error))
    for (let i = 0; i < 512; i++) enter('one').heard()
    expect(() => enter('one')).toThrow(/on their way; send again/)
    enter('another')
    state.nowMs += 3_000
    enter('one')
    expect(told).toMatchObject([{ status: 408, code: 'ART_BODY_SLOW' }])
  })

  it('cost the largest one of the greediest sender when they take all the memory', async () => {
    const { door } = world(1000)
    const told: string[] = []
    const enter = (name: string, sender: string) =>
      door.enter(sender, new AbortController().signal, () => void told.push(name))
    const small = enter('small', 'modest')
    small.hold(100 * 2 ** 20)
    const first = enter('first', 'greedy')
    first.hold(200 * 2 ** 20)
    enter('second', 'greedy').hold(220 * 2 ** 20)
    expect(told).toEqual(['second'])
    await expect(first.turn()).resolves.toBeUndefined()
  })

  it('work in turns: sender after sender, and the body with the least work behind it first', async () => {
    const { door } = world(1000)
    const order: string[] = []
    const work = async (name: string, sender: string, pieces: number) => {
      const pass = passOf(door, sender)
      for (let i = 0; i < pieces; i++) {
        await pass.turn()
        order.push(name)
        for (const end = performance.now() + 5; performance.now() < end;);
      }
    }
    await Promise.all([
      ...Array.from({ length: 5 }, (_, i) => work(`large-${i}`, 'greedy', 10)),
      work('small', 'greedy', 1),
      work('other', 'modest', 1),
    ])
    expect(order.indexOf('other')).toBeLessThan(7)
    expect(order.indexOf('small')).toBeLessThan(10)
  })
})

describe('a door that closes', () => {
  it('refuses what waits, and new bodies', async () => {
    const { door, deliver } = world(1000)
    const pass = passOf(door, 'one')
    await deliver(pass, 500)
    const next = deliver(pass, 100)
    door.close()
    await expect(next).rejects.toMatchObject({ status: 503, code: 'ART_NOT_READY' })
    expect(door.refusal('one')).toMatchObject({ status: 503 })
  })
})
