import { describe, expect, it } from 'vitest'
import { clustersJob } from '../../../../../src/app/incidents/analysis/hotspots/clusters-job.ts'
import { IncidentClusters } from '../../../../../src/serve/contract/index.ts'
import { DAY, momentsOf, type Made } from './made-moments.ts'

/** Every other day something somewhere; a junction that has a report a week. */
const elsewhere = (days: number, from = 0): Made[] =>
  Array.from({ length: days }, (_, i) => ({
    day: from + i,
    latitude: 50.9 + (i % 97) * 0.002,
    longitude: -114.2,
  }))
const junction = (name: string, latitude: number, days: number, from: number): Made[] =>
  Array.from({ length: Math.floor(days / 7) }, (_, i) => ({
    ...{ day: from + i * 7, latitude: latitude + (i % 3) * 0.0002, longitude: -114.07, title: name },
    community: 'BELTLINE',
  }))
const old = [...elsewhere(300), ...junction('Old & 1st', 51, 300, 0)]
const recent = [
  ...elsewhere(300, 300),
  ...junction('Old & 1st', 51, 63, 300),
  ...junction('New & 2nd', 51.04, 300, 300),
]
const chosen = { fromDay: DAY + 300, toDay: DAY + 599 }

describe('clusters of a choice', () => {
  it('are called as their reports call them, those that faded as they were called before', () => {
    const result = clustersJob({
      ...{ record: momentsOf([...old, ...recent]), chosen },
      ...{ now: momentsOf(recent), before: momentsOf(old) },
    })
    IncidentClusters.parse({ state: 'ready', result })
    expect(result).toMatchObject({ within_m: 100, at_least: 10, at_least_before: 10, why_no_before: null })
    expect(result.clusters.map(({ title, course, incidents }) => [title, course, incidents])).toEqual([
      ['New & 2nd', 'emerging', 42],
      ['Old & 1st', 'fading', 9],
    ])
    expect(result.clusters[1]).toMatchObject({ community: 'BELTLINE', incidents_before: 42 })
    const [{ id, latitude, longitude } = { id: '', latitude: 0, longitude: 0 }] = result.clusters
    expect(id).toBe(`${latitude},${longitude}`)
  })

  it('are an answer where there is nothing to compare with, and of an empty record', () => {
    const whole = clustersJob({
      ...{
        record: momentsOf(old),
        chosen: { fromDay: null, toDay: null },
        now: momentsOf(old),
        before: null,
      },
    })
    IncidentClusters.parse({ state: 'ready', result: whole })
    expect(whole).toMatchObject({ before: null, why_no_before: 'no_range', at_least_before: null })
    expect(whole.clusters).toMatchObject([{ title: 'Old & 1st', course: null, ratio: null }])
    const none = clustersJob({
      ...{ record: momentsOf([]), chosen, now: momentsOf([]), before: null },
    })
    IncidentClusters.parse({ state: 'ready', result: none })
    expect(none).toMatchObject({ period: null, clusters: [], in_none: 0 })
  })
})
