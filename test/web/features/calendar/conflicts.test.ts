import { describe, expect, it } from 'vitest'
import { conflictsOf } from '../../../../web/src/features/calendar/model/conflicts.ts'
import { distanceM, middleOf, pathsOf } from '../../../../web/src/features/calendar/model/geometry.ts'
import { happeningsOf } from '../../../../web/src/features/calendar/model/happening.ts'
import type { ConflictRow } from '../../../../web/src/features/calendar/queries.ts'
import { T0 } from '../../fixtures.ts'
import { event, HOUR_MS, zone } from './rows.ts'

const row = (more: Partial<ConflictRow>): ConflictRow => ({
  ...{ kind: 'work_zone', id: 'W', other_kind: 'event', other_id: 'E', distance_m: 40, is_near: true },
  ...{ starts_at: T0, ends_at: T0 + HOUR_MS, why: 'lanes_taken_where_people_come' },
  ...more,
})

describe('conflicts', () => {
  const happenings = happeningsOf(
    [event('E', 0, 3), event('F', 1, 3)],
    [],
    [zone('W', -5, 1), zone('V', -6, 2)],
  )
  const found = (...rows: ConflictRow[]) =>
    conflictsOf(rows, happenings).map(({ a, b, why }) => `${a.id} ${b.id}: ${why}`)

  it('are the pairs of the lake in words, the one that begins first before the other, by time', () => {
    const later = { starts_at: T0 + 60_000 }
    expect(
      found(
        row({ kind: 'event', id: 'F', other_id: 'E', why: 'two_crowds', ...later }),
        row({ other_kind: 'work_zone', other_id: 'V', why: 'works_beside_works' }),
        row({ starts_at: T0 - 60_000 }),
      ),
    ).toEqual([
      'W E: lanes are taken where people come',
      'V W: works beside works',
      'E F: two crowds at one time',
    ])
  })

  it('are not what only shares a road, takes no room, or is not known here', () => {
    expect(found(row({ is_near: false }), row({ why: null }), row({ other_id: 'X' }))).toEqual([])
  })

  it('come through with a reason that the page does not know', () => {
    expect(found(row({ why: 'tide_comes_in' }))).toEqual(['W E: tide comes in'])
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

  it('measures on a plane that touches the earth', () => {
    expect(distanceM([-74, 40], [-74, 40.001])).toBeCloseTo(111.2, 0)
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
