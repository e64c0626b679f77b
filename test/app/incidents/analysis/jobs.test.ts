import { describe, expect, it } from 'vitest'
import { jobs } from '../../../../src/app/incidents/analysis/jobs.ts'
import { DAY_MS, HOUR_MS } from '../../../../src/core/time/spans.ts'
import type { Moments } from '../../../../src/lake/read/incident-record/index.ts'
import { IncidentHotspots, IncidentTrend } from '../../../../src/serve/contract/index.ts'

const FIRST = Date.parse('2018-01-01') / DAY_MS
const YEARS = 2 * 365
const HOT = { latitude: 51.05, longitude: -114.07 }

/** Eight a day all over the city; from the second year on four more a day around one junction. */
function madeMoments(fromDay: number, toDay: number): Moments {
  const made: Record<'startedAtMs' | 'utcOffsetMin' | 'latitudes' | 'longitudes', number[]> = {
    ...{ startedAtMs: [], utcOffsetMin: [], latitudes: [], longitudes: [] },
  }
  const titles: string[] = []
  for (let day = fromDay; day <= toDay; day++)
    for (let n = 0; n < (day >= FIRST + 365 ? 12 : 8); n++) {
      const isHot = n >= 8
      made.startedAtMs.push(day * DAY_MS + ((n * 3) % 24) * HOUR_MS)
      made.utcOffsetMin.push(0)
      made.latitudes.push(isHot ? HOT.latitude + (n % 3) * 0.008 : 50.95 + ((day * 7 + n * 13) % 40) * 0.005)
      made.longitudes.push(
        isHot ? HOT.longitude + (n % 2) * 0.01 : -114.2 + ((day * 11 + n * 17) % 40) * 0.007,
      )
      titles.push(isHot ? 'Deerfoot Trail and Memorial Drive' : `Street ${n}`)
    }
  return {
    ...made,
    types: titles.map(() => 'stalled'),
    communities: titles.map(() => null),
    titles,
  }
}

const record = madeMoments(FIRST, FIRST + YEARS - 1)
const second = { fromDay: FIRST + 365, toDay: FIRST + YEARS - 1 }

describe('hotspots of a choice', () => {
  it('compares with as many days before, and names the place as its reports do', () => {
    const result = jobs.hotspots({
      ...{ record, signals: [], chosen: second },
      now: madeMoments(second.fromDay, second.toDay),
      before: madeMoments(FIRST, FIRST + 364),
    })
    IncidentHotspots.parse({ state: 'ready', result })
    expect(result.before).toMatchObject({ from: '2018-01-01', to: '2018-12-31', covered_days: 365 })
    expect(result.cells[0]).toMatchObject({
      ...{ kind: 'hot', course: 'emerging', title: 'Deerfoot Trail and Memorial Drive', community: null },
    })
  })

  it('says why there is nothing to compare with', () => {
    const whole = jobs.hotspots({
      ...{ record, signals: [], chosen: { fromDay: null, toDay: null }, now: record, before: null },
    })
    expect(whole).toMatchObject({ before: null, why_no_before: 'no_range' })
    const first = jobs.hotspots({
      ...{ record, signals: [], chosen: { fromDay: FIRST, toDay: FIRST + 364 } },
      now: madeMoments(FIRST, FIRST + 364),
      before: madeMoments(1, 0),
    })
    expect(first).toMatchObject({ before: null, why_no_before: 'not_recorded' })
    expect(first.cells.every(({ course }) => course === null)).toBe(true)
  })

  it('is an answer of an empty record too', () => {
    const none = madeMoments(1, 0)
    const result = jobs.hotspots({
      ...{ record: none, signals: [HOT], chosen: { fromDay: null, toDay: null }, now: none, before: null },
    })
    IncidentHotspots.parse({ state: 'ready', result })
    expect(result).toMatchObject({ period: null, cells: [], cells_judged: 1 })
  })
})

describe('trend of a choice', () => {
  it('finds the day from which on there are more', () => {
    const result = jobs.trend({ record, chosen: { fromDay: null, toDay: null }, now: record })
    IncidentTrend.parse({ state: 'ready', result })
    expect(result.trend).toHaveLength(YEARS)
    expect(result.changes).toHaveLength(1)
    expect(result.changes[0]!.ratio.value).toBeCloseTo(1.5, 1)
  })

  it('is too short for a week', () => {
    const result = jobs.trend({ record, chosen: { fromDay: FIRST, toDay: FIRST + 6 }, now: record })
    expect(IncidentTrend.parse({ state: 'ready', result }).result?.is_too_short).toBe(true)
  })
})
