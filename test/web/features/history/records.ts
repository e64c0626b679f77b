import type {
  IncidentDetail,
  IncidentOverview,
  IncidentPoints,
} from '../../../../src/serve/contract/index.ts'

import type { HexCell, Hotspots } from '../../../../web/src/features/history/hotspots/cells.ts'
import type { Cluster, Clusters } from '../../../../web/src/features/history/hotspots/clusters.ts'
import type { Rates, SiteRate } from '../../../../web/src/features/history/hotspots/rates.ts'
import type { Change, Trend } from '../../../../web/src/features/history/model/trend.ts'

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
    weather: [
      { weather: 'dry', incidents: 21 },
      { weather: 'snow', incidents: 7 },
      { weather: null, incidents: 2 },
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
    weather: each(i => (i === 0 ? null : 'snow')),
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
    ...{ weather: 'snow', weather_known_by: 'day' },
    ...more,
  }
}

export function hexCell(cell: string, more: Partial<HexCell>): HexCell {
  return {
    ...{ cell, incidents: 5, incidents_before: 2, kind: 'usual', z: 0, q: 1, course: null, ratio: null },
    ...{ title: 'A Street', community: 'BELTLINE' },
    outline: [
      [-114, 51],
      [-113.99, 51],
      [-113.99, 51.01],
    ],
    ...more,
  }
}

const periods = {
  period: { from: '2018-01-01', to: '2018-12-31', covered_days: 365, incidents: 30 },
  before: { from: '2017-01-01', to: '2017-12-31', covered_days: 320, incidents: 20 },
  why_no_before: null,
}

export function hotspots(cells: readonly HexCell[], more: Partial<Hotspots> = {}): Hotspots {
  return {
    ...{ ...periods, resolution: 8, cell_km2: 0.74, cells_judged: 1_100 },
    ...{ permutations: 99_999, false_share: 0.05, cells: [...cells] },
    ...more,
  }
}

export function cluster(id: string, more: Partial<Cluster>): Cluster {
  return {
    ...{ id, latitude: 51, longitude: -114, incidents: 16, incidents_before: 2, course: 'emerging' },
    ...{ ratio: { value: 8, low: 3, high: 20 }, title: 'A Street', community: 'BELTLINE' },
    outline: hexCell(id, {}).outline,
    ...more,
  }
}

export function clusters(found: readonly Cluster[], more: Partial<Clusters> = {}): Clusters {
  return {
    ...{ ...periods, within_m: 100, at_least: 10, at_least_before: 9, in_none: 14 },
    ...{ clusters: [...found], ...more },
  }
}

export function siteRate(site: string, more: Partial<SiteRate>): SiteRate {
  return {
    ...{
      site,
      name: 'A St & 1 Ave',
      latitude: 51,
      longitude: -114,
      title: 'A Street',
      community: 'BELTLINE',
    },
    ...{ incidents: 12, vehicles: 4_000_000, per_million: { value: 3, low: 1.52, high: 5.24 } },
    ...{ times_usual: 2.4, q: 0.01, is_high: false, course: null },
    ...{ incidents_before: 5, vehicles_before: 3_100_000, ratio: { value: 1.9, low: 0.6, high: 6 } },
    ...more,
  }
}

export function rates(sites: readonly SiteRate[], more: Partial<Rates> = {}): Rates {
  return {
    ...{ ...periods, within_m: 150, false_share: 0.05, vehicles: 4_000_000, per_million: 1.25 },
    ...{ incidents_counted: 12, incidents_at_no_site: 16, incidents_uncounted: 2 },
    ...{ sites_counted: 1, sites_uncounted: 7, sites: [...sites], ...more },
  }
}

export function levelChange(more: Partial<Change>): Change {
  return {
    ...{ day: '2019-04-17', before_per_day: 12, after_per_day: 18, silent_days_before: 0 },
    ratio: { value: 1.5, low: 1.3, high: 1.7 },
    is_of_recording: false,
    ...more,
  }
}

export function trend(more: Partial<Trend>): Trend {
  return {
    ...{ is_too_short: false, first_day: '2019-04-15', trend: [4, 5, 5, 5] },
    ...{ by_weekday: [0, 0, 0, 0, 0, 0, 0], changes: [] },
    ...more,
  }
}
