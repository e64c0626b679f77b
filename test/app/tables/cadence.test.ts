import { describe, expect, it } from 'vitest'
import { Cadence } from '../../../src/app/tables/cadence.ts'

const settings = { goldS: 60, restS: 300, restRows: 1000 }
const at = (saved: number, changes: number | null = 1) => ({ saved, changes })

describe('the cadence of publishing', () => {
  it('begins with all tables, then gold more often than the rest', () => {
    const cadence = new Cadence(settings, 0)
    expect(cadence.due(at(10), 0)).toBe('all')
    cadence.done('all', at(10), 0)
    expect(cadence.due(at(20), 59_000)).toBeNull()
    expect(cadence.due(at(20), 60_000)).toBe('gold')
    cadence.done('gold', at(20), 60_000)
    expect(cadence.due(at(30), 299_000)).toBe('gold')
    expect(cadence.due(at(30), 300_000)).toBe('all')
  })

  it('does not wait where many records do', () => {
    const cadence = new Cadence(settings, 0)
    cadence.done('all', at(10), 0)
    expect(cadence.due(at(1009), 1000)).toBeNull()
    expect(cadence.due(at(1010), 1000)).toBe('all')
  })

  it('looks seldom where nothing came, and never while other work has the tables', () => {
    const cadence = new Cadence(settings, 0)
    cadence.done('all', at(10), 0)
    expect(cadence.due(at(10), 899_000)).toBeNull()
    expect(cadence.due(at(10), 900_000)).toBe('all')
    expect(cadence.due(at(10, 2), 300_000)).toBe('all')
    expect(cadence.due(at(10, null), 9_000_000)).toBeNull()
  })

  it('tries again after a failure, later each time, and at most a minute later', () => {
    const cadence = new Cadence(settings, 0)
    cadence.done('all', at(10), 0)
    cadence.failed(1000)
    expect(cadence.due(at(10), 2999)).toBeNull()
    expect(cadence.due(at(10), 3000)).toBe('all')
    for (let i = 0; i < 20; i++) cadence.failed(10_000)
    expect(cadence.due(at(10), 69_999)).toBeNull()
    expect(cadence.due(at(10), 70_000)).toBe('all')
  })

  it('tells how long something has been waiting', () => {
    const cadence = new Cadence(settings, 0)
    expect(cadence.lagS(at(10), 5000)).toBe(5)
    cadence.done('all', at(10), 6000)
    expect(cadence.lagS(at(10), 9000)).toBe(0)
    expect(cadence.lagS(at(11), 9000)).toBe(3)
    cadence.done('gold', at(11), 10_000)
    expect(cadence.lagS(at(11), 16_000)).toBe(10)
    cadence.failed(16_000)
    expect(cadence.lagS(at(10), 16_000)).toBe(10)
  })
})
