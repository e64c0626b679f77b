import { describe, expect, it } from 'vitest'
import { isForeign, placesOf } from '../../../web/src/api/places.ts'
import { place } from '../fixtures.ts'

describe('placesOf', () => {
  it('keeps a site without coordinates, but not on the map', () => {
    const places = placesOf([place('A'), place('B', { latitude: null, longitude: null, district: 'outer' })])
    expect([...places.byId.keys()]).toEqual(['A', 'B'])
    expect(places.onMap.map(one => one.id)).toEqual(['A'])
    expect(places.districts).toEqual(['downtown', 'outer'])
  })
})

describe('isForeign', () => {
  it('tells a district of another city, once the city is known', () => {
    const places = placesOf([place('A')])
    expect(['downtown', 'atlantis', null].map(district => isForeign(district, places))).toEqual([
      false,
      true,
      false,
    ])
    expect(isForeign('atlantis', placesOf([]))).toBe(false)
  })
})
