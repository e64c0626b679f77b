import type {
  DistrictAnalytics,
  Intersection,
  LiveSite,
  LiveSnapshot,
  Status,
  StreamStatus,
} from '../../src/serve/contract/index.ts'

export const T0 = Date.UTC(2026, 2, 3, 17, 0)

export function site(id: string, more: Partial<LiveSite> = {}): LiveSite {
  return {
    id,
    at: T0,
    vehicles: 40,
    speedKmh: 32,
    waitS: 25,
    queueVeh: 4,
    occupancy: 0.3,
    grade: 'C',
    signal: 'green',
    ...more,
  }
}

export function place(id: string, more: Partial<Intersection> = {}): Intersection {
  return {
    intersection_id: id,
    name: null,
    district: 'downtown',
    latitude: 40,
    longitude: -74,
    sensors: 1,
    lanes: null,
    camera: false,
    ...more,
  }
}

export function stream(name: string, more: Partial<StreamStatus> = {}): StreamStatus {
  return {
    ...{ name, title: name, records: 0, rows: 0, quarantined: 0, repeats: 0, conflicts: 0, newestAt: null },
    ...more,
  }
}

export function district(
  name: string,
  startMs: number,
  more: Partial<DistrictAnalytics> = {},
): DistrictAnalytics {
  return {
    window_start: new Date(startMs).toISOString(),
    district: name,
    readings: 100,
    sensors: 10,
    vehicles: 500,
    mean_speed_kmh: 30,
    space_mean_speed_kmh: 28,
    mean_occupancy: 0.3,
    max_occupancy: 0.6,
    mean_wait_s: 20,
    max_queue_veh: 5,
    vehicles_car: null,
    vehicles_truck: null,
    vehicles_motorcycle: null,
    vehicles_bus: null,
    completeness: 1,
    free_flow_speed_kmh: 50,
    speed_index: 0.56,
    share_sites_ef: 0.12,
    idle_veh_h: 3.25,
    ...more,
  }
}

export function status(more: Partial<Status> = {}): Status {
  return {
    version: '0.1.0',
    ready: true,
    city: {
      name: 'Test',
      latitude: 40,
      longitude: -74,
      timeZone: 'America/New_York',
      units: 'metric',
      tileStyle: null,
    },
    mode: 'real',
    newestAt: new Date(T0).toISOString(),
    log: { accepted: 1_000, bytes: 31_000, position: 1_000, unknown: 0 },
    layers: {
      bronze: { rows: 1_000, bytes: 27_000 },
      silver: { rows: 990, bytes: 17_000 },
      quarantine: { rows: 8, bytes: 900 },
      gold: { rows: 120, bytes: 5_000 },
    },
    repeats: 2,
    conflicts: 0,
    streams: [],
    backlog: { records: 0, bytes: 0, position: 1_000 },
    freshnessMs: { p50: 100, p95: 250, p99: 400 },
    rates: { acceptedPerS: 3.3, loadedPerS: 3.3 },
    engine: { state: 'ready', restarts: 0 },
    problems: [],
    disk: { freeBytes: 50_000_000_000, state: 'ok' },
    folder: null,
    losses: { open: [], openCount: 0, openRecords: 0, count: 0, records: 0 },
    ...more,
  }
}

export function snapshot(more: Partial<LiveSnapshot> = {}): LiveSnapshot {
  return {
    sites: [site('A'), site('B')],
    city: { at: T0, vehicles: 80, meanSpeedKmh: 32, readingsPerMin: 4, sitesReporting: 2, sitesKnown: 2 },
    districts: [],
    status: status(),
    ...more,
  }
}
