import { describe, expect, it } from 'vitest'
import { distanceM } from '../../../src/core/geo/metres.ts'

describe('distanceM', () => {
  it('is within 3 per mille of the way on the ellipsoid, across a city', () => {
    // Calgary Tower to the airport's terminal, by Vincenty's formula on WGS 84: 10,375 m.
    const metres = distanceM(51.0443, -114.0631, 51.1315, -114.0106)
    expect(Math.abs(metres / 10_375 - 1)).toBeLessThan(0.003)
  })

  it('is the same in both directions, and nothing from a place to itself', () => {
    expect(distanceM(51, -114, 51.1, -114.1)).toBe(distanceM(51.1, -114.1, 51, -114))
    expect(distanceM(51, -114, 51, -114)).toBe(0)
  })
})
