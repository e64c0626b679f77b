import { describe, expect, it } from 'vitest'
import { boundsOf, graticule, viewBounds } from '../../../web/src/map/extent.ts'
import { streetsOf, type Place } from '../../../web/src/map/streets.ts'

const grid = (rows: number, columns: number): Place[] =>
  Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns]
    return {
      id: `INT-0${row}0${column}`,
      name: `${String.fromCharCode(65 + row)} St & ${column + 1} Ave`,
      district: 'd',
      latitude: 40 - row * 0.01,
      longitude: -74 + column * 0.01,
    }
  })

describe('streetsOf', () => {
  it('draws a street for each row and column, named by its half of the name', () => {
    const streets = streetsOf(grid(3, 4))
    expect(streets?.lines.features.map(line => line.properties.label)).toEqual([
      'A St',
      'B St',
      'C St',
      '1 Ave',
      '2 Ave',
      '3 Ave',
      '4 Ave',
    ])
  })

  it('gives a corner two arms and a middle four', () => {
    const arms = new Map(
      streetsOf(grid(3, 3))?.approaches.features.map(f => [f.properties.id, f.geometry.coordinates.length]),
    )
    expect(arms.get('INT-0000')).toBe(2)
    expect(arms.get('INT-0101')).toBe(4)
  })

  it('bridges an intersection that is missing', () => {
    expect(streetsOf(grid(3, 3).filter(place => place.id !== 'INT-0101'))?.lines.features).toHaveLength(6)
  })

  it('has no streets for ids that number no grid', () => {
    const stations = ['716328', '717446', '717447', '717450'].map((id, i) => ({ ...grid(2, 2)[i]!, id }))
    expect(streetsOf(stations)).toBeNull()
    expect(streetsOf(grid(1, 3))).toBeNull()
  })

  it('does not believe numbers that places contradict', () => {
    const places = grid(3, 3)
    const crossed = places.map((place, i) => (i === 1 ? { ...place, longitude: -73.5 } : place))
    expect(streetsOf(crossed)).toBeNull()
  })
})

describe('boundsOf', () => {
  it('holds all places', () => {
    expect(boundsOf(grid(2, 2))).toEqual([-74, 39.99, -73.99, 40])
  })

  it('does not let one wrong place set the view', () => {
    expect(boundsOf([...grid(3, 3), { longitude: 0, latitude: 0 }])?.[2]).toBeCloseTo(-73.98)
  })

  it('gives a single place a neighbourhood', () => {
    const [west, , east] = boundsOf([{ longitude: 10, latitude: 50 }])!
    expect(east - west).toBeGreaterThan(0.001)
    expect(boundsOf([])).toBeNull()
  })
})

describe('viewBounds', () => {
  it('leaves room for the names of streets', () => {
    expect(viewBounds(grid(3, 3), true)?.[0]).toBeLessThan(-74)
    expect(viewBounds(grid(3, 3), false)?.[0]).toBe(-74)
  })
})

describe('graticule', () => {
  it('draws a handful of round lines a side', () => {
    const { features } = graticule([-118.6, 33.9, -118, 34.4])
    expect(features.length).toBeGreaterThan(10)
    expect(features.length).toBeLessThan(60)
  })
})
