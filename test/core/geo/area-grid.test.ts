import { describe, expect, it } from 'vitest'
import { AreaGrid } from '../../../src/core/geo/area-grid.ts'
import { areaOf, areaOfWkt, isInArea } from '../../../src/core/geo/polygon.ts'
import { between, seededRandom } from '../../random.ts'

/** A star of random corners, which may be concave and reach over others. */
function star(random: () => number): ReturnType<typeof areaOf> {
  const [x, y, corners] = [random() * 10, random() * 10, between(random, 3, 40)] as const
  const ring: number[] = []
  for (let i = 0; i < corners; i++) {
    const radius = 0.05 + random() * 2
    const angle = (2 * Math.PI * i) / corners
    ring.push(x + radius * Math.cos(angle), y + radius * Math.sin(angle))
  }
  return areaOf([Float64Array.from([...ring, ring[0]!, ring[1]!])])
}

describe('AreaGrid', () => {
  it('finds what looking at every area one by one finds', () => {
    const random = seededRandom(7)
    const areas = Array.from({ length: 60 }, () => star(random))
    const grid = new AreaGrid(areas)
    const places = Array.from({ length: 5000 }, () => [random() * 14 - 2, random() * 14 - 2] as const)
    expect(places.map(([x, y]) => grid.find(x, y))).toEqual(
      places.map(([x, y]) => areas.findIndex(area => isInArea(area, x, y))),
    )
  })

  it('finds nothing beside the areas, in a hole, or where there are none', () => {
    const ring = areaOfWkt('POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 7 2, 7 7, 2 7, 2 2))')
    const grid = new AreaGrid([ring])
    expect(grid.find(1, 1)).toBe(0)
    expect(grid.find(5, 5)).toBe(-1)
    expect(grid.find(-1, 5)).toBe(-1)
    expect(grid.find(NaN, 5)).toBe(-1)
    expect(new AreaGrid([]).find(1, 1)).toBe(-1)
  })
})
