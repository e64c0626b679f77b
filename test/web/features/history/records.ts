import type {
  IncidentDetail,
  IncidentOverview,
  IncidentPoints,
} from '../../../../src/serve/contract/index.ts'

/** Days from 2019-04-15 on; null is a gap. */
export function days(...counts: readonly (number | null)[]): IncidentOverview['days'] {
  return counts.map((incidents, i) => ({
    day: new Date(Date.UTC(2019, 3, 15 + i)).toISOString().slice(0, 10),
    incidents,
  }))
}

export function overview(more: Partial<IncidentOverview> = {}): IncidentOverview {
  return {
    ...{ total: 30, first_day: '2019-04-15', last_day: '2019-04-19', repaired: 0 },
    ...{ days_with_data: 3, days_without_data: 2, days: days(10, null, null, 12, 8) },
    hours: [
      { weekday: 1, hour: 8, incidents: 10 },
      { weekday: 2, hour: 8, incidents: 5 },
      { weekday: 5, hour: 17, incidents: 12 },
    ],
    types: [
      { type: 'two-vehicle', incidents: 20 },
      { type: 'stalled', incidents: 10 },
    ],
    quadrants: [
      { quadrant: 'NE', incidents: 18 },
      { quadrant: null, incidents: 12 },
    ],
    communities: [
      { community: 'BELTLINE', incidents: 20 },
      { community: null, incidents: 6 },
      { community: 'ACADIA', incidents: 4 },
    ],
    ...more,
  }
}

/** Newest first, an hour apart. */
export function points(length: number, newestMs: number, stepMs: number): IncidentPoints {
  const each = <T>(of: (i: number) => T) => Array.from({ length }, (_, i) => of(i))
  return {
    total: length,
    ids: each(i => `id-${i}`),
    started_at: each(i => new Date(newestMs - i * stepMs).toISOString()),
    types: each(i => (i % 2 === 0 ? 'two-vehicle' : 'pedestrian')),
    titles: each(i => (i === 1 ? null : `Place ${i}`)),
    communities: each(i => (i === 0 ? null : 'BELTLINE')),
    quadrants: each(() => 'NE'),
    longitudes: each(i => -114 - i / 1_000),
    latitudes: each(i => 51 + i / 1_000),
  }
}

export function detail(more: Partial<IncidentDetail> = {}): IncidentDetail {
  return {
    ...{ incident_id: 'a', started_at: '2019-05-04T14:00:00.000Z', updated_at: '2019-05-04T14:30:00.000Z' },
    ...{ utc_offset_min: -360, type: 'two-vehicle', title: 'Deerfoot Trail', description: 'Two vehicles' },
    ...{
      road: 'Deerfoot Trail',
      cross_street: '16 Avenue',
      direction: 'N',
      lanes: ['right'],
      lanes_blocked: 1,
    },
    ...{
      quadrant: 'NE',
      is_quadrant_doubtful: false,
      community: 'VISTA HEIGHTS',
      signal: null,
      signal_m: null,
    },
    ...{ latitude: 51.05, longitude: -114.02, repaired: false, original_started_at: null },
    ...{ is_repost: false, repost_of: null, withdrawn: false, versions: [], links: [] },
    ...more,
  }
}
