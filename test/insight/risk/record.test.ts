import { describe, expect, it } from 'vitest'
import { partOf, riskRecord } from '../../../src/insight/risk/index.ts'
import { DAY_MS, HOUR_MS } from '../../../src/core/time/spans.ts'
import { FIRST } from './made-city.ts'

const at = (day: number, hour: number, community: string | null) => ({
  startedAtMs: (FIRST + day) * DAY_MS + hour * HOUR_MS,
  utcOffsetMin: 0,
  community,
})
const coverage = { firstDay: FIRST, days: ['part', 'full', 'silent', 'full', 'full', 'part'] as const }
const record = riskRecord(
  [at(0, 1, 'a'), at(4, 2, 'b'), at(1, 3, 'b'), at(3, 4, null), at(3, 5, 'elsewhere'), at(3, 6, 'a')],
  ['b', 'a', 'c'],
  coverage,
)

describe('riskRecord', () => {
  it('keeps what is in a community on a day known in full, by day', () => {
    expect(record.communities).toEqual(['a', 'b', 'c'])
    expect(record.days).toEqual([FIRST + 1, FIRST + 3, FIRST + 4])
    expect([[...record.day], [...record.hour], [...record.community]]).toEqual([
      [0, 1, 2],
      [3, 6, 2],
      [1, 0, 1],
    ])
  })
})

describe('partOf', () => {
  it('cuts days out, with the incidents of them', () => {
    const part = partOf(record, FIRST + 2, FIRST + 4)
    expect([part.days, [...part.day], [...part.hour], [...part.community]]).toEqual([
      [FIRST + 3],
      [0],
      [6],
      [0],
    ])
  })

  it('may be empty', () => {
    expect(partOf(record, FIRST + 9, FIRST + 12)).toMatchObject({ days: [] })
  })
})
