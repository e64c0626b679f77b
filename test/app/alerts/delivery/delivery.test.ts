import { describe, expect, it } from 'vitest'
import { afterTry, isDue, newDelivery } from '../../../../src/app/alerts/delivery/delivery.ts'
import type { Delivery, Outcome } from '../../../../src/app/alerts/delivery/delivery.ts'
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/time/spans.ts'
import { testAlert } from './room.ts'

const plan = { giveUpMs: 24 * HOUR_MS, random: () => 0.5 }
const failed: Outcome = { result: 'failed', status: 503, says: 'answered 503', retryAfterS: null }
const waiting = newDelivery(testAlert('r'), 'ops', null, 0)

/** Tries again whenever it is due, until it ends. */
function triesUntilEnd(outcome: Outcome): { delivery: Delivery; waitsS: number[] } {
  let delivery = waiting
  const waitsS: number[] = []
  while (delivery.nextMs !== null) {
    const atMs = delivery.nextMs
    delivery = afterTry(delivery, outcome, atMs, plan)
    if (delivery.nextMs !== null) waitsS.push((delivery.nextMs - atMs) / 1000)
  }
  return { delivery, waitsS }
}

describe('a delivery', () => {
  it('has the same id whenever it is made again, and another for each target and address', () => {
    const id = (target: string, recipient: string | null) =>
      newDelivery(testAlert('r'), target, recipient, Math.random()).id
    expect(id('ops', null)).toBe(waiting.id)
    expect(new Set([id('ops', null), id('duty', 'a@x.ca'), id('duty', 'b@x.ca')]).size).toBe(3)
  })

  it('waits twice as long after each failure, at most an hour, and is given up with its reason in the end', () => {
    const { delivery, waitsS } = triesUntilEnd(failed)
    expect(waitsS.slice(0, 4)).toEqual([10, 20, 40, 80])
    expect(Math.max(...waitsS)).toBe(3600)
    expect(delivery).toMatchObject({ state: 'given up', nextMs: null, attempts: waitsS.length + 1 })
    expect(delivery.reason).toMatch(/^not delivered in time, after \d+ tries; the last: answered 503$/)
    expect(delivery.endedAtMs).toBeLessThanOrEqual(24 * HOUR_MS)
    expect(delivery.tries).toHaveLength(10)
  })

  it('spreads its waits, so that what failed together is not tried together', () => {
    const next = (random: number) => afterTry(waiting, failed, 0, { ...plan, random: () => random }).nextMs
    expect([next(0), next(1)]).toEqual([8_000, 12_000])
  })

  it('is due at its time, and when the clock that planned it was set back', () => {
    const tried = afterTry(waiting, failed, HOUR_MS, plan)
    expect(isDue(tried, HOUR_MS + 9_999)).toBe(false)
    expect(isDue(tried, HOUR_MS + 10_000)).toBe(true)
    expect(isDue(tried, HOUR_MS - MINUTE_MS)).toBe(false)
    expect(isDue(tried, 0)).toBe(true)
    expect(isDue(newDelivery(testAlert('r'), 'ops', null, HOUR_MS), 0)).toBe(true)
  })

  it('leaves the other side alone for as long as that says', () => {
    expect(afterTry(waiting, { ...failed, retryAfterS: 120 }, 5_000, plan).nextMs).toBe(125_000)
  })

  it('ends when it is taken, or refused for good', () => {
    const taken = afterTry(waiting, { ...failed, result: 'delivered', status: 204 }, 7, plan)
    expect(taken).toMatchObject({ state: 'delivered', endedAtMs: 7, nextMs: null, reason: null })
    const refused = { ...failed, result: 'failed for good', says: '550 no such user' } as const
    expect(afterTry(waiting, refused, 7, plan)).toMatchObject({
      ...{ state: 'given up', reason: '550 no such user', attempts: 1 },
    })
  })
})
