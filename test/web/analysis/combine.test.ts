import { describe, expect, it } from 'vitest'
import { combine, type Measured } from '../../../web/src/analysis/combine.ts'
import { district, T0 } from '../fixtures.ts'

const QUARTER = 900_000
const starts = (rows: ReturnType<typeof district>[]) => combine(rows, QUARTER).map(row => row.atMs)

describe('combine', () => {
  it('weighs speed by vehicles and wait by readings', () => {
    const rows = [
      district('a', T0, { vehicles: 300, mean_speed_kmh: 20, readings: 100, mean_wait_s: 10 }),
      district('b', T0, { vehicles: 100, mean_speed_kmh: 60, readings: 300, mean_wait_s: 50 }),
    ]
    expect(combine(rows, QUARTER)).toEqual([
      { atMs: T0, vehicles: 400, speedKmh: 30, waitS: 40, byCamera: false },
    ])
  })

  it('weighs by readings where nobody counts', () => {
    const rows = [
      district('a', T0, { vehicles: null, mean_speed_kmh: 20, readings: 1 }),
      district('b', T0, { vehicles: null, mean_speed_kmh: 40, readings: 3 }),
    ]
    expect(combine(rows, QUARTER)[0]).toMatchObject({ vehicles: null, speedKmh: 35 })
  })

  it('keeps null what nobody measured', () => {
    expect(combine([district('a', T0, { mean_wait_s: null, vehicles: null })], QUARTER)[0]).toMatchObject({
      waitS: null,
      vehicles: null,
    })
  })

  it('puts windows in order', () => {
    expect(starts([district('a', T0), district('a', T0 - QUARTER)])).toEqual([T0 - QUARTER, T0])
  })

  it('leaves out what was measured for a part of the window: at the edge of the data and beside a gap', () => {
    const readings = [40, 100, 100, 30, null, 60, 100]
    const rows = readings.flatMap((count, i) =>
      count === null ? [] : [district('a', T0 + i * QUARTER, { readings: count })],
    )
    expect(starts(rows)).toEqual([1, 2, 6].map(i => T0 + i * QUARTER))
  })

  it('marks what cameras counted for loops, measures neither against the other, and leaves out what they saw in part', () => {
    const row = (i: number, more: Partial<Measured>) => ({ ...district('a', T0 + i * QUARTER), ...more })
    const camera = (i: number, completeness: number | null) =>
      row(i, { source: 'camera', readings: 15, completeness })
    const rows = [
      row(0, { source: 'loop' }),
      // The loop died within this one.
      row(1, { source: 'loop', readings: 40 }),
      ...[camera(2, 1), camera(3, 0.2), camera(4, null), row(5, { source: 'loop' })],
    ]
    expect(combine(rows, QUARTER).map(({ atMs, byCamera }) => [(atMs - T0) / QUARTER, byCamera])).toEqual([
      [0, false],
      [2, true],
      [4, true],
      [5, false],
    ])
  })

  it('keeps a window with few readings between others, and one that stands alone', () => {
    const rows = [100, 20, 100].map((count, i) => district('a', T0 + i * QUARTER, { readings: count }))
    expect(starts(rows)).toHaveLength(3)
    expect(starts([district('a', T0, { readings: 1 })])).toEqual([T0])
  })
})
