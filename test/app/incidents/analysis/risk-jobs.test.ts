import { describe, expect, it } from 'vitest'
import { riskJob, riskQualityJob } from '../../../../src/app/incidents/analysis/risk-jobs.ts'
import { DAY_MS, HOUR_MS } from '../../../../src/core/time/spans.ts'
import type { Moments } from '../../../../src/lake/read/incident-record/index.ts'
import { IncidentRisk, IncidentRiskQuality } from '../../../../src/serve/contract/index.ts'

const FIRST = Date.parse('2018-01-01') / DAY_MS

/** Twelve a day, three of four in Beltline, most of them in the afternoon. */
function moments(days: number): Moments {
  const all = Array.from({ length: days * 12 }, (_, i) => i)
  return {
    startedAtMs: all.map(i => (FIRST + Math.floor(i / 12)) * DAY_MS + (i % 3 === 0 ? 8 : 17) * HOUR_MS),
    utcOffsetMin: all.map(() => 0),
    ...{ latitudes: all.map(() => 51), longitudes: all.map(() => -114) },
    types: all.map(() => 'stalled'),
    communities: all.map(i => (i % 4 === 0 ? 'ACADIA' : 'BELTLINE')),
    titles: all.map(() => null),
  }
}
const given = (days: number) => ({ record: moments(days), communities: [], holidays: [FIRST + 5] })

describe('the risk of the next 24 hours', () => {
  it('begins with the hour that it is', () => {
    const now = { day: FIRST + 200, hour: 15 }
    const result = riskJob({ ...given(200), now })
    IncidentRisk.parse({ state: 'ready', result })
    expect(result).toMatchObject({ is_of_now: true, is_too_short: false })
    expect(result.hours[0]).toEqual({ day: '2018-07-20', hour: 15 })
    const [first] = result.communities
    expect(first).toMatchObject({ community: 'BELTLINE', peak: 2 })
    expect(first?.expected).toBeGreaterThan(5)
  })

  it('is of the day after the record’s end where that is long ago, and says so', () => {
    const result = riskJob({ ...given(200), now: { day: FIRST + 900, hour: 15 } })
    expect(result).toMatchObject({ is_of_now: false, record_ends: '2018-07-18' })
    expect(result.hours[0]).toEqual({ day: '2018-07-19', hour: 0 })
  })

  it('has a place without incidents too, where the city names its communities', () => {
    const result = riskJob({
      ...given(200),
      communities: ['BELTLINE', 'QUIET'],
      now: { day: FIRST + 200, hour: 0 },
    })
    expect(result.communities.map(({ community }) => community)).toEqual(['BELTLINE', 'QUIET'])
    expect(result.communities[1]?.expected).toBeGreaterThan(0)
  })

  it('says that a record is too short', () => {
    for (const days of [0, 30]) {
      const result = riskJob({ ...given(days), now: { day: FIRST + days, hour: 0 } })
      IncidentRisk.parse({ state: 'ready', result })
      expect(result).toMatchObject({ is_too_short: true, communities: [] })
    }
  })
})

describe('how good it was', () => {
  it('is judged on the last year, against the baseline', () => {
    const result = riskQualityJob(given(365 + 200))
    IncidentRiskQuality.parse({ state: 'ready', result })
    expect(result.judged).toMatchObject({ to: '2019-07-18', days: 365 })
    expect(result.judged!.expected / result.judged!.seen).toBeCloseTo(1, 1)
  })

  it('is not judged where too little comes before', () => {
    expect(riskQualityJob(given(365 + 100))).toEqual({ judged: null })
    expect(riskQualityJob(given(0))).toEqual({ judged: null })
  })
})
