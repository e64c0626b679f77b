import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lists } from '../../../src/lake/read/lists.ts'
import { isWide, widening } from '../../../src/lake/read/narrow.ts'
import type { ListQuery } from '../../../src/lake/read/statement.ts'

const HOUR = 3_600_000
const table = lists.silverReadings
const edges = { oldestMs: 0, newestMs: 1000 * HOUR }
const spans = (query: ListQuery) =>
  [...widening(table, query, edges)].map(({ fromMs, toMs }) => [fromMs, toMs].map(ms => ms && ms / HOUR))

describe('widening', () => {
  it('looks from the oldest on, and at last everywhere', () => {
    expect(spans({ order: 'asc' })).toEqual([
      [undefined, 1],
      [undefined, 8],
      [undefined, 64],
      [undefined, 512],
      [undefined, undefined],
    ])
  })

  it('looks from the newest back', () => {
    const [first, ...others] = [...widening(table, { order: 'desc' }, edges)]
    expect(first).toEqual({ order: 'desc', fromMs: edges.newestMs + 1 - HOUR })
    expect(others.at(-1)).toEqual({ order: 'desc' })
  })

  it('looks on from where the page before ended', () => {
    const after = [new Date(900 * HOUR).toISOString(), 'S'] as const
    expect(spans({ order: 'asc', after })[0]).toEqual([undefined, 901])
    const [first] = [...widening(table, { order: 'desc', after }, edges)]
    expect(first?.fromMs).toBe(899 * HOUR + 1)
  })

  it('is the query itself where the time is short, or nothing is there', () => {
    const short = { order: 'asc', fromMs: 0, toMs: HOUR } as const
    expect([...widening(table, short, edges)]).toEqual([short])
    expect([...widening(table, { order: 'asc' }, null)]).toEqual([{ order: 'asc' }])
    expect([...widening(lists.sensors, { order: 'asc' }, edges)]).toEqual([{ order: 'asc' }])
  })

  it('only ever cuts the far end of the asked time, and ends with the query', () => {
    const hour = fc.option(fc.integer({ min: -100, max: 1200 }), { nil: undefined })
    fc.assert(
      fc.property(hour, hour, fc.constantFrom('asc' as const, 'desc' as const), (from, to, order) => {
        const query = {
          order,
          fromMs: from === undefined ? undefined : from * HOUR,
          toMs: to === undefined ? undefined : to * HOUR,
        }
        const all = [...widening(table, query, edges)]
        for (const { fromMs, toMs } of all) {
          if (order === 'asc') expect(fromMs).toBe(query.fromMs)
          else expect(toMs).toBe(query.toMs)
          expect(fromMs ?? -Infinity).toBeGreaterThanOrEqual(query.fromMs ?? -Infinity)
          expect(toMs ?? Infinity).toBeLessThanOrEqual(query.toMs ?? Infinity)
        }
        expect(all.at(-1)).toEqual(query)
      }),
    )
  })
})

describe('isWide', () => {
  it('is a long time of a table that has one, and not of one sensor', () => {
    expect(isWide(table, { order: 'asc' })).toBe(true)
    expect(isWide(table, { order: 'asc', fromMs: 0, toMs: HOUR })).toBe(false)
    expect(isWide(table, { order: 'asc', where: { sensor_id: ['S'] } })).toBe(false)
    expect(isWide(lists.hourlySummary, { order: 'asc', fromMs: 0, toMs: 24 * HOUR })).toBe(false)
    expect(isWide(lists.quarantine, { order: 'desc' })).toBe(false)
  })
})
