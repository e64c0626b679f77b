import { describe, expect, it } from 'vitest'
import { geometryFault } from '../../../src/core/schema/geometry.ts'

const fault = (value: unknown) => geometryFault(value, ['LineString', 'MultiPoint'])

describe('geometryFault', () => {
  it('finds nothing wrong with lines and points, with or without heights', () => {
    expect(
      fault({
        type: 'LineString',
        coordinates: [
          [-74, 40],
          [180, -90, 12.5],
        ],
      }),
    ).toBeNull()
    expect(fault({ type: 'MultiPoint', coordinates: [[-74, 40]] })).toBeNull()
  })

  it.each([
    [null, 'is not a GeoJSON LineString or MultiPoint'],
    ['LineString', 'is not a GeoJSON LineString or MultiPoint'],
    [{ type: 'Point', coordinates: [0, 0] }, 'has the type "Point", not LineString or MultiPoint'],
    [{}, 'has the type nothing, not LineString or MultiPoint'],
    [{ type: 'LineString' }, 'has no coordinates'],
    [{ type: 'LineString', coordinates: [[0, 0]] }, 'has fewer than 2 positions'],
    [
      {
        type: 'LineString',
        coordinates: [
          [0, 0],
          [40.7, -174],
        ],
      },
      'has a position that is no [longitude, latitude] in degrees: [40.7,-174] (number 2)',
    ],
    [
      { type: 'MultiPoint', coordinates: [['0', 0]] },
      'has a position that is no [longitude, latitude] in degrees: ["0",0] (number 1)',
    ],
    [
      { type: 'MultiPoint', coordinates: [[0, null]] },
      'has a position that is no [longitude, latitude] in degrees: [0,null] (number 1)',
    ],
  ])('says what is wrong with %j', (value, words) => {
    expect(fault(value)).toBe(words)
  })
})
