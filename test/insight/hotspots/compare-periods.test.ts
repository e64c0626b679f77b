import { describe, expect, it } from 'vitest'
import { comparePeriods } from '../../../src/insight/hotspots/index.ts'
import type { HotCell } from '../../../src/insight/hotspots/index.ts'

const cell = (name: string, incidents: number, kind: HotCell['kind']): HotCell => ({
  cell: name,
  incidents,
  kind,
  z: 0,
  p: 1,
  q: 1,
})
const before = [cell('a', 40, 'hot'), cell('b', 30, 'hot'), cell('c', 5, 'usual'), cell('d', 25, 'usual')]
const now = [cell('a', 20, 'hot'), cell('b', 4, 'usual'), cell('c', 25, 'hot'), cell('d', 1, 'cold')]

describe('comparePeriods', () => {
  it('names what became of each hot cell', () => {
    expect(comparePeriods(before, 100, now, 50).map(({ cell: name, course }) => [name, course])).toEqual([
      ['a', 'persistent'],
      ['b', 'fading'],
      ['c', 'emerging'],
    ])
  })

  it('compares rates, not counts, where the periods are of unlike length', () => {
    const [a] = comparePeriods(before, 100, now, 50)
    expect(a?.ratio.value).toBeCloseTo(1, 12)
    expect(a?.ratio.low).toBeLessThan(1)
  })

  it('sees a cell beside what the whole area did', () => {
    // All together fell from 1 a day to 1 a day: 100 in 100 days, 50 in 50.
    expect(comparePeriods(before, 100, now, 50)[0]?.ratioToArea.value).toBeCloseTo(1, 12)
    // Twice as long a second period halves all rates, and so leaves the cell's beside them as it was.
    const [a] = comparePeriods(before, 100, now, 100)
    expect([a?.ratio.value.toFixed(9), a?.ratioToArea.value.toFixed(9)]).toEqual([
      '0.500000000',
      '1.000000000',
    ])
  })

  it('refuses cells of two areas', () => {
    expect(() => comparePeriods(before, 1, now.slice(1), 1)).toThrow('not of one area')
  })
})
