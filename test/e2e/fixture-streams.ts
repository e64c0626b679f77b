import type { Feed, StreamStatus } from '../../src/serve/contract/index.ts'
import type { FixtureCity } from './fixture-city.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const iso = (ms: number) => new Date(ms).toISOString()

const STREAMS: readonly (readonly [string, string, number])[] = [
  ['weather', 'Weather observations', 864],
  ['weather-forecasts', 'Weather forecasts', 1_728],
  ['stations', 'Weather stations', 3],
  ['events', 'Events', 8],
  ['venues', 'Venues', 1],
  ['work-zones', 'Work zones', 4],
  ['cameras', 'Cameras', 9],
  ['camera-observations', 'Camera observations', 12_960],
  ['field-devices', 'Field devices', 3],
]

export function fixtureStreams(newestMs: number): StreamStatus[] {
  return STREAMS.map(([name, title, rows]) => ({
    ...{ name, title, rows, records: rows + (rows > 100 ? 12 : 0) },
    ...{ quarantined: rows > 100 ? 4 : 0, repeats: rows > 100 ? 8 : 0, conflicts: 0 },
    newestAt: rows === 0 ? null : iso(newestMs),
  }))
}

function feeds(nowMs: number): Feed[] {
  const feed: Omit<Feed, 'name' | 'address' | 'last_success_at' | 'next_at'> = {
    ...{ stream: 'weather', format: 'nws', schedule: 'each 5 min', state: 'well', asking: false },
    ...{ last_poll_at: iso(nowMs - 94_000), age_s: 94, newest_at: iso(nowMs - 120_000), error: null },
    ...{ failures: 0, notice: null, polls: 40, unchanged: 3, lines_read: 40, lines_sent: 37, last_lines: 1 },
  }
  return [
    {
      ...{ ...feed, name: 'city-hall', address: 'https://weather.example/stations/WX-1' },
      ...{ last_success_at: iso(nowMs - 94_000), next_at: iso(nowMs + 206_000) },
    },
    {
      ...{ ...feed, name: 'north-park', address: 'https://weather.example/stations/WX-2' },
      ...{ last_success_at: iso(nowMs - 5_400_000), next_at: iso(nowMs + 480_000), failures: 17 },
      state: 'failing',
      error: {
        ...{ code: 'ART_FEED_HTML', message: 'The answer is HTML, not JSON.' },
        since: iso(nowMs - 5_000_000),
      },
    },
  ]
}

/** Rows of the streams' lists as the lake has them; null for a list that there is not. */
export function fixtureRows(
  path: string,
  query: URLSearchParams,
  city: FixtureCity,
  nowMs: number,
): readonly object[] | null {
  const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS
  switch (path) {
    case '/v1/stations':
      return STATIONS.map(([station_id, name, latitude, longitude]) => ({
        ...{ station_id, name, latitude, longitude },
        ...{ elevation_m: 12, provider: 'fixture', position: 1 },
      }))
    case '/v1/weather':
      return weather(nowMs)
    case '/v1/weather-forecasts':
      return forecasts(query.get('station_id') ?? '', hourMs)
    case '/v1/events':
      return events(hourMs)
    case '/v1/feeds':
      return feeds(nowMs)
    case '/v1/venues':
      return [
        {
          venue_id: 'arena',
          name: 'Harbour Arena',
          latitude: 40.7146,
          longitude: -74.0013,
          capacity: 18_000,
        },
      ]
    case '/v1/work-zones':
      return workZones(hourMs)
    case '/v1/gold/conflicts':
      return conflicts(hourMs)
    case '/v1/cameras':
      return cameras(city)
    case '/v1/field-devices':
      return devices(hourMs)
    case '/v1/camera-observations':
      return observations(query.get('camera_id') ?? '', nowMs)
    case '/v1/events/concert-1/versions':
      return versions(hourMs)
    default:
      return path.endsWith('/versions') ? [] : null
  }
}

const STATIONS = [
  ['WX-1', 'City Hall', 40.7142, -74.0075],
  ['WX-2', 'North Park', 40.7262, -73.9968],
  ['WX-3', 'South Yard', 40.6988, -74.0168],
] as const

function weather(nowMs: number): object[] {
  const measured = [
    { condition: 'rain', temperature_c: 4.2, precipitation_mm_h: 1.4, wind_speed_kmh: 22, road_state: 'wet' },
    {
      condition: 'heavy_rain',
      temperature_c: 3.6,
      precipitation_mm_h: 11.2,
      wind_speed_kmh: 31,
      road_state: 'wet',
    },
    {
      condition: 'cloudy',
      temperature_c: 4.8,
      precipitation_mm_h: 0,
      wind_speed_kmh: 18,
      road_state: 'moist',
    },
  ]
  return STATIONS.flatMap(([station_id, , latitude, longitude], i) =>
    [0, 5, 10].map(minutes => ({
      ...{ station_id, latitude, longitude, ...measured[i] },
      observed_at: iso(nowMs - (2 + minutes) * MINUTE_MS),
      ...{ humidity: 0.91, visibility_km: 8.4, dew_point_c: 2.9, pressure_hpa: 1006 },
      ...{ road_temperature_c: 3.1, snow_depth_mm: null, position: minutes },
    })),
  )
}

function forecasts(station_id: string, hourMs: number): object[] {
  return Array.from({ length: 24 }, (_, i) => {
    const wet = i < 5
    return {
      station_id,
      issued_at: iso(hourMs),
      valid_at: iso(hourMs + (i + 1) * HOUR_MS),
      condition: wet ? 'rain' : i < 12 ? 'cloudy' : 'clear',
      temperature_c: 4 - i * 0.4,
      precipitation_mm_h: wet ? 1.8 - i * 0.3 : 0,
      precipitation_probability: wet ? 0.9 - i * 0.1 : 0.1,
      wind_speed_kmh: 20,
    }
  })
}

function events(hourMs: number): object[] {
  const event = (
    event_id: string,
    kind: string,
    title: string,
    startH: number,
    endH: number,
    more: object = {},
  ) => ({
    ...{ event_id, kind, title, status: 'confirmed' },
    updated_at: iso(hourMs - 2 * DAY_MS),
    starts_at: iso(hourMs + startH * HOUR_MS),
    ends_at: iso(hourMs + endH * HOUR_MS),
    ...{ doors_open_at: null, venue_id: null, place: null, latitude: null, longitude: null, line: null },
    ...{ expected_attendance: null, road_effect: null, description: null, url: null },
    ...more,
  })
  return [
    event('concert-1', 'concert', 'Night of the Strings', -1, 3, {
      venue_id: 'arena',
      doors_open_at: iso(hourMs - 2 * HOUR_MS),
      expected_attendance: 14_500,
      road_effect: 'busy',
      description: 'Main entrance on the river side.\nTrains leave each five minutes after the end.',
      url: 'https://example.org/strings',
    }),
    event('parade-1', 'parade', 'Lantern Parade', 5, 8, {
      place: 'From the harbour to the old town',
      line: JSON.stringify({
        type: 'LineString',
        coordinates: [
          [-74.0226, 40.7038],
          [-74.0084, 40.7038],
          [-74.0084, 40.7182],
        ],
      }),
      expected_attendance: 30_000,
      road_effect: 'closed',
    }),
    event('match-1', 'match', 'City – United', 20, 22.5, {
      venue_id: 'arena',
      status: 'planned',
      expected_attendance: 17_200,
      road_effect: 'busy',
    }),
    event('fair-1', 'other', 'Book fair', 48, 76, {
      place: 'Old Market',
      latitude: 40.7074,
      longitude: -74.013,
    }),
    event('holiday-1', 'holiday', 'Founders’ Day', 62, 86, { place: 'Whole city' }),
    event('run-1', 'other', 'Bridge run', 70, 74, { status: 'cancelled', place: 'East Bridge' }),
  ]
}

function workZones(hourMs: number): object[] {
  const zone = (
    work_zone_id: string,
    name: string,
    startH: number,
    endH: number,
    coordinates: number[][],
    more: object = {},
  ) => ({
    ...{ work_zone_id, name, event_type: 'work-zone', status: 'active', direction: 'eastbound' },
    updated_at: iso(hourMs - DAY_MS),
    starts_at: iso(hourMs + startH * HOUR_MS),
    ends_at: iso(hourMs + endH * HOUR_MS),
    ...{ road_names: ['E St'], vehicle_impact: 'some-lanes-closed', work_zone_type: 'static' },
    ...{ start_verified: true, end_verified: false, workers_present: true, speed_limit_kmh: 30 },
    ...{ types_of_work: ['surface-work'], restrictions: null, related: null, lanes: null, description: null },
    geometry: JSON.stringify({ type: 'LineString', coordinates }),
    ...more,
  })
  return [
    zone(
      'WZ-1',
      'E St resurfacing',
      -40,
      90,
      [
        [-74.0036, 40.7146],
        [-73.9942, 40.7146],
      ],
      {
        lanes: JSON.stringify([
          { order: 1, type: 'general', status: 'closed' },
          { order: 2, type: 'general', status: 'closed' },
          { order: 3, type: 'general', status: 'open' },
          { order: 4, type: 'shoulder', status: 'open' },
        ]),
        description: 'New asphalt in two nights; buses stop at 7 Ave.',
      },
    ),
    zone(
      'WZ-2',
      'Water main, 2 Ave',
      30,
      130,
      [
        [-74.0226, 40.7218],
        [-74.0226, 40.7146],
      ],
      {
        status: 'planned',
        road_names: ['2 Ave'],
        direction: 'southbound',
        vehicle_impact: 'alternating-one-way',
      },
    ),
    zone(
      'WZ-3',
      'Detour by H St',
      30,
      130,
      [
        [-74.0226, 40.7218],
        [-74.0131, 40.7218],
      ],
      {
        status: 'planned',
        event_type: 'detour',
        vehicle_impact: 'all-lanes-open',
        road_names: ['C St'],
      },
    ),
    zone(
      'WZ-4',
      'Crane, 9 Ave',
      -60,
      -4,
      [
        [-73.9895, 40.7146],
        [-73.9895, 40.711],
      ],
      {
        status: 'completed',
        road_names: ['9 Ave'],
      },
    ),
  ]
}

/** What gold.conflicts says of the events and works above. */
function conflicts(hourMs: number): object[] {
  const pair = (id: string, other: string, fromH: number, toH: number, why: string) => ({
    ...{ kind: 'work_zone', id, name: id, other_kind: other.startsWith('WZ') ? 'work_zone' : 'event' },
    ...{ other_id: other, other, distance_m: 12, is_near: true, same_road: false, why },
    ...{ starts_at: iso(hourMs + fromH * HOUR_MS), ends_at: iso(hourMs + toH * HOUR_MS) },
  })
  return [
    pair('WZ-1', 'concert-1', -2, 3, 'lanes_taken_where_people_come'),
    pair('WZ-1', 'match-1', 20, 22.5, 'lanes_taken_where_people_come'),
    pair('WZ-2', 'WZ-3', 30, 130, 'detour_through_works'),
  ]
}

function cameras(city: FixtureCity): object[] {
  return city.intersections
    .filter(place => place.camera)
    .map((place, i) => ({
      camera_id: `CAM-${place.intersection_id.slice(4)}`,
      name: place.name,
      latitude: place.latitude,
      longitude: place.longitude,
      direction: ['north', 'east', 'south', 'west'][i % 4],
      intersection_id: place.intersection_id,
      district: place.district,
      snapshot_url: null,
      shown: i === 2 ? 'hidden' : i === 1 ? 'blurred' : 'yes',
    }))
}

/** What stands at the works of E St. */
function devices(hourMs: number): object[] {
  const device = (device_id: string, device_type: string, name: string, status: string, details: object) => ({
    ...{ device_id, device_type, name, status, road_names: ['E St'], withdrawn: null },
    ...{ updated_at: iso(hourMs - 2 * HOUR_MS), details: JSON.stringify(details) },
    ...{ latitude: 40.7105 + device_id.length * 0.0004, longitude: -74.003 },
  })
  return [
    device('ARROW-1', 'arrow-board', 'Arrow board, E St', 'ok', { pattern: 'left-arrow-flashing' }),
    device('BEACON-01', 'flashing-beacon', 'Beacon, E St', 'error', { is_flashing: false }),
    device('SIGN-1', 'dynamic-message-sign', 'Message sign, E St', 'ok', {
      message_multi_string: 'ROAD WORK AHEAD[nl]RIGHT LANE CLOSED',
    }),
  ]
}

function observations(camera_id: string, nowMs: number): object[] {
  return Array.from({ length: 60 }, (_, i) => {
    const wave = Math.round(6 * Math.sin(i / 7))
    return {
      camera_id,
      observed_at: iso(nowMs - i * MINUTE_MS - 8_000),
      ...{ counts_car: 24 + wave, counts_truck: 3, counts_motorcycle: 1, counts_bus: 2 },
      ...{ counts_bicycle: 5, counts_pedestrian: 17, mean_speed_kmh: 24.5, stopped_vehicles: 4 },
      ...{ confidence: 0.92, model: 'fixture-1', interval_s: 60 },
    }
  })
}

function versions(hourMs: number): object[] {
  const [last] = events(hourMs)
  return [
    {
      ...last,
      position: 1,
      updated_at: iso(hourMs - 9 * DAY_MS),
      starts_at: iso(hourMs - 2 * HOUR_MS),
      status: 'planned',
    },
    { ...last, position: 2, updated_at: iso(hourMs - 6 * DAY_MS), starts_at: iso(hourMs - 2 * HOUR_MS) },
    { ...last, position: 3, updated_at: iso(hourMs - 2 * DAY_MS) },
  ]
}

/** A drawn crossing, as the simulator's cameras give. */
export function fixtureSnapshot(camera: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360">
<rect width="640" height="360" fill="#5d6b5c"/><path d="M0 150h640v90H0z" fill="#3a3f45"/><path d="M270 0h100v360H270z" fill="#3a3f45"/>
<path d="M0 195h260m120 0h260" stroke="#d8d8c8" stroke-width="4" stroke-dasharray="24 18"/>
<rect x="90" y="162" width="46" height="24" rx="5" fill="#b33"/><rect x="470" y="206" width="46" height="24" rx="5" fill="#dde"/>
<text x="12" y="26" font-family="monospace" font-size="18" fill="#fff">${camera.replaceAll(/[^\w-]/g, '')}</text></svg>`
}
