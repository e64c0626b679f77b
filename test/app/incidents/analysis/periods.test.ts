import { describe, expect, it } from 'vitest'
import { daysOf, periodBefore, spanBefore } from '../../../../src/app/incidents/analysis/periods.ts'
import type { Coverage, DayCoverage } from '../../../../src/core/time/index.ts'

/** Days 100 to 199, of which some are silent. */
const record = (isSilent: (day: number) => boolean = () => false): Coverage => ({
  firstDay: 100,
  days: Array.from({ length: 100 }, (_, i): DayCoverage => (isSilent(100 + i) ? 'silent' : 'full')),
})

describe('the days that are compared', () => {
  it('are as many just before the first', () => {
    const { days, previous, why } = periodBefore(record(), { fromDay: 150, toDay: 159 })
    expect([days, previous, why]).toEqual([
      { fromDay: 150, toDay: 159, covered: 10 },
      { fromDay: 140, toDay: 149, covered: 10 },
      null,
    ])
  })

  it('end with the record where no last day is chosen', () => {
    expect(periodBefore(record(), { fromDay: 190, toDay: null }).previous).toEqual({
      ...{ fromDay: 180, toDay: 189, covered: 10 },
    })
  })

  it('are as many as there are up to the end of the record, however far off a last day is chosen', () => {
    const toDay = Date.parse('9999-12-30') / 86_400_000
    expect(periodBefore(record(), { fromDay: 190, toDay })).toEqual({
      days: { fromDay: 190, toDay: 199, covered: 10 },
      previous: { fromDay: 180, toDay: 189, covered: 10 },
      why: null,
    })
    expect(spanBefore({ fromDay: 190, toDay }, 199)).toEqual({ fromDay: 180, toDay: 189 })
  })

  it('need half of them recorded, a gap counts as none', () => {
    const compared = (first: number) =>
      periodBefore(
        record(day => day >= 140 && day < first),
        { fromDay: 150, toDay: 159 },
      )
    expect(compared(145).previous?.covered).toBe(5)
    expect(compared(146)).toMatchObject({ previous: null, why: 'not_recorded' })
  })

  it('are none without a first day, or outside of the record', () => {
    expect(periodBefore(record(), { fromDay: null, toDay: 150 })).toMatchObject({
      previous: null,
      why: 'no_range',
    })
    expect(daysOf(record(), { fromDay: 300, toDay: 310 })).toBeNull()
    for (const chosen of [
      { fromDay: 300, toDay: 310 },
      { fromDay: 300, toDay: null },
      { fromDay: 1, toDay: 10 },
      { fromDay: 1, toDay: 199 },
    ])
      expect(periodBefore(record(), chosen)).toMatchObject({ previous: null, why: 'not_recorded' })
  })
})
