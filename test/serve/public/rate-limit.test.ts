import { describe, expect, it } from 'vitest'
import { RateLimit } from '../../../src/serve/public/rate-limit.ts'

describe('a rate limit', () => {
  it('lets each caller ask a minute’s worth at once, and says when the next may be asked', () => {
    let nowMs = 0
    const rate = new RateLimit(30, () => nowMs)
    const taken = Array.from({ length: 31 }, () => rate.take('a'))
    expect(taken).toEqual([...Array.from({ length: 30 }, () => 0), 2])
    expect(rate.take('b')).toBe(0)
    nowMs = 2_000
    expect([rate.take('a'), rate.take('a')]).toEqual([0, 2])
  })

  it('gives back no more than a minute’s worth', () => {
    let nowMs = 0
    const rate = new RateLimit(10, () => nowMs)
    rate.take('a')
    nowMs = 3_600_000
    expect(Array.from({ length: 11 }, () => rate.take('a')).filter(waitS => waitS === 0)).toHaveLength(10)
  })

  it('remembers a bounded number of callers, those who asked last', () => {
    const rate = new RateLimit(10, () => 0)
    for (let n = 0; n < 10; n++) rate.take('old')
    for (let n = 0; n < 20_000; n++) {
      rate.take(`${n}`)
      if (n === 10_000) expect(rate.take('old')).toBeGreaterThan(0)
    }
    expect(rate.take('old')).toBeGreaterThan(0)
    for (let n = 0; n < 20_000; n++) rate.take(`more ${n}`)
    expect(rate.take('old')).toBe(0)
  })
})
