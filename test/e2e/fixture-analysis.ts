import { cellToBoundary, cellToLatLng, latLngToCell } from 'h3-js'
import type {
  CommunityOutlines,
  IncidentBeforeAfter,
  IncidentClusters,
  IncidentHotspots,
  IncidentOverview,
  IncidentRates,
  IncidentRisk,
  IncidentRiskQuality,
  IncidentTrend,
  IncidentWeatherRates,
  IncidentWorks,
} from '../../src/serve/contract/index.ts'
import type { FixtureIncident } from './fixture-incidents.ts'

/** Fine enough that the small city has some dozen cells. */
const RESOLUTION = 9

const ready = <T>(result: T) => ({ state: 'ready' as const, result })

/** The three fullest cells are hot, one of each course; the emptiest is cold. */
export function fixtureHotspots(some: readonly FixtureIncident[], query: URLSearchParams): IncidentHotspots {
  const by = Map.groupBy(some, each => latLngToCell(each.latitude, each.longitude, RESOLUTION))
  const sorted = [...by].sort((a, b) => b[1].length - a[1].length)
  const hasRange = query.has('from')
  type Cell = NonNullable<IncidentHotspots['result']>['cells'][number]
  const cells = sorted.map(([cell, members], i): Cell => {
    const course = hasRange ? (COURSES[i] ?? null) : null
    const kind = i < 2 || (i === 2 && !hasRange) ? 'hot' : i === sorted.length - 1 ? 'cold' : 'usual'
    return {
      cell,
      outline: cellToBoundary(cell).map(([latitude, longitude]): [number, number] => [longitude, latitude]),
      ...{ incidents: members.length, incidents_before: hasRange ? 7 : null, kind, z: 6 - i, course },
      q: kind === 'usual' ? 0.6 : 0.01,
      ratio: course === null ? null : { value: 2.4, low: 1.4, high: 4.1 },
      ...{ title: members[0]?.title ?? null, community: members[0]?.community ?? null },
    }
  })
  return ready({
    ...{ ...periodsOf(some, query), resolution: RESOLUTION, cell_km2: 0.1 },
    ...{ cells_judged: cells.length + 12, permutations: 99_999, false_share: 0.05, cells },
  })
}

function periodsOf(some: readonly FixtureIncident[], query: URLSearchParams) {
  const hasRange = query.has('from')
  return {
    period: { from: '2018-10-01', to: '2019-05-28', covered_days: 219, incidents: some.length },
    before: hasRange ? { from: '2018-01-01', to: '2018-12-31', covered_days: 90, incidents: 320 } : null,
    why_no_before: hasRange ? null : ('no_range' as const),
  }
}

const COURSES = ['emerging', 'persistent', 'fading'] as const

/** The three fullest cells again, as clusters that are smaller. */
export function fixtureClusters(some: readonly FixtureIncident[], query: URLSearchParams): IncidentClusters {
  const hasRange = query.has('from')
  const by = Map.groupBy(some, each => latLngToCell(each.latitude, each.longitude, RESOLUTION))
  const fullest = [...by].sort((a, b) => b[1].length - a[1].length).slice(0, 3)
  return ready({
    ...{ ...periodsOf(some, query), within_m: 100, at_least: 8, at_least_before: hasRange ? 5 : null },
    in_none: some.length - fullest.reduce((sum, [, members]) => sum + members.length, 0),
    clusters: fullest.map(([cell, members], i) => {
      const [latitude, longitude] = cellToLatLng(cell)
      const outline = cellToBoundary(latLngToCell(latitude, longitude, RESOLUTION + 1))
      return {
        ...{ id: `${latitude.toFixed(5)},${longitude.toFixed(5)}`, latitude, longitude },
        outline: outline.map(([y, x]): [number, number] => [x, y]),
        ...{ incidents: members.length, incidents_before: hasRange ? 6 : null },
        course: hasRange ? (COURSES[i] ?? null) : null,
        ratio: hasRange ? { value: 1.8, low: 0.7, high: 4.9 } : null,
        ...{ title: members[0]?.title ?? null, community: members[0]?.community ?? null },
      }
    }),
  })
}

/** Two sites that counted: one is high for its traffic, the other is not. */
export function fixtureRates(some: readonly FixtureIncident[], query: URLSearchParams): IncidentRates {
  const hasRange = query.has('from')
  const site = (id: string, longitude: number, isHigh: boolean) => ({
    ...{ site: id, name: `${id} St & 1 Ave`, latitude: 40.7128, longitude, title: null, community: null },
    ...{ incidents: isHigh ? 24 : 9, vehicles: 4_100_000, is_high: isHigh, q: isHigh ? 0.001 : 0.6 },
    per_million: isHigh ? { value: 5.9, low: 3.8, high: 8.7 } : { value: 2.2, low: 1, high: 4.2 },
    times_usual: isHigh ? 1.5 : 0.5,
    course: hasRange && isHigh ? ('emerging' as const) : null,
    ...{ incidents_before: hasRange ? 8 : null, vehicles_before: hasRange ? 3_900_000 : null },
    ratio: hasRange ? { value: 2.9, low: 1.2, high: 7.4 } : null,
  })
  return ready({
    ...{
      ...periodsOf(some, query),
      within_m: 150,
      false_share: 0.05,
      vehicles: 8_200_000,
      per_million: 4.024,
    },
    ...{ incidents_counted: 33, incidents_at_no_site: some.length - 40, incidents_uncounted: 7 },
    ...{ sites_counted: 2, sites_uncounted: 23 },
    sites: [site('C', -74.006, true), site('D', -74.001, false)],
  })
}

/** Days of snow have more; whether those of fog have is left to chance. */
export function fixtureWeatherRates(): IncidentWeatherRates {
  const rate = (weather: string, value: number, low: number, high: number) => ({
    ...{ weather, incidents: 90, hours: 480, ratio: { value, low, high } },
  })
  return ready({
    reference: 'dry',
    compared: [
      {
        ...{ known_by: 'day', units: 200, scatter: 1.4, reference_incidents: 600, reference_hours: 3_600 },
        rates: [
          rate('heavy_snow', 1.9, 1.5, 2.41),
          rate('snow', 1.35, 1.1, 1.66),
          rate('rain', 1.04, 0.9, 1.2),
        ],
      },
    ],
    not_covered: { hours: 96, incidents: 12 },
    weather_unknown: { hours: 480, incidents: 100 },
  })
}

const SAYS = 'These are reports of incidents, not crashes.'

/** Half of what was to be expected, where the naive comparison would have said a third. */
export function fixtureBeforeAfter(): IncidentBeforeAfter {
  return ready({
    before: { from: '2018-02-01', to: '2019-01-31', covered_days: 300 },
    after: { from: '2019-02-01', to: '2020-01-31', covered_days: 240 },
    ...{ incidents_before: 12, incidents_after: 4, like: 'cells', places: 48, why_not: null, says: SAYS },
    effect: {
      ...{ expected_without: 7.9, ratio: { value: 0.5, low: 0.16, high: 1.18 }, naive: 0.33 },
      ...{ own_weight: 0.6, usual_before: 2.4, trend: 0.98 },
    },
  })
}

export function fixtureWorks(): IncidentWorks {
  return ready({
    ...{
      within_m: 500,
      weeks: 4,
      together: { value: 1.6, low: 1.2, high: 2.1 },
      out_of_record: 2,
      says: SAYS,
    },
    places: [
      {
        ...{ kind: 'work_zone', id: 'w1', name: 'C Street', latitude: 40.713, longitude: -74.006 },
        ...{ starts_at: '2018-11-05T12:00:00.000Z', ends_at: '2018-11-20T12:00:00.000Z' },
        ...{ incidents_during: 12, hours_during: 340, incidents_matched: 14, hours_matched: 700 },
        ratio: { value: 1.8, low: 0.9, high: 3.6 },
      },
    ],
  })
}

/** A level line with one change. */
export function fixtureTrend({ days }: IncidentOverview): IncidentTrend {
  const change = days[150]?.day
  const isShort = days.length < 60
  return ready({
    is_too_short: isShort,
    first_day: isShort ? null : (days[0]?.day ?? null),
    trend: isShort ? [] : days.map(({ incidents }, i) => (incidents === null ? null : i < 150 ? 3.4 : 4.2)),
    by_weekday: isShort ? [] : [0.2, 0.1, 0, 0.1, 0.6, -0.4, -0.6],
    changes:
      isShort || change === undefined
        ? []
        : [
            {
              ...{ day: change, before_per_day: 3.4, after_per_day: 4.2, silent_days_before: 0 },
              ...{ ratio: { value: 1.24, low: 1.1, high: 1.4 }, is_of_recording: true },
            },
          ],
  })
}

/** Communities as columns of the small city, the first with most. */
const COMMUNITIES = ['BELTLINE', 'DOWNTOWN COMMERCIAL CORE', 'SUNRIDGE', 'FOREST LAWN', 'DEER RIDGE']

export function fixtureOutlines(): CommunityOutlines {
  return {
    type: 'FeatureCollection',
    features: COMMUNITIES.map((community, i) => {
      const [west, east] = [-74.03 + i * 0.01, -74.02 + i * 0.01]
      const ring: [number, number][] = [
        [west, 40.7],
        [east, 40.7],
        [east, 40.725],
        [west, 40.725],
        [west, 40.7],
      ]
      return {
        type: 'Feature',
        properties: { community },
        geometry: { type: 'MultiPolygon', coordinates: [[ring]] },
      }
    }),
  }
}

/** The record of the small city ended: the day after it. */
export function fixtureRisk(isEmpty: boolean): IncidentRisk {
  const hours = Array.from({ length: 24 }, (_, hour) => ({ day: '2019-05-29', hour }))
  const byHour = hours.map(({ hour }) => (hour === 8 || hour === 17 ? 0.3 : 0.05))
  const communities = isEmpty
    ? []
    : COMMUNITIES.map((community, i) => ({
        ...{ community, expected: 1.6 / (i + 1), peak: 17 },
        by_hour: byHour.map(value => value / (i + 1)),
        reasons: [
          { factor: 'hour', times: 3.1, says: '3.1 times as many as usual at this hour of a Wednesday' },
          { factor: 'community', times: 1.4, says: `40 % more than usual in ${community}` },
        ],
      }))
  return ready({
    ...{ is_too_short: isEmpty, is_of_now: false, record_ends: isEmpty ? null : '2019-05-28' },
    ...{ knows_weather: false, hours: isEmpty ? [] : hours, by_hour: isEmpty ? [] : byHour, communities },
  })
}

export function fixtureRiskQuality(): IncidentRiskQuality {
  return ready({
    judged: {
      ...{ from: '2018-05-29', to: '2019-05-28', days: 219, seen: 860, expected: 871.4 },
      ...{ deviance: 9_900, baseline_deviance: 10_000 },
    },
  })
}
