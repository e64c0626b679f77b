import { describe, expect, it } from 'vitest'
import { distanceM } from '../../../src/core/geo/metres.ts'
import { Random } from '../../../src/core/statistics/index.ts'
import { NOISE, dbscan } from '../../../src/insight/hotspots/index.ts'

/** Metres north and east of a point in Calgary. */
const place = (north: number, east: number) => [51.05 + north / 111_195, -114.07 + east / 69_910] as const
const labelsOf = (points: readonly (readonly [number, number])[], withinM: number, atLeast: number) => [
  ...dbscan(
    points.map(([latitude]) => latitude),
    points.map(([, longitude]) => longitude),
    { withinM, atLeast },
  ),
]

describe('dbscan', () => {
  it('tells two clusters from what lies between', () => {
    const points = [
      place(0, 0),
      place(20, 0),
      place(0, 20),
      place(500, 500),
      place(1000, 0),
      place(1010, 0),
      place(1000, 10),
    ]
    expect(labelsOf(points, 50, 3)).toEqual([0, 0, 0, NOISE, 1, 1, 1])
  })

  it('follows a chain of cores', () => {
    const chain = Array.from({ length: 30 }, (_, i) => place(i * 40, i * 40))
    expect(new Set(labelsOf(chain, 60, 3))).toEqual(new Set([0]))
  })

  it('gives a border point to the cluster that comes first', () => {
    const left = [place(0, 0), place(0, -10), place(0, -20), place(0, -30)]
    const right = [place(0, 100), place(0, 110), place(0, 120), place(0, 130)]
    const between = place(0, 50)
    expect(labelsOf([...left, between, ...right], 50.1, 4)[4]).toBe(0)
    expect(labelsOf([...right, between, ...left], 50.1, 4)[4]).toBe(0)
  })

  it('counts the point itself and those exactly as far as asked', () => {
    const points = [place(0, 0), place(0, 0)]
    expect(labelsOf(points, 1, 2)).toEqual([0, 0])
    expect(labelsOf(points, 1, 3)).toEqual([NOISE, NOISE])
  })

  it('agrees with comparing every pair', () => {
    const random = new Random(9)
    const points = Array.from({ length: 400 }, () => place(random.unit() * 2000, random.unit() * 2000))
    const labels = labelsOf(points, 90, 4)
    const near = points.map(([a, b]) => points.filter(([c, d]) => distanceM(a, b, c, d) <= 90).length)
    points.forEach(([a, b], i) =>
      points.forEach(([c, d], j) => {
        if (near[i]! < 4 || near[j]! < 4 || distanceM(a, b, c, d) > 90) return
        expect(labels[i]).toBe(labels[j])
      }),
    )
    points.forEach(([a, b], i) => {
      const besideCore = points.some(([c, d], j) => near[j]! >= 4 && distanceM(a, b, c, d) <= 90)
      expect(labels[i] === NOISE).toBe(!besideCore)
    })
  })

  it('finds neighbours of high latitudes, where degrees of longitude are short', () => {
    const east = (metres: number) => [75, 20 + metres / (111_195 * Math.cos((75 * Math.PI) / 180))] as const
    expect(labelsOf([east(0), east(45), east(90)], 50, 2)).toEqual([0, 0, 0])
  })

  it('has nothing to say of nothing, and refuses lists of unlike length', () => {
    expect(labelsOf([], 50, 3)).toEqual([])
    expect(() => dbscan([1], [], { withinM: 1, atLeast: 1 })).toThrow('1 latitudes and 0 longitudes')
  })
})
