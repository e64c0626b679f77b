import { describe, expect, it } from 'vitest'
import { AppendTally } from '../../../src/log/segments/append-tally.ts'

describe('AppendTally', () => {
  it('tells what was begun, what is on its way and how far the stream is', async () => {
    const tally = new AppendTally()
    expect(tally.of('events')).toEqual({ begun: 0, open: 0, end: 0 })
    const first = Promise.withResolvers<{ position: number; count: number }>()
    const watched = tally.watch('events', first.promise)
    expect(tally.of('events')).toEqual({ begun: 1, open: 1, end: 0 })
    first.resolve({ position: 7, count: 2 })
    expect(await watched).toEqual({ position: 7, count: 2 })
    expect(tally.of('events')).toEqual({ begun: 1, open: 0, end: 9 })
    expect(tally.of('weather').begun).toBe(0)
  })

  it('counts an append that failed as one that was begun', async () => {
    const tally = new AppendTally()
    await expect(tally.watch('events', Promise.reject(new Error('full')))).rejects.toThrow('full')
    expect(tally.of('events')).toEqual({ begun: 1, open: 0, end: 0 })
  })
})
