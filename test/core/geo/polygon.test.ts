import { describe, expect, it } from 'vitest'
import { FeedError } from '../../../src/core/feed-error.ts'
import { areaOfWkt, isInArea, metresToBorder } from '../../../src/core/geo/polygon.ts'

const WKT =
  'MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 3 1, 3 3, 1 3, 1 1)), ((10 0, 12 0, 11 2, 10 0)))'
const area = areaOfWkt(WKT)

describe('areaOfWkt', () => {
  it('reads every ring and the bounds of all', () => {
    expect(area.rings.map(ring => ring.length)).toEqual([10, 10, 8])
    expect(area).toMatchObject({ west: 0, south: 0, east: 12, north: 4 })
  })

  it.each([
    'POINT (1 2)',
    'MULTIPOLYGON EMPTY',
    'POLYGON ((0 0, 1 1))',
    'POLYGON ((0 0, 1 x, 2 2, 0 0))',
    '',
  ])('refuses %s', text => {
    expect(() => areaOfWkt(text)).toThrow(FeedError)
  })
})

describe('isInArea', () => {
  it('holds in each polygon, not in a hole, not beside', () => {
    expect(isInArea(area, 0.5, 0.5)).toBe(true)
    expect(isInArea(area, 2, 2)).toBe(false)
    expect(isInArea(area, 11, 1)).toBe(true)
    expect(isInArea(area, 10.1, 1.9)).toBe(false)
    expect(isInArea(area, 7, 1)).toBe(false)
    expect(isInArea(area, NaN, 1)).toBe(false)
  })

  it('gives a place on a common border to one of two neighbours', () => {
    const left = areaOfWkt('POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))')
    const right = areaOfWkt('POLYGON ((1 0, 2 0, 2 1, 1 1, 1 0))')
    for (const y of [0.2, 0.5, 0.9]) expect([left, right].filter(one => isInArea(one, 1, y))).toHaveLength(1)
  })
})

describe('metresToBorder', () => {
  it('is the way to the nearest side or corner', () => {
    const square = areaOfWkt('POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))')
    expect(metresToBorder(square, 0.5, -0.1)).toBeCloseTo(11_119.5, 0)
    expect(metresToBorder(square, 1.1, 1.1)).toBeCloseTo(15_724, -1)
    expect(metresToBorder(square, 0.5, 0.5)).toBeCloseTo(55_595, -2)
  })
})
