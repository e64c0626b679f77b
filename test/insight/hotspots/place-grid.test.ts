import { describe, expect, it } from 'vitest'
import { distanceM } from '../../../src/core/geo/metres.ts'
import { Random } from '../../../src/core/statistics/index.ts'
import { PlaceGrid } from '../../../src/insight/hotspots/index.ts'

const random = new Random(3)
const drawn = (middle: number, count: number) =>
  Array.from({ length: count }, () => ({
    latitude: middle + random.below(10_000) / 1e6,
    longitude: -0.004 + random.below(10_000) / 1e6,
  }))

describe('PlaceGrid', () => {
  it.each([51, -0.004, -34, 69.6])(
    'finds at latitude %d what lies within reach, and nothing else',
    middle => {
      const [places, others] = [drawn(middle, 400), drawn(middle, 100)]
      const grid = new PlaceGrid(places, 100)
      for (const { latitude, longitude } of others) {
        const metres = places.map(place => distanceM(latitude, longitude, place.latitude, place.longitude))
        const near: number[] = []
        grid.forEachNear({ latitude, longitude }, index => near.push(index))
        expect(near.sort((a, b) => a - b)).toEqual([...metres.keys()].filter(i => metres[i]! <= 100))
        const least = Math.min(...metres)
        expect(grid.nearest({ latitude, longitude })).toBe(least <= 100 ? metres.indexOf(least) : null)
      }
    },
  )

  it('has nothing near where there is nothing', () => {
    expect(new PlaceGrid([], 100).nearest({ latitude: 51, longitude: -114 })).toBeNull()
  })

  it('takes the first of two at one place', () => {
    const place = { latitude: 51, longitude: -114 }
    expect(new PlaceGrid([place, { ...place }], 100).nearest(place)).toBe(0)
  })
})
