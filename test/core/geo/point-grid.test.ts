import { describe, expect, it } from 'vitest'
import { distanceM } from '../../../src/core/geo/metres.ts'
import { PointGrid } from '../../../src/core/geo/point-grid.ts'
import { seededRandom } from '../../random.ts'

describe('PointGrid', () => {
  const random = seededRandom(3)
  const points = Array.from({ length: 400 }, () => ({
    latitude: 50.9 + random() * 0.3,
    longitude: -114.2 + random() * 0.4,
  }))
  const grid = new PointGrid(points)

  it('finds the points that are nearest, in their order', () => {
    for (let i = 0; i < 300; i++) {
      const [longitude, latitude] = [-114.3 + random() * 0.6, 50.85 + random() * 0.4]
      const expected = points
        .map((point, index) => ({
          index,
          metres: distanceM(latitude, longitude, point.latitude, point.longitude),
        }))
        .filter(({ metres }) => metres <= 4000)
        .sort((a, b) => a.metres - b.metres)
        .slice(0, 3)
      const found = grid.nearest(longitude, latitude, { withinM: 4000, count: 3 })
      expect(found.map(({ index }) => index)).toEqual(expected.map(({ index }) => index))
      found.forEach((one, k) => expect(one.distanceM).toBeCloseTo(expected[k]!.metres, -1))
    }
  })

  it('passes over what is not accepted', () => {
    const [first] = grid.nearest(-114.05, 51.05, { withinM: 5000 })
    const [second] = grid.nearest(-114.05, 51.05, { withinM: 5000, accepts: index => index !== first!.index })
    expect(second!.index).not.toBe(first!.index)
    expect(second!.distanceM).toBeGreaterThanOrEqual(first!.distanceM)
  })

  it('finds nothing where all is too far, or nothing is there', () => {
    expect(grid.nearest(0, 0, { withinM: 5000 })).toEqual([])
    expect(new PointGrid([]).nearest(0, 0, { withinM: 5000 })).toEqual([])
  })

  it.each([90, 89.999, -90, 551])(
    'ends at once at the latitude %f, where degrees of longitude have no width',
    latitude => {
      expect(grid.nearest(-114.05, latitude, { withinM: 5000, count: 3 })).toEqual([])
      expect(new PointGrid([]).nearest(-114.05, latitude, { withinM: 5000 })).toEqual([])
    },
  )

  it('takes the lower number of two at one place', () => {
    const twice = new PointGrid([points[5]!, points[5]!])
    const [found] = twice.nearest(points[5]!.longitude, points[5]!.latitude, { withinM: 1 })
    expect(found).toEqual({ index: 0, distanceM: 0 })
  })
})
