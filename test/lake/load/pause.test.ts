import { describe, expect, it } from 'vitest'
import { Pause } from '../../../src/lake/load/pause.ts'

describe('a pause', () => {
  it('wakes who waits for records as soon as somebody asks, and lets him wait again afterwards', async () => {
    const pause = new Pause()
    expect([pause.isAsked, pause.asking.aborted]).toEqual([false, false])
    const waiting = new Promise<void>(resolve =>
      pause.asking.addEventListener('abort', () => resolve(), { once: true }),
    )
    const work = pause.during(() => Promise.resolve('done'), false)
    await waiting
    expect([pause.isAsked, pause.asking.aborted]).toEqual([true, true])
    await pause.grant()
    expect(await work).toBe('done')
    expect([pause.isAsked, pause.asking.aborted]).toEqual([false, false])
  })

  it('is asked again by the next one, which waits its turn', async () => {
    const pause = new Pause()
    const order: string[] = []
    const first = pause.during(() => Promise.resolve(void order.push('first')), false)
    const second = pause.during(() => Promise.resolve(void order.push('second')), false)
    for (const work of [first, second]) {
      while (!pause.asking.aborted) await new Promise(setImmediate)
      await pause.grant()
      await work
    }
    expect(order).toEqual(['first', 'second'])
    expect(pause.asking.aborted).toBe(false)
  })

  it('that is given up wakes nobody any more', async () => {
    const pause = new Pause()
    const given = new AbortController()
    const work = pause.during(() => Promise.resolve(), false, given.signal)
    expect(pause.asking.aborted).toBe(true)
    given.abort(new Error('given up'))
    await expect(work).rejects.toThrow('given up')
    expect([pause.isAsked, pause.asking.aborted]).toEqual([false, false])
  })
})
