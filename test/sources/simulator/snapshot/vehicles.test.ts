import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uniform } from '../../../../src/sources/simulator/random.ts'
import { placeVehicles, SCENE } from '../../../../src/sources/simulator/snapshot/vehicles.ts'
import type { Placed } from '../../../../src/sources/simulator/snapshot/vehicles.ts'

const overlap = (a: Placed, b: Placed) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

const counts = fc.record({
  car: fc.nat(60),
  truck: fc.nat(6),
  motorcycle: fc.nat(4),
  bus: fc.nat(4),
})

describe('placeVehicles', () => {
  it('shows as many as were counted, of each kind, none on another and none outside', () => {
    fc.assert(
      fc.property(counts, fc.nat(80), fc.nat(), (wanted, stopped, seed) => {
        const total = wanted.car + wanted.truck + wanted.motorcycle + wanted.bus
        const placed = placeVehicles(wanted, Math.min(stopped, total), what => uniform(seed, 1, what))
        for (const kind of ['car', 'truck', 'motorcycle', 'bus'] as const)
          expect(placed.filter(vehicle => vehicle.kind === kind)).toHaveLength(wanted[kind])
        placed.forEach((vehicle, i) => {
          expect(vehicle.x).toBeGreaterThanOrEqual(0)
          expect(vehicle.y).toBeGreaterThanOrEqual(0)
          expect(vehicle.x + vehicle.width).toBeLessThanOrEqual(SCENE.width)
          expect(vehicle.y + vehicle.height).toBeLessThanOrEqual(SCENE.height - SCENE.captionHeight)
          for (const other of placed.slice(i + 1)) expect(overlap(vehicle, other)).toBe(false)
        })
      }),
      { numRuns: 100 },
    )
  })

  it('fills the roads and no more when far more were counted', () => {
    const placed = placeVehicles({ car: 5000, truck: 0, motorcycle: 0, bus: 0 }, 2500, () => 0.5)
    expect(placed.length).toBeGreaterThan(70)
    expect(placed.length).toBeLessThan(200)
  })

  it('has none without traffic', () => {
    expect(placeVehicles({ car: 0, truck: 0, motorcycle: 0, bus: 0 }, 0, () => 0)).toEqual([])
  })
})
