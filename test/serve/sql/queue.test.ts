import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SqlBusyError } from '../../../src/serve/sql/index.ts'
import { SqlQueue } from '../../../src/serve/sql/queue.ts'

const never = new AbortController().signal

describe('SqlQueue', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('has so many places, and tells who comes then when to come back', () => {
    const queue = new SqlQueue({ slots: 1, places: 2, waitMs: 1000 })
    const leave = queue.enter()
    queue.enter()
    expect(() => queue.enter()).toThrow(SqlBusyError)
    expect(() => queue.enter()).toThrow(/again in \d+ s/)
    leave()
    leave() // twice gives one place back
    queue.enter()
    expect(() => queue.enter()).toThrow(SqlBusyError)
  })

  it('gives slots in the order of their asking', async () => {
    const queue = new SqlQueue({ slots: 1, places: 9, waitMs: 1000 })
    const order: string[] = []
    const first = await queue.slot(never)
    const later = ['b', 'c'].map(async name => {
      const release = await queue.slot(never)
      order.push(name)
      release()
    })
    expect(order).toEqual([])
    first()
    await Promise.all(later)
    expect(order).toEqual(['b', 'c'])
  })

  it('lets nobody wait longer than said, and gives his turn to the next', async () => {
    const queue = new SqlQueue({ slots: 1, places: 9, waitMs: 1000 })
    const release = await queue.slot(never)
    const late = queue.slot(never)
    const refused = expect(late).rejects.toThrow('no slot got free within 1 s')
    await vi.advanceTimersByTimeAsync(1000)
    await refused
    expect(queue.waiting).toBe(0)
    release()
    await queue.slot(never)
  })

  it('forgets who goes away', async () => {
    const queue = new SqlQueue({ slots: 1, places: 9, waitMs: 1000 })
    const release = await queue.slot(never)
    const gone = new AbortController()
    const waiting = queue.slot(gone.signal)
    const left = expect(waiting).rejects.toThrow('gone')
    gone.abort(new Error('gone'))
    await left
    expect(queue.waiting).toBe(0)
    release()
    await queue.slot(never)
    await expect(queue.slot(AbortSignal.abort(new Error('before')))).rejects.toThrow()
  })

  it('says later, the longer statements take', async () => {
    vi.useRealTimers()
    const queue = new SqlQueue({ slots: 1, places: 1, waitMs: 1000 })
    queue.enter()
    const said = () => {
      try {
        queue.enter()
        return 0
      } catch (error) {
        return (error as SqlBusyError).retryAfterS
      }
    }
    expect(said()).toBe(1)
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
    const release = await queue.slot(never)
    clock.mockReturnValue(60_000)
    release()
    expect(said()).toBeGreaterThan(5)
    expect(said()).toBeLessThanOrEqual(30)
  })
})
