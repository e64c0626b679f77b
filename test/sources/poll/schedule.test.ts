import { describe, expect, it } from 'vitest'
import { afterFailure, everySeconds } from '../../../src/sources/poll/schedule.ts'

const MIN = 60_000
const half = 0.5
const wait = (
  intervalS: number,
  failures: number,
  more: { retryable?: boolean; retryAfterS?: number; random?: number } = {},
) => {
  const { retryable = true, retryAfterS = null, random = half } = more
  return afterFailure(everySeconds(intervalS), 0, { failures, retryable, retryAfterS }, random)
}

describe('afterFailure', () => {
  it('doubles from 15 s up to the interval', () => {
    expect([1, 2, 3].map(n => wait(1800, n))).toEqual([15_000, 30_000, 60_000])
    expect(wait(1800, 40)).toBe(30 * MIN)
  })

  it('never leaves a feed alone for over an hour and a half, nor hammers one that is asked often', () => {
    expect(wait(86_400, 40, { random: 0.999 })).toBeLessThan(90 * MIN)
    expect(wait(10, 40)).toBe(15 * MIN)
  })

  it('spreads by a half either way', () => {
    expect(wait(1800, 2, { random: 0 })).toBe(15_000)
    expect(wait(1800, 2, { random: 0.999 })).toBe(44_970)
  })

  it('waits as long as the provider asks, a day at most', () => {
    expect(wait(600, 1, { retryAfterS: 3600 })).toBe(60 * MIN)
    expect(wait(600, 1, { retryAfterS: 1 })).toBe(15_000)
    expect(wait(600, 1, { retryAfterS: 1e9 })).toBe(24 * 60 * MIN)
  })

  it('asks again in its own time after what will not pass by itself', () => {
    expect(wait(86_400, 1, { retryable: false })).toBe(86_400_000)
    expect(wait(10, 6, { retryable: false })).toBe(480_000)
  })
})

describe('everySeconds', () => {
  it('says itself in words', () => {
    expect([45, 600, 7200].map(s => everySeconds(s).says)).toEqual([
      'every 45 s',
      'every 10 min',
      'every 2 h',
    ])
  })
})
