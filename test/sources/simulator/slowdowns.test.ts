import { describe, expect, it } from 'vitest'
import { slowdowns } from '../../../src/sources/simulator/slowdowns.ts'

const START_MS = Date.parse('2026-06-16T00:00:00Z')
const HOUR_MS = 3_600_000

describe('slowdowns', () => {
  it('takes a part of the capacity at a few places for less than two hours', () => {
    const lossAt = slowdowns(42, 10)
    let hit = 0
    for (let site = 0; site < 100; site++) {
      let run = 0
      for (let minute = 0; minute < 24 * 60; minute++) {
        const loss = lossAt(site, START_MS + minute * 60_000)
        expect(loss).toBeGreaterThanOrEqual(0)
        expect(loss).toBeLessThan(0.8)
        run = loss > 0 ? run + 1 : 0
        if (loss > 0.3) hit++
      }
      expect(run).toBeLessThan(24 * 60)
    }
    expect(hit).toBeGreaterThan(100)
    expect(hit).toBeLessThan(0.1 * 100 * 24 * 60)
  })

  it('answers the same in any order', () => {
    const forward = slowdowns(42, 10)
    const jumping = slowdowns(42, 10)
    for (let i = 0; i < 200; i++) {
      jumping(i % 100, START_MS + ((i * 7919) % 500) * HOUR_MS)
      const atMs = START_MS + i * 11 * 60_000
      expect(jumping(i % 100, atMs)).toBe(forward(i % 100, atMs))
    }
  })
})
