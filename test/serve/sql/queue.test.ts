import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SqlBusyError } from '../../../src/serve/sql/index.ts'
import { SqlQueue } from '../../../src/serve/sql/queue.ts'

const never = new AbortController().signal
const bounds = { places: 9, waitMs: 60_000, sliceMs: 1000, longPlaces: 2 }

/** A statement that takes so long, and ends when it is told to. */
const taking = (ms: number) => (signal: AbortSignal) =>
  new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => resolve(ms), ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })

const turn = (caller: string, sql = caller) => ({ caller, sql })

describe('SqlQueue', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('has so many places, and tells who comes then when to come back', () => {
    const queue = new SqlQueue({ ...bounds, places: 2 })
    const leave = queue.enter('a')
    queue.enter('a')
    expect(() => queue.enter('a')).toThrow(SqlBusyError)
    expect(() => queue.enter('b')).toThrow(/again in \d+ s/)
    leave()
    leave() // twice gives one place back
    queue.enter('a')
    expect(() => queue.enter('a')).toThrow(SqlBusyError)
  })

  it('takes a place from who has most that wait, for who has less', async () => {
    const queue = new SqlQueue({ ...bounds, places: 4 })
    const sent = ['1', '2', '3', '4'].map(sql => {
      queue.enter('many')
      return queue.run(turn('many', sql), never, taking(500)).catch((error: unknown) => error)
    })
    queue.enter('one')
    expect(await sent[3]).toBeInstanceOf(SqlBusyError)
    expect(() => queue.enter('many')).toThrow(SqlBusyError)
    await vi.advanceTimersByTimeAsync(2000)
    expect(await Promise.all(sent.slice(0, 3))).toEqual([500, 500, 500])
  })

  it('runs as many long statements at a time as it has slots for them', async () => {
    const queue = new SqlQueue({ ...bounds, longSlots: 2 })
    const done: string[] = []
    const all = ['a', 'b', 'c'].map(sql =>
      queue.run(turn(sql), never, taking(20_000)).then(() => done.push(sql)),
    )
    await vi.advanceTimersByTimeAsync(22_000)
    expect(done).toEqual(['a', 'b'])
    await vi.advanceTimersByTimeAsync(40_000)
    await Promise.all(all)
    expect(done).toEqual(['a', 'b', 'c'])
  })

  it('gives the slot to who took least of its time', async () => {
    const queue = new SqlQueue(bounds)
    const order: string[] = []
    const ask = (caller: string, sql: string, ms: number) =>
      queue.run(turn(caller, sql), never, taking(ms)).then(() => order.push(sql))
    const all = [
      ...['m1', 'm2', 'm3', 'm4'].map(sql => ask('many', sql, 900)),
      ...['f1', 'f2', 'f3'].map(sql => ask('few', sql, 100)),
    ]
    await vi.advanceTimersByTimeAsync(5000)
    await Promise.all(all)
    expect(order).toEqual(['m1', 'f1', 'f2', 'f3', 'm2', 'm3', 'm4'])
  })

  it('lets a long statement go on in the other slot, and quick ones past it', async () => {
    const queue = new SqlQueue(bounds)
    const work = vi.fn(taking(20_000))
    const long = queue.run(turn('a', 'long'), never, work)
    const quick = queue.run(turn('a', 'quick'), never, taking(100))
    await vi.advanceTimersByTimeAsync(1200)
    expect(await quick).toBe(100)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await long).toBe(20_000)
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('ends the next long one at its slice, and begins it anew when its turn comes', async () => {
    const queue = new SqlQueue(bounds)
    const first = queue.run(turn('a', 'first'), never, taking(10_000))
    await vi.advanceTimersByTimeAsync(1500)
    const second = queue.run(turn('a', 'second'), never, taking(5000))
    const quick = queue.run(turn('a', 'quick'), never, taking(100))
    await vi.advanceTimersByTimeAsync(1200)
    expect(await quick).toBe(100)
    await vi.advanceTimersByTimeAsync(13_000)
    expect(await Promise.all([first, second])).toEqual([10_000, 5000])
  })

  it('knows a long one again: it takes no quick one’s time', async () => {
    const queue = new SqlQueue(bounds)
    const once = queue.run(turn('a', 'long'), never, taking(2000))
    await vi.advanceTimersByTimeAsync(2000)
    await once
    const again = queue.run(turn('a', 'long'), never, taking(2000))
    const quick = queue.run(turn('a', 'quick'), never, taking(100))
    await vi.advanceTimersByTimeAsync(100)
    expect(await quick).toBe(100)
    await vi.advanceTimersByTimeAsync(2000)
    await again
  })

  it('lets few long ones wait, and tells the others', async () => {
    const queue = new SqlQueue(bounds)
    const all = ['a', 'b', 'c', 'd'].map(sql =>
      queue.run(turn('x', sql), never, taking(9000)).catch((error: unknown) => error),
    )
    await vi.advanceTimersByTimeAsync(60_000)
    const ends = await Promise.all(all)
    expect(ends.slice(0, 3)).toEqual([9000, 9000, 9000])
    expect(ends[3]).toBeInstanceOf(SqlBusyError)
  })

  it('lets nobody wait longer than said, and gives his turn to the next', async () => {
    const queue = new SqlQueue({ ...bounds, waitMs: 500 })
    const first = queue.run(turn('a', '1'), never, taking(900))
    const refused = expect(queue.run(turn('a', '2'), never, taking(1))).rejects.toThrow(
      'no slot got free in time',
    )
    await vi.advanceTimersByTimeAsync(500)
    await refused
    expect(queue.waiting).toBe(0)
    await vi.advanceTimersByTimeAsync(500)
    await first
  })

  it('forgets who goes away', async () => {
    const queue = new SqlQueue(bounds)
    const first = queue.run(turn('a', '1'), never, taking(900))
    const gone = new AbortController()
    const left = expect(queue.run(turn('a', '2'), gone.signal, taking(1))).rejects.toThrow('gone')
    gone.abort(new Error('gone'))
    await left
    expect(queue.waiting).toBe(0)
    await vi.advanceTimersByTimeAsync(1000)
    await first
    await expect(queue.run(turn('a'), AbortSignal.abort(new Error('before')), taking(1))).rejects.toThrow()
  })
})
