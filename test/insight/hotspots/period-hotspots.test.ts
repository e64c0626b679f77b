import { describe, expect, it } from 'vitest'
import { Random } from '../../../src/core/statistics/index.ts'
import { periodHotspots } from '../../../src/insight/hotspots/index.ts'
import type { Place } from '../../../src/insight/hotspots/index.ts'

/** A city of some 400 cells: a place each 900 m. */
const CITY: Place[] = Array.from({ length: 400 }, (_, i) => ({
  latitude: 50.95 + Math.floor(i / 20) * 0.009,
  longitude: -114.2 + (i % 20) * 0.014,
}))
/** One incident in each tenth of the places, and `count` at each of the places named, which lie side by side. */
const incidents = (hot: readonly number[], count: number) => [
  ...CITY.filter((_, i) => i % 10 === 0),
  ...hot.flatMap(i => Array.from({ length: count }, () => CITY[i]!)),
]
const [WEST, EAST] = [
  [84, 85, 104, 105, 124, 125],
  [94, 95, 114, 115, 134, 135],
]
const period = (places: readonly Place[]) => ({ places, coveredDays: 365 })
const courses = (cells: readonly { course: string | null }[]) =>
  new Set(cells.flatMap(({ course }) => course ?? []))

describe('periodHotspots', () => {
  it('calls places emerging, persistent or fading by the period before', () => {
    const [now, before] = [period(incidents([...WEST, ...EAST], 8)), period(incidents(EAST, 8))]
    const grown = periodHotspots(now, before, CITY, new Random(1))
    expect(courses(grown.cells)).toEqual(new Set(['emerging', 'persistent']))
    const shrunk = periodHotspots(before, now, CITY, new Random(1))
    expect(courses(shrunk.cells)).toEqual(new Set(['fading', 'persistent']))
    const first = grown.cells[0]!
    expect(first.kind).toBe('hot')
    expect(first.members).toHaveLength(first.incidents)
    expect(first.outline.length).toBeGreaterThanOrEqual(5)
  })

  it('leaves calm cells out, but judges them', () => {
    const found = periodHotspots(period(incidents(WEST, 8)), null, CITY, new Random(1))
    expect(found.cellsJudged).toBeGreaterThan(found.cells.length)
    expect(
      found.cells.every(({ course, incidentsBefore }) => course === null && incidentsBefore === null),
    ).toBe(true)
  })

  it('says the same of the same, whenever it is asked', () => {
    const ask = () => periodHotspots(period(incidents(WEST, 3)), null, CITY, new Random(7))
    expect(ask()).toEqual(ask())
  })

  it('calls nothing where nothing happened', () => {
    const none = periodHotspots(period([]), period([]), CITY, new Random(1))
    expect(none.cells).toEqual([])
    expect(none.cellsJudged).toBeGreaterThan(0)
    expect(periodHotspots(period([]), null, [], new Random(1)).cellsJudged).toBe(0)
  })
})
