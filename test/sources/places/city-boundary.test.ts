import { describe, expect, it } from 'vitest'
import { FeedError } from '../../../src/core/feed-error.ts'
import { nearCity } from '../../../src/sources/places/index.ts'

// A square of 0.1° with a hole in its middle.
const CSV = `CITY,the_geom
X,"POLYGON ((-114.1 51, -114 51, -114 51.1, -114.1 51.1, -114.1 51), (-114.08 51.02, -114.02 51.02, -114.02 51.08, -114.08 51.08, -114.08 51.02))"
`

describe('nearCity', () => {
  const isNear = nearCity(CSV)

  it('holds inside, and up to 2 km outside', () => {
    expect(isNear(51.01, -114.05)).toBe(true)
    // 0.0179° of latitude are 1,990 m, 0.0181° are 2,013 m.
    expect(isNear(51.1179, -114.05)).toBe(true)
    expect(isNear(51.1181, -114.05)).toBe(false)
  })

  it('counts metres to the east by latitude', () => {
    // At 51.05° a degree is 69.9 km.
    expect(isNear(51.05, -113.9715)).toBe(true)
    expect(isNear(51.05, -113.971)).toBe(false)
  })

  it('does not hold at the equator, nor deep in a hole', () => {
    expect(isNear(0.0051, -114.05)).toBe(false)
    expect(isNear(51.05, -114.05)).toBe(false)
  })

  it('refuses a file without a polygon', () => {
    expect(() => nearCity('CITY,the_geom\n')).toThrow(FeedError)
    expect(() => nearCity('CITY,the_geom\nX,POINT (1 2)\n')).toThrow(/no WKT POLYGON.*POINT/)
  })
})
