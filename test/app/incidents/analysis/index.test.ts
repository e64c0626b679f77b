import { describe, expect, it } from 'vitest'
import { incidentAnalyst } from '../../../../src/app/incidents/analysis/index.ts'
import { shutDown, type ShutdownSteps } from '../../../../src/app/shutdown-steps.ts'
import { DAY_MS } from '../../../../src/core/time/spans.ts'
import type { IncidentChoice, Moments } from '../../../../src/lake/read/incident-record/index.ts'

const FIRST = Date.parse('2018-01-01') / DAY_MS
const momentsOf = (days: number): Moments => {
  const each = <T>(of: (i: number) => T) => Array.from({ length: days }, (_, i) => of(i))
  return {
    startedAtMs: each(i => (FIRST + i) * DAY_MS),
    utcOffsetMin: each(() => 0),
    latitudes: each(i => 51 + (i % 10) / 100),
    longitudes: each(() => -114),
    types: each(() => 'stalled'),
    communities: each(() => null),
    titles: each(() => null),
  }
}

const weather = { firstHour: 0, codes: new Uint8Array(), isOfDay: new Uint8Array(), digest: 'none' }

describe('the analyst of the incident record', () => {
  it('works off the main thread, once for each choice and state of the record', async () => {
    const asked: IncidentChoice[] = []
    let version = '1'
    const undo: ShutdownSteps = []
    const analyst = incidentAnalyst(
      {
        reader: {
          moments: choice => {
            asked.push(choice)
            return Promise.resolve(momentsOf(60))
          },
          version: () => Promise.resolve(version),
          weather: () => Promise.resolve(weather),
          activePlaces: () => Promise.resolve([]),
          siteDays: () => Promise.resolve({ sites: [], site: [], day: [], vehicles: [] }),
        },
        places: { communities: [], signals: [] },
        ...{ cityZone: 'UTC', now: () => FIRST * DAY_MS, made: () => Number(version) },
        holidays: { country: null, state: null, region: null },
      },
      undo,
    )
    const choice = { from: '2018-02-01', to: '2018-03-01' }
    await expect.poll(() => analyst.hotspots(choice)).toMatchObject({ state: 'ready' })
    expect(await analyst.hotspots(choice)).toMatchObject({ result: { period: { incidents: 60 } } })
    expect(asked).toEqual([{}, choice, { from: '2018-01-04', to: '2018-02-01' }])
    asked.length = 0
    const ancient = { from: '0001-01-01', to: '0003-01-01' }
    await expect.poll(() => analyst.hotspots(ancient)).toMatchObject({ state: 'ready' })
    expect(asked).toEqual([ancient])
    asked.length = 0
    const open = { from: '2018-02-01', to: '9999-12-31' }
    await expect.poll(() => analyst.hotspots(open)).toMatchObject({ state: 'ready' })
    const coming = { from: '2030-01-01' }
    await expect.poll(() => analyst.hotspots(coming)).toMatchObject({ state: 'ready' })
    expect(asked).toEqual([open, { from: '2018-01-03', to: '2018-02-01' }, coming])
    asked.length = 0
    version = '2'
    await expect.poll(() => analyst.hotspots(choice)).toMatchObject({ state: 'ready' })
    expect(asked).toHaveLength(3)
    await shutDown(undo)
  })
})
