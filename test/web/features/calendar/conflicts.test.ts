import { describe, expect, it } from 'vitest'
import { conflictsOf } from '../../../../web/src/features/calendar/model/conflicts.ts'
import { apartM, distanceM, middleOf, pathsOf } from '../../../../web/src/features/calendar/model/geometry.ts'
import { happeningsOf } from '../../../../web/src/features/calendar/model/happening.ts'
import type { EventRow, ZoneRow } from '../../../../web/src/features/calendar/queries.ts'
import { T0 } from '../../fixtures.ts'
import { event, HOUR_MS, zone } from './rows.ts'

const found = (events: EventRow[], zones: ZoneRow[]) =>
  conflictsOf(happeningsOf(events, [], zones)).map(({ a, b, why }) => `${a.id} ${b.id}: ${why}`)
const line = (y: number) => ({
  type: 'LineString',
  coordinates: [
    [-74.001, y],
    [-73.999, y],
  ],
})

describe('conflicts', () => {
  it('are works that take lanes where people come, from when the doors open', () => {
    const works = zone('W', -5, 1)
    expect(found([event('E', 0, 3)], [works])).toEqual(['W E: lanes are taken where people come'])
    expect(found([event('E', 2, 3)], [works])).toEqual([])
    const early = event('E', 2, 3, { doors_open_at: T0 + 0.5 * HOUR_MS })
    const [conflict] = conflictsOf(happeningsOf([early], [], [works]))
    expect([conflict?.fromMs, conflict?.toMs]).toEqual([T0 + 0.5 * HOUR_MS, T0 + HOUR_MS])
  })

  it('are not what only touches in time, is far apart, called off, or takes no lane', () => {
    expect(found([event('E', 1, 3)], [zone('W', -5, 1)])).toEqual([])
    expect(found([event('E', 0, 3, { latitude: 40.002 })], [zone('W', -5, 1)])).toEqual([])
    expect(found([event('E', 0, 3, { status: 'cancelled' })], [zone('W', -5, 1)])).toEqual([])
    expect(found([event('E', 0, 3)], [zone('W', -5, 1, { vehicle_impact: 'all-lanes-open' })])).toEqual([])
    expect(found([event('E', 0, 3)], [zone('W', -5, 1, { geometry: null })])).toEqual([])
  })

  it('are two crowds, but not two small ones', () => {
    const crowd = (id: string, people: number) => event(id, 0, 3, { expected_attendance: people })
    expect(found([crowd('A', 5_000), crowd('B', 1_000)], [])).toEqual(['A B: two crowds at one time'])
    expect(found([crowd('A', 5_000), crowd('B', 90)], [])).toEqual([])
  })

  it('are works beside works, but not the two directions of the same, nor its own detour', () => {
    expect(found([], [zone('A', 0, 3), zone('B', 1, 5)])).toEqual(['A B: works beside works'])
    const west = zone('B', 0, 3, { direction: 'westbound', road_names: ['A'] })
    expect(found([], [zone('A', 0, 3), west])).toEqual([])
    const detour = zone('D', 1, 3, { event_type: 'detour', geometry: line(40.0005) })
    expect(found([], [zone('A', 0, 3), detour])).toEqual(['A D: a detour leads through works'])
    expect(found([], [zone('A', 0, 3), { ...detour, related: [{ id: 'A' }] }])).toEqual([])
  })

  it('are found among hundreds that only share a day', () => {
    const many = Array.from({ length: 400 }, (_, i) =>
      zone(`Z${i}`, i % 24, (i % 24) + 5, { geometry: line(41 + i / 100) }),
    )
    expect(found([event('E', 0, 3)], [...many, zone('W', 0, 2)])).toHaveLength(1)
  })
})

describe('geometry', () => {
  it('is read from what GeoJSON has, and nothing from what is none', () => {
    expect(pathsOf({ type: 'Point', coordinates: [1, 2] })).toEqual([[[1, 2]]])
    expect(
      pathsOf({
        type: 'MultiPoint',
        coordinates: [
          [1, 2],
          [3, 4, 99],
        ],
      }),
    ).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ])
    expect(
      pathsOf({
        type: 'LineString',
        coordinates: [
          [1, 2],
          ['x', 3],
          [500, 0],
        ],
      }),
    ).toEqual([[[1, 2]]])
    for (const none of [null, 'line', {}, { type: 'LineString' }, { type: 'Circle', coordinates: [[1, 2]] }])
      expect(pathsOf(none)).toEqual([])
  })

  it('measures how far two ways are apart; crossing ones are not', () => {
    expect(distanceM([-74, 40], [-74, 40.001])).toBeCloseTo(111.2, 0)
    const street = [
      [
        [-74.001, 40],
        [-73.999, 40],
      ],
    ] as const
    expect(
      apartM(street, [
        [
          [-74, 39.999],
          [-74, 40.001],
        ],
      ]),
    ).toBe(0)
    expect(apartM(street, [[[-74, 40.001]]])).toBeCloseTo(111.2, 0)
    expect(apartM(street, [])).toBe(Infinity)
  })

  it('finds the middle of a way by its length, not by its corners', () => {
    expect(
      middleOf([
        [
          [0, 0],
          [0.001, 0],
          [0.002, 0],
          [0.01, 0],
        ],
      ])?.[0],
    ).toBeCloseTo(0.005, 9)
    expect(middleOf([[[1, 2]]])).toEqual([1, 2])
    expect(middleOf([])).toBeNull()
  })
})
