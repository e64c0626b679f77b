import { expect, it } from 'vitest'
import { Freshness } from '../../../src/lake/load/freshness.ts'

it('measures from durable to visible, each record weighing one', () => {
  const freshness = new Freshness()
  expect(freshness.quantiles(0)).toEqual({ p50: null, p95: null, p99: null })
  freshness.durable(90, 90, 1000)
  freshness.durable(100, 10, 1100)
  freshness.visible(89, 1150)
  expect(freshness.quantiles(1150).p50).toBeNull()
  freshness.visible(90, 1200)
  freshness.visible(100, 2100)
  expect(freshness.quantiles(2100)).toEqual({ p50: 200, p95: 1000, p99: 1000 })
})

it('forgets what was visible more than a minute ago', () => {
  const freshness = new Freshness()
  freshness.durable(1, 1, 0)
  freshness.visible(1, 500)
  expect(freshness.quantiles(60_000).p50).toBe(500)
  expect(freshness.quantiles(61_000).p50).toBeNull()
})

it('stays small while nothing becomes visible, and never makes the wait shorter than it was', () => {
  const freshness = new Freshness()
  for (let i = 1; i <= 20_000; i++) freshness.durable(i, 1, i)
  freshness.visible(20_000, 30_000)
  const { p50, p99 } = freshness.quantiles(30_000)
  expect(p50).toBeGreaterThanOrEqual(10_000)
  expect(p99).toBeLessThanOrEqual(30_000)
})
