import { describe, expect, it } from 'vitest'
import { MinuteOwners } from '../../../../src/app/follow/live/minute-owners.ts'
import type { SitePartial } from '../../../../src/core/live.ts'
import { MINUTE_MS } from '../../../../src/core/time/spans.ts'

const START = Date.parse('2026-03-01T12:00:00Z')
const told = (site: string, minute: number, readings = 1): SitePartial => ({
  ...{ site, minuteMs: START + minute * MINUTE_MS, readings, vehicles: 5, speedSum: 0, speedWeight: 0 },
  ...{ waitSumS: 0, waitCount: 0, occupancySum: 0, occupancyCount: 0, maxQueueVeh: null },
  ...{ lastAtMs: START + minute * MINUTE_MS, signal: null },
})
const minutesOf = ({ partials }: { partials: readonly SitePartial[] }) =>
  partials.map(({ site, minuteMs }) => `${site} ${(minuteMs - START) / MINUTE_MS}`)

describe('a minute of a site that two tell of', () => {
  it('is of the first of them, in whatever batches it comes', () => {
    const owners = new MinuteOwners()
    expect(owners.of('topics', { partials: [told('A', 1, 3), told('B', 1)] }).readings).toBe(4)
    expect(minutesOf(owners.of('topics', { partials: [told('A', 1)] }))).toEqual(['A 1'])
    // What the topics told comes once more, later, by the tables; what was before them and beside them is theirs alone.
    const { partials, readings } = owners.of('tables', {
      partials: [told('A', 0), told('A', 1, 4), told('B', 1), told('C', 1, 2)],
    })
    expect([minutesOf({ partials }), readings]).toEqual([['A 0', 'C 1'], 3])
    expect(owners.of('topics', { partials: [told('C', 1)] }).partials).toEqual([])
  })

  it('is of the tables while the topics are away', () => {
    const owners = new MinuteOwners()
    owners.of('topics', { partials: [told('A', 1)] })
    expect(minutesOf(owners.of('tables', { partials: [told('A', 1), told('A', 2)] }))).toEqual(['A 2'])
    expect(minutesOf(owners.of('topics', { partials: [told('A', 2), told('A', 3)] }))).toEqual(['A 3'])
  })

  it('is of nobody where it is long over', () => {
    const owners = new MinuteOwners()
    owners.of('topics', { partials: [told('A', 60)] })
    expect(minutesOf(owners.of('tables', { partials: [told('A', 44), told('A', 45)] }))).toEqual(['A 45'])
  })
})
