import { describe, expect, it } from 'vitest'
import { clusterSpots } from '../../../../../web/src/features/history/hotspots/clusters.ts'
import type { Cluster } from '../../../../../web/src/features/history/hotspots/clusters.ts'
import { cluster, clusters } from '../records.ts'

const many = (count: number, course: Cluster['course']) =>
  Array.from({ length: count }, (_, i) => cluster(`${course} ${i}`, { course, incidents: 90 - i }))

describe('hotspots by clusters', () => {
  it('are listed as they come, with some that faded however many there are', () => {
    const ids = (found: Cluster[]) => clusterSpots(clusters(found)).rows.map(({ id }) => id)
    expect(ids([...many(2, 'emerging'), ...many(1, 'fading')])).toEqual([
      ...['emerging 0', 'emerging 1', 'fading 0'],
    ])
    const crowd = ids([...many(30, 'persistent'), ...many(9, 'fading')])
    expect(crowd).toHaveLength(12)
    expect(crowd.slice(-4)).toEqual(['persistent 8', 'fading 0', 'fading 1', 'fading 2'])
    expect(ids(many(30, 'fading'))).toHaveLength(12)
  })

  it('are an area and a disc each, and say what they are of', () => {
    const found = clusterSpots(clusters([cluster('a', { incidents: 16 }), cluster('b', { incidents: 4 })]))
    expect(
      found.marks.features.map(({ geometry: { type }, properties }) => [type, properties.share]),
    ).toEqual([
      ['Polygon', 1],
      ['Point', 1],
      ['Polygon', 0.5],
      ['Point', 0.5],
    ])
    expect(found.middles.get('a')).toEqual([-114, 51])
    expect(found.words).toContain('2 places with 10 reports or more within 100 m')
    expect(found.words).toContain('14 of 30 incidents in none')
    expect(found.words).toContain('some of a change since or before is chance')
    expect(found.tipOf('a')).toMatchObject({ lines: ['A Street', '16 incidents, 2 in the period before'] })
  })

  it('are clusters and no more where there is nothing to compare with', () => {
    const alone = { before: null, why_no_before: 'no_range', at_least_before: null } as const
    const found = clusterSpots(
      clusters([cluster('a', { course: null, incidents_before: null, ratio: null })], alone),
    )
    expect(found.rows[0]).toMatchObject({ standing: 'hot', label: 'Cluster', change: null })
    expect(found.legend.map(({ standing }) => standing)).toEqual(['hot'])
    expect(found.words).toContain('1 place with')
    expect(found.words).toContain('Choose a range')
    expect(clusterSpots(clusters([])).rows).toEqual([])
  })
})
