import { describe, expect, it } from 'vitest'
import { totalsOf } from '../../../src/insight/series/index.ts'
import { MONDAY, madeRecord } from './made-record.ts'

const { incidents, coverage } = madeRecord([...Array.from({ length: 10 }, () => 12), 0, 0, 12, 12, 12])
const groups = incidents.map((_, i) => (i % 4 === 0 ? 'stalled' : i % 4 === 1 ? null : 'collision'))

describe('totalsOf', () => {
  it('says over how many days the count is, and which were silent', () => {
    expect(totalsOf(incidents, groups, coverage, MONDAY, MONDAY + 14)).toEqual({
      incidents: 156,
      fullDays: 9,
      partDays: 4,
      silentDays: 2,
      perDay: 12,
      gaps: [{ fromDay: MONDAY + 10, toDay: MONDAY + 11 }],
      byGroup: [
        { group: 'collision', incidents: 78, share: 0.5 },
        { group: 'stalled', incidents: 39, share: 0.25 },
      ],
    })
  })

  it('cuts gaps at the ends of the range and counts days beyond the record as silent', () => {
    const {
      gaps,
      silentDays,
      incidents: count,
    } = totalsOf(incidents, groups, coverage, MONDAY + 11, MONDAY + 20)
    expect([gaps, silentDays, count]).toEqual([[{ fromDay: MONDAY + 11, toDay: MONDAY + 11 }], 7, 36])
  })

  it('has no rate where no day is known in full', () => {
    expect(totalsOf(incidents, groups, coverage, MONDAY + 10, MONDAY + 11)).toMatchObject({
      incidents: 0,
      perDay: null,
      byGroup: [],
    })
  })
})
