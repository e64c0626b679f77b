import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apartOf } from '../../../web/src/map/apart.ts'

const station = (id: string, latitude: number, longitude: number, name: string | null = null) => ({
  ...{ id, name, latitude, longitude },
  district: 'unassigned',
})
/** Metres north and east of Los Angeles. */
const near = (id: string, north: number, east: number, name: string | null = null) =>
  station(id, 34 + north / 111_320, -118 + east / (111_320 * Math.cos((34 * Math.PI) / 180)), name)

describe('apartOf', () => {
  it('sets two stations of one road apart to the sides on which they truly lie', () => {
    const offsets = apartOf([near('a', 0, 10), near('b', 0, -10), near('c', 0, 4_000)])
    expect(offsets.get('a')).toEqual([12, 0])
    expect(offsets.get('b')?.[0]).toBe(-12)
    expect(offsets.has('c')).toBe(false)
  })

  it('goes by the direction in the name, right of the way one drives', () => {
    const offsets = apartOf([near('1', 0, 0, 'I-405 N at Sunset'), near('2', 0, 0, 'I-405 S at Sunset')])
    expect([offsets.get('1'), offsets.get('2')?.[0]]).toEqual([[12, 0], -12])
    const across = apartOf([near('1', 0, 0, 'SR-91 EB'), near('2', 0, 0, 'SR-91 Westbound')])
    expect([across.get('1')?.[1], across.get('2')?.[1]]).toEqual([12, -12])
  })

  it('parts stations at exactly the same place, the same each time', () => {
    const offsets = apartOf([near('b', 0, 0), near('a', 0, 0)])
    expect(offsets).toEqual(apartOf([near('a', 0, 0), near('b', 0, 0)]))
    expect(offsets.get('a')).not.toEqual(offsets.get('b'))
  })

  it('leaves a city’s intersections alone', () => {
    expect(apartOf([near('a', 0, 0), near('b', 0, 90), near('c', 90, 0)]).size).toBe(0)
  })

  it('never leaves two marks of a place upon each other', () => {
    const places = fc.array(
      fc.record({ north: fc.integer({ min: -20, max: 20 }), east: fc.integer({ min: -20, max: 20 }) }),
      {
        minLength: 2,
        maxLength: 6,
      },
    )
    fc.assert(
      fc.property(places, spots => {
        const offsets = apartOf(spots.map(({ north, east }, i) => near(`s${i}`, north, east)))
        const all = [...offsets.values()]
        for (const [i, a] of all.entries())
          for (const b of all.slice(i + 1)) expect(Math.hypot(a[0] - b[0], a[1] - b[1])).toBeGreaterThan(12)
      }),
    )
  })
})
