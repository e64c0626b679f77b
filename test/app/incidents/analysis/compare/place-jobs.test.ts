import { describe, expect, it } from 'vitest'
import { beforeAfterJob, worksJob } from '../../../../../src/app/incidents/analysis/compare/place-jobs.ts'
import { Random } from '../../../../../src/core/statistics/index.ts'
import { DAY_MS, HOUR_MS } from '../../../../../src/core/time/spans.ts'
import type { Moments } from '../../../../../src/lake/read/incident-record/index.ts'
import { IncidentBeforeAfter, IncidentWorks } from '../../../../../src/serve/contract/index.ts'

const FIRST_MS = Date.parse('2018-01-01')
const DAYS = 400
const CHANGED = '2018-07-20'
const CHANGED_DAY = Date.parse(CHANGED) / DAY_MS - FIRST_MS / DAY_MS

interface At {
  readonly ms: number
  readonly latitude: number
  readonly longitude: number
}

function momentsOf(ats: readonly At[]): Moments {
  const sorted = ats.toSorted((a, b) => a.ms - b.ms)
  const each = <T>(of: (at: At) => T) => sorted.map(of)
  return {
    ...{ startedAtMs: each(({ ms }) => ms), utcOffsetMin: each(() => 0) },
    ...{ latitudes: each(({ latitude }) => latitude), longitudes: each(({ longitude }) => longitude) },
    ...{ types: each(() => 'stalled'), communities: each(() => null), titles: each(() => null) },
  }
}

/** A street of signals 1.1 km apart. */
const signals = Array.from({ length: 40 }, (_, i) => ({ latitude: 51 + i / 100, longitude: -114 }))
const random = new Random(5)
/** Some 6 reports a half year at each, and at the first one 20 before and 6 after. */
const everywhere = signals.flatMap((signal, i) =>
  Array.from({ length: i === 0 ? 0 : 13 }, () => ({
    ...signal,
    ms: FIRST_MS + random.unit() * DAYS * DAY_MS,
  })),
)
const days = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ ...signals[0]!, ms: FIRST_MS + (from + i * 7) * DAY_MS }))
const record = momentsOf([...everywhere, ...days(60, 20), ...days(CHANGED_DAY + 3, 6)])
const asked = { latitude: 51, longitude: -114, radiusM: 250, changed: CHANGED, days: 180 }

describe('a place before and after', () => {
  it('is compared with other signals where it is one, and expects less after a bad spell', () => {
    const found = beforeAfterJob({ record, now: record, signals, asked })
    expect(IncidentBeforeAfter.parse({ state: 'ready', result: found })).toBeTruthy()
    expect(found).toMatchObject({ incidents_before: 20, incidents_after: 6, like: 'signals', places: 39 })
    expect(found.before).toMatchObject({ from: '2018-01-21', to: '2018-07-19' })
    expect(found.effect!.expected_without).toBeLessThan(20 * found.effect!.trend)
    expect(found.effect!.naive).toBeLessThan(found.effect!.ratio.value!)
  })

  it('is compared with cells where it is no signal', () => {
    const found = beforeAfterJob({ record, now: record, signals, asked: { ...asked, latitude: 51.005 } })
    expect(found).toMatchObject({ like: 'cells', incidents_before: 0 })
  })

  it('says why it cannot be told', () => {
    const early = { ...asked, changed: '2018-02-01' }
    expect(beforeAfterJob({ record, now: record, signals, asked: early })).toMatchObject({
      ...{ why_not: 'not_recorded', effect: null },
    })
    const none = momentsOf([])
    expect(beforeAfterJob({ record, now: none, signals, asked })).toMatchObject({ why_not: 'too_few' })
  })
})

describe('works and events', () => {
  it('are compared with the same hours of other weeks, and told where the record has none of them', () => {
    const startMs = FIRST_MS + 200 * DAY_MS
    const works = { kind: 'work_zone' as const, id: 'w', name: 'Works', latitude: 51.1, longitude: -114 }
    const around = Array.from({ length: 30 }, (_, i) => ({ ...works, ms: startMs + i * 5 * HOUR_MS }))
    const now = momentsOf([...everywhere, ...around])
    const found = worksJob({
      ...{ record: now, now, cityZone: 'UTC', asked: { withinM: 500, weeks: 4 } },
      places: [
        { ...works, startMs, endMs: startMs + 7 * DAY_MS },
        { ...works, id: 'later', startMs: startMs + 900 * DAY_MS, endMs: startMs + 901 * DAY_MS },
      ],
    })
    expect(IncidentWorks.parse({ state: 'ready', result: found })).toBeTruthy()
    expect(found).toMatchObject({ out_of_record: 1, places: [{ id: 'w', hours_during: 7 * 24 }] })
    expect(found.places[0]!.incidents_during).toBeGreaterThanOrEqual(30)
    expect(found.places[0]!.ratio!.low).toBeGreaterThan(1)
  })
})
