import { describe, expect, it } from 'vitest'
import { combine } from '../../../web/src/analysis/combine.ts'
import { district, T0 } from '../fixtures.ts'

describe('combine', () => {
  it('weighs speed by vehicles and wait by readings', () => {
    const rows = [
      district('a', T0, { vehicles: 300, mean_speed_kmh: 20, readings: 100, mean_wait_s: 10 }),
      district('b', T0, { vehicles: 100, mean_speed_kmh: 60, readings: 300, mean_wait_s: 50 }),
    ]
    expect(combine(rows)).toEqual([{ atMs: T0, vehicles: 400, speedKmh: 30, waitS: 40 }])
  })

  it('weighs by readings where nobody counts', () => {
    const rows = [
      district('a', T0, { vehicles: null, mean_speed_kmh: 20, readings: 1 }),
      district('b', T0, { vehicles: null, mean_speed_kmh: 40, readings: 3 }),
    ]
    expect(combine(rows)[0]).toMatchObject({ vehicles: null, speedKmh: 35 })
  })

  it('keeps null what nobody measured', () => {
    expect(combine([district('a', T0, { mean_wait_s: null, vehicles: null })])[0]).toMatchObject({
      waitS: null,
      vehicles: null,
    })
  })

  it('puts windows in order', () => {
    expect(combine([district('a', T0), district('a', T0 - 900_000)]).map(row => row.atMs)).toEqual([
      T0 - 900_000,
      T0,
    ])
  })
})
