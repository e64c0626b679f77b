import type { EventRow, ZoneRow } from '../../../../web/src/features/calendar/queries.ts'
import { T0 } from '../../fixtures.ts'

export const HOUR_MS = 3_600_000

/** Hours are counted from T0. */
export function event(
  event_id: string,
  startH: number,
  endH: number,
  more: Partial<EventRow> = {},
): EventRow {
  return {
    ...{ event_id, kind: 'concert', title: event_id, status: 'confirmed', updated_at: T0 },
    starts_at: T0 + startH * HOUR_MS,
    ends_at: T0 + endH * HOUR_MS,
    ...{ doors_open_at: null, venue_id: null, place: null, latitude: 40, longitude: -74, line: null },
    ...{ expected_attendance: null, road_effect: null, description: null, url: null, withdrawn: null },
    ...more,
  }
}

export function zone(
  work_zone_id: string,
  startH: number,
  endH: number,
  more: Partial<ZoneRow> = {},
): ZoneRow {
  return {
    ...{ work_zone_id, event_type: 'work-zone', name: work_zone_id, description: null, updated_at: T0 },
    ...{ road_names: [work_zone_id], direction: 'eastbound', status: 'active' },
    starts_at: T0 + startH * HOUR_MS,
    ends_at: T0 + endH * HOUR_MS,
    ...{ start_verified: null, end_verified: null, vehicle_impact: 'some-lanes-closed' },
    ...{ work_zone_type: null, workers_present: null, speed_limit_kmh: null, lanes: null },
    ...{ restrictions: null, types_of_work: [], related: null, withdrawn: null },
    geometry: {
      type: 'LineString',
      coordinates: [
        [-74.001, 40],
        [-73.999, 40],
      ],
    },
    ...more,
  }
}
