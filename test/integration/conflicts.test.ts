import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/lake/engine/index.ts'
import { startEmbeddedEngine } from '../../src/lake/engine/index.ts'
import { migrate } from '../../src/lake/migrations/index.ts'
import { streams } from '../../src/streams/index.ts'

const LOAD = { session: 'load' } as const
let folder: string
let engine: Engine
let position = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conflicts-'))
  engine = await startEmbeddedEngine({ dir: folder })
  await migrate(engine, join(folder, 'log'), streams)
})

afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true })
})

const query = <T>(sql: string) =>
  engine.query<T>(sql, {
    ...LOAD,
    settings: { output_format_json_quote_64bit_integers: 0, date_time_output_format: 'iso' },
  })

type Values = Readonly<Record<string, string | number | boolean | readonly string[]>>

async function insert(table: string, values: Values): Promise<void> {
  const row = { position: ++position, arrived_at: '2026-06-01 00:00:00', source: 'test', ...values }
  const literal = (value: Values[string]): string =>
    typeof value === 'string'
      ? `'${value}'`
      : Array.isArray(value)
        ? `[${value.map(literal).join(', ')}]`
        : String(value)
  await engine.exec(
    `INSERT INTO silver.${table}_versions (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')})`,
    LOAD,
  )
}

const event = (event_id: string, more: Values) =>
  insert('events', {
    event_id,
    updated_at: '2026-06-01 00:00:00',
    kind: 'concert',
    title: event_id,
    status: 'confirmed',
    ...more,
  })

describe('gold.conflicts', () => {
  const zone = (work_zone_id: string, coordinates: readonly (readonly number[])[], more: Values = {}) =>
    insert('work_zones', {
      work_zone_id,
      updated_at: '2026-06-01 00:00:00',
      event_type: 'work-zone',
      road_names: [`Road of ${work_zone_id}`],
      direction: 'northbound',
      starts_at: '2027-01-01 00:00:00',
      ends_at: '2027-02-01 00:00:00',
      geometry: JSON.stringify({ type: 'LineString', coordinates }),
      ...more,
    })

  it('finds long ways that cross between their corners, same roads and events beside, and leaves what belongs together', async () => {
    // Two ways of 11 km that cross in their middles, far from any corner.
    await zone('x-1', [
      [-74, 40.05],
      [-74, 40.15],
    ])
    await zone('x-2', [
      [-74.06, 40.1],
      [-73.94, 40.1],
    ])
    await zone(
      'x-3',
      [
        [-74, 41],
        [-74, 41.001],
      ],
      { road_names: ['I-35', 'Main'] },
    )
    await zone(
      'x-4',
      [
        [-74, 42],
        [-74, 42.001],
      ],
      { road_names: ['main'], starts_at: '2027-01-31 00:00:00', ends_at: '2027-03-01 00:00:00' },
    )
    await zone(
      'x-5',
      [
        [-74, 42.0005],
        [-74, 42.002],
      ],
      { starts_at: '2027-03-01 00:00:00', ends_at: '2027-04-01 00:00:00' },
    )
    await zone(
      'x-6',
      [
        [-74, 40.1],
        [-74.001, 40.1],
      ],
      { related: '[{"type":"related-detour","id":"x-1"},{"type":"x","id":"x-2"}]' },
    )
    await zone(
      'x-7',
      [
        [-74, 40.1],
        [-74.001, 40.1],
      ],
      { status: 'cancelled' },
    )
    await event('fair', {
      starts_at: '2027-01-15 00:00:00',
      ends_at: '2027-01-16 00:00:00',
      latitude: 41.0005,
      longitude: -74.001,
    })
    await event('far', {
      starts_at: '2027-01-15 00:00:00',
      ends_at: '2027-01-16 00:00:00',
      latitude: 41.0005,
      longitude: -74.003,
    })
    const rows = await query(
      `SELECT id, other_kind, other_id, starts_at, ends_at, is_near, same_road, distance_m < 60 AS touches FROM gold.conflicts WHERE kind = 'work_zone' ORDER BY id, other_id`,
    )
    expect(rows).toEqual([
      {
        id: 'x-1',
        other_kind: 'work_zone',
        other_id: 'x-2',
        starts_at: '2027-01-01T00:00:00.000Z',
        ends_at: '2027-02-01T00:00:00.000Z',
        is_near: 1,
        same_road: 0,
        touches: 1,
      },
      {
        id: 'x-3',
        other_kind: 'event',
        other_id: 'fair',
        starts_at: '2027-01-15T00:00:00.000Z',
        ends_at: '2027-01-16T00:00:00.000Z',
        is_near: 1,
        same_road: 0,
        touches: 0,
      },
      {
        id: 'x-3',
        other_kind: 'work_zone',
        other_id: 'x-4',
        starts_at: '2027-01-31T00:00:00.000Z',
        ends_at: '2027-02-01T00:00:00.000Z',
        is_near: 0,
        same_road: 1,
        touches: 0,
      },
    ])
  })

  it('says why two get in each other’s way, and of what does not get in any, nothing', async () => {
    const way = (east: number) => [
      [-80 + east, 30],
      [-80 + east, 30.001],
    ]
    const at = { starts_at: '2030-01-01 10:00:00', ends_at: '2030-01-01 12:00:00' }
    const lanes = { ...at, vehicle_impact: 'some-lanes-closed' }
    const here = (east: number) => ({ latitude: 30, longitude: -80 + east })
    const pair = async (east: number, first: () => Promise<void>, second: () => Promise<void>) => {
      await first()
      await second()
      const [row] = await query<{ why: string | null }>(
        `SELECT why FROM gold.conflicts WHERE is_near AND (id LIKE 'p${east}-%' OR other_id LIKE 'p${east}-%')`,
      )
      return row === undefined ? 'no pair' : row.why
    }
    const works =
      (east: number, name: string, more: Values = {}) =>
      () =>
        zone(`p${east}-${name}`, way(east), { ...lanes, ...more })
    const happening =
      (east: number, name: string, more: Values = {}) =>
      () =>
        event(`p${east}-${name}`, { ...at, ...here(east), ...more })
    const crowd = { expected_attendance: 1000 }
    const closed = { road_effect: 'closed' }
    const detour = { event_type: 'detour', vehicle_impact: 'all-lanes-open' }
    const doors = { starts_at: '2030-01-01 12:30:00', ends_at: '2030-01-01 13:00:00' }
    const later = { starts_at: '2030-01-01 11:00:00' }

    expect(await pair(1, works(1, 'a'), works(1, 'b', later))).toBe('works_beside_works')
    // The two directions of the same works.
    expect(
      await pair(2, works(2, 'a', { road_names: ['I-5', 'X'] }), works(2, 'b', { road_names: ['X', 'i-5'] })),
    ).toBeNull()
    expect(await pair(3, works(3, 'a', detour), works(3, 'b', later))).toBe('detour_through_works')
    expect(await pair(4, works(4, 'a', detour), happening(4, 'b', closed))).toBe(
      'detour_through_closed_roads',
    )
    expect(await pair(5, works(5, 'a'), happening(5, 'b'))).toBe('lanes_taken_where_people_come')
    expect(
      await pair(6, works(6, 'a', { vehicle_impact: 'all-lanes-open' }), happening(6, 'b', closed)),
    ).toBeNull()
    expect(await pair(7, happening(7, 'a', crowd), happening(7, 'b', crowd))).toBe('two_crowds')
    expect(await pair(8, happening(8, 'a', crowd), happening(8, 'b', { expected_attendance: 999 }))).toBe(
      'no pair',
    )
    expect(await pair(9, happening(9, 'a', closed), happening(9, 'b', closed))).toBe('both_close_roads')
    // People come when the doors open, and works that an event tells too are no pair with themselves.
    expect(await pair(10, works(10, 'a'), happening(10, 'b', doors))).toBe('no pair')
    expect(
      await pair(11, works(11, 'a'), happening(11, 'b', { ...doors, doors_open_at: '2030-01-01 11:30:00' })),
    ).toBe('lanes_taken_where_people_come')
    const same = { kind: 'roadwork', title: 'Bridge', ...closed }
    expect(await pair(12, works(12, 'a', { name: 'Bridge' }), happening(12, 'b', same))).toBe('no pair')
  })

  it('answers soon for a city with many work zones', async () => {
    await engine.exec(
      `INSERT INTO silver.work_zones_versions (position, work_zone_id, updated_at, event_type, road_names, direction, starts_at, ends_at, geometry, arrived_at, source)
       SELECT 1000 + number, concat('many-', toString(number)), '2026-06-01 00:00:00', 'work-zone', ['x'], 'northbound', '2028-01-01 00:00:00', '2028-01-02 00:00:00',
         concat('{"type":"LineString","coordinates":[[', toString(-74 + number / 1000), ',40.1],[', toString(-74 + number / 1000), ',40.101]]}'), '2026-06-01 00:00:00', 'test'
       FROM numbers(500)`,
      LOAD,
    )
    const [row] = await query<{ n: number }>(
      `SELECT count() AS n FROM gold.conflicts WHERE is_near AND id LIKE 'many-%'`,
    )
    expect(row?.n).toBe(499)
  })
})
