import { describe, expect, it } from 'vitest'
import { periodClusters } from '../../../src/insight/hotspots/index.ts'

/** So many incidents around a place, some ten metres apart. */
const around = (latitude: number, longitude: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    latitude: latitude + (i % 3) * 0.0001,
    longitude: longitude + (i % 2) * 0.0001,
  }))
const period = (places: ReturnType<typeof around>, coveredDays = 300) => ({ places, coveredDays })
const NORTH_M = 1 / 111_195

describe('periodClusters', () => {
  it('finds places with a report a month, and leaves out the others', () => {
    const found = periodClusters(period([...around(51, -114, 10), ...around(51.1, -114, 9)]), null)
    expect(found).toMatchObject({ atLeast: 10, atLeastBefore: null, inNone: 9 })
    expect(found.clusters).toHaveLength(1)
    expect(found.clusters[0]).toMatchObject({
      incidents: 10,
      incidentsBefore: null,
      course: null,
      ratio: null,
    })
    expect(found.clusters[0]?.members).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('wants five also in a short period', () => {
    expect(periodClusters(period(around(51, -114, 4), 10), null).clusters).toEqual([])
    expect(periodClusters(period(around(51, -114, 5), 10), null).clusters).toHaveLength(1)
  })

  it('knows what emerged, what persists and what faded, by rates a covered day', () => {
    const now = period([...around(51, -114, 20), ...around(51.1, -114, 12), ...around(51.2, -114, 1)])
    const before = period([...around(51, -114, 10), ...around(51.2, -114, 10)], 150)
    const { clusters, atLeastBefore } = periodClusters(now, before)
    expect(atLeastBefore).toBe(5)
    expect(
      clusters.map(({ course, incidents, incidentsBefore }) => [course, incidents, incidentsBefore]),
    ).toEqual([
      ['persistent', 20, 10],
      ['emerging', 12, 0],
      ['fading', 1, 10],
    ])
    expect(clusters[0]?.ratio?.value).toBeCloseTo(1, 9)
    expect(clusters[1]?.ratio?.value).toBe(Infinity)
    expect(clusters[2]?.ratio?.value).toBeCloseTo(0.05, 9)
    expect(clusters[2]?.members).toEqual([])
  })

  it('takes clusters for one place that one of the other period joins, and counts each incident there once', () => {
    const [south, north] = [around(51, -114, 10), around(51 + 250 * NORTH_M, -114, 10)]
    expect(periodClusters(period([...south, ...north]), null).clusters).toHaveLength(2)
    const between = [0, 60, 120, 180, 240].flatMap(metres => around(51 + metres * NORTH_M, -114, 4))
    const { clusters } = periodClusters(period([...south, ...north]), period(between))
    expect(clusters).toMatchObject([{ course: 'persistent', incidents: 20, incidentsBefore: 20 }])
    expect(clusters[0]?.members).toHaveLength(20)
    expect(periodClusters(period(between), period([...south, ...north])).clusters).toMatchObject([
      { course: 'persistent', incidents: 20, incidentsBefore: 20 },
    ])
  })

  it('draws a line around its members that holds all of them', () => {
    const { outline, middle } = periodClusters(period(around(51, -114, 12)), null).clusters[0]!
    const [longitudes, latitudes] = [outline.map(([x]) => x), outline.map(([, y]) => y)]
    expect(Math.min(...latitudes)).toBeCloseTo(51 - 50 * NORTH_M, 6)
    expect(Math.max(...latitudes)).toBeCloseTo(51.0002 + 50 * NORTH_M, 6)
    expect(Math.min(...longitudes)).toBeLessThan(-114)
    expect(new Set(outline.map(String)).size).toBe(outline.length)
    expect(middle.latitude).toBeCloseTo(51.0001, 6)
  })

  it('has none where there is nothing', () => {
    expect(periodClusters(period([], 0), period([], 0))).toMatchObject({ inNone: 0, clusters: [] })
  })
})
