import type { IncidentDetail, IncidentOverview, IncidentPoints } from '../../src/serve/contract/index.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FIRST_MS = Date.UTC(2018, 9, 1)
const DAYS = 240
/** Days of which the record has nothing. */
const isGap = (day: number) => day % 71 === 30 || (day >= 120 && day < 137)
const TYPES = ['two-vehicle', 'multi-vehicle', 'stalled', 'single-vehicle', 'signal', 'pedestrian', 'closure']
const PLACES = ['BELTLINE', 'DOWNTOWN COMMERCIAL CORE', 'SUNRIDGE', 'FOREST LAWN', 'DEER RIDGE', null]
const QUADRANTS = ['NE', 'SE', 'SW', 'NW', null]
const WEATHER = ['dry', 'dry', 'dry', 'dry', 'rain', 'snow', 'heavy_snow', null] as const
const WITH_ALL = 'fixture-17'

export interface FixtureIncident {
  readonly id: string
  readonly day: string
  readonly atMs: number
  readonly weekday: number
  readonly hour: number
  readonly type: string
  readonly title: string
  readonly community: string | null
  readonly quadrant: string | null
  readonly longitude: number
  readonly latitude: number
  readonly weather: IncidentPoints['weather'][number]
}

const text = (ms: number) => new Date(ms).toISOString()
const dayText = (ms: number) => text(ms).slice(0, 10)

/** The record of a small city with gaps. Everything is a function of the number, so that two runs see the same. */
export const INCIDENTS: readonly FixtureIncident[] = Array.from(
  { length: DAYS * 4 },
  (_, i): FixtureIncident | null => {
    const day = Math.floor(i / 4)
    if (isGap(day)) return null
    const hour = [8, 17, (i * 7) % 24, (i * 5) % 24][i % 4] ?? 0
    const atMs = FIRST_MS + day * DAY_MS + hour * HOUR_MS + ((i * 13) % 60) * 60_000
    const reach = 0.004 + ((i * 37) % 100) / 7_000
    const angle = i * 2.399963
    return {
      id: `fixture-${i}`,
      ...{ day: dayText(atMs), atMs, hour, weekday: new Date(atMs).getUTCDay() || 7 },
      type: TYPES[(i * 3 + day) % TYPES.length] ?? 'other',
      title: `${'ABCDEFGHIJ'[i % 10] ?? 'A'} Street at ${(i % 9) + 1} Avenue`,
      community: PLACES[(i * 11) % PLACES.length] ?? null,
      quadrant: QUADRANTS[i % QUADRANTS.length] ?? null,
      longitude: Math.round((-74.006 + reach * Math.cos(angle) * 1.3) * 1e6) / 1e6,
      latitude: Math.round((40.7128 + reach * Math.sin(angle)) * 1e6) / 1e6,
      weather: WEATHER[(i * 7 + day) % WEATHER.length] ?? null,
    }
  },
).filter(incident => incident !== null)

/** Those that fit what an address asks for. */
export function chosen(all: readonly FixtureIncident[], query: URLSearchParams): FixtureIncident[] {
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? '9999']
  const [first, last] = [Number(query.get('hour_from') ?? 0), Number(query.get('hour_to') ?? 23)]
  const anyOf = (name: string, value: string | null) =>
    !query.has(name) || query.getAll(name).includes(value ?? '')
  const inHours = (hour: number) =>
    first <= last ? hour >= first && hour <= last : hour >= first || hour <= last
  return all.filter(
    each =>
      each.day >= from &&
      each.day < to &&
      anyOf('type', each.type) &&
      anyOf('quadrant', each.quadrant) &&
      anyOf('community', each.community) &&
      anyOf('weather', each.weather ?? 'unknown') &&
      anyOf('weekday', String(each.weekday)) &&
      inHours(each.hour) &&
      each.title.toLowerCase().includes((query.get('words') ?? '').toLowerCase()),
  )
}

export function overview(
  all: readonly FixtureIncident[],
  some: readonly FixtureIncident[],
  query: URLSearchParams,
): IncidentOverview {
  const known = new Set(all.map(({ day }) => day))
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? '9999']
  const days = (
    all.length === 0 ? [] : Array.from({ length: DAYS }, (_, i) => dayText(FIRST_MS + i * DAY_MS))
  )
    .filter(day => day >= from && day < to)
    .map(day => ({ day, incidents: known.has(day) ? some.filter(each => each.day === day).length : null }))
  const withData = days.filter(({ incidents }) => incidents !== null).length
  const by = <T>(of: (incident: FixtureIncident) => T) =>
    [...Map.groupBy(some, of)].map(([value, of]) => [value, of.length] as const).sort((a, b) => b[1] - a[1])
  return {
    ...{ total: some.length, first_day: days[0]?.day ?? null, last_day: days.at(-1)?.day ?? null },
    ...{ days_with_data: withData, days_without_data: days.length - withData, repaired: 0, days },
    hours: by(({ weekday, hour }) => weekday * 24 + hour).map(([slot, incidents]) => ({
      ...{ weekday: Math.floor(slot / 24), hour: slot % 24, incidents },
    })),
    types: by(({ type }) => type).map(([type, incidents]) => ({ type, incidents })),
    quadrants: by(({ quadrant }) => quadrant).map(([quadrant, incidents]) => ({ quadrant, incidents })),
    communities: by(({ community }) => community).map(([community, incidents]) => ({ community, incidents })),
    weather: by(({ weather }) => weather).map(([weather, incidents]) => ({ weather, incidents })),
  }
}

export function points(some: readonly FixtureIncident[], limit: number): IncidentPoints {
  const shown = some.toSorted((a, b) => b.atMs - a.atMs).slice(0, limit)
  const each = <T>(of: (incident: FixtureIncident) => T) => shown.map(of)
  return {
    total: some.length,
    ids: each(of => of.id),
    started_at: each(of => text(of.atMs)),
    types: each(of => of.type),
    titles: each(of => of.title),
    communities: each(of => of.community),
    quadrants: each(of => of.quadrant),
    longitudes: each(of => of.longitude),
    latitudes: each(of => of.latitude),
    weather: each(of => of.weather),
  }
}

/** One of them has everything that a detail can have. */
export function detail(of: FixtureIncident): IncidentDetail {
  const whole = of.id === WITH_ALL
  const version = (number: number, description: string) => ({
    ...{ version: number, updated_at: text(of.atMs + (number - 1) * 1_800_000), reported_as: of.id },
    ...{ changed: number === 1 ? [] : ['description'], title: of.title, description },
    ...{ quadrant: of.quadrant, withdrawn: false },
  })
  return {
    ...{ incident_id: of.id, started_at: text(of.atMs), updated_at: text(of.atMs + (whole ? 1_800_000 : 0)) },
    ...{ utc_offset_min: -300, type: of.type, title: of.title, description: 'Blocking the right lane.' },
    ...{ road: of.title.split(' at ')[0] ?? null, cross_street: of.title.split(' at ')[1] ?? null },
    ...{ direction: 'N', lanes: ['right'], lanes_blocked: 1, quadrant: of.quadrant },
    ...{ is_quadrant_doubtful: whole, community: of.community, signal: 'S-12', signal_m: 34 },
    ...{ latitude: of.latitude, longitude: of.longitude, repaired: whole },
    original_started_at: whole ? '11/03/2018 03:00:00 AM' : null,
    ...{ is_repost: false, repost_of: null, withdrawn: false, weather: of.weather },
    weather_known_by: of.weather === null ? null : 'day',
    versions: whole
      ? [version(1, 'Blocking the right lane.'), version(2, 'The right lane has reopened.')]
      : [version(1, 'Blocking the right lane.')],
    links: whole
      ? [
          {
            ...{ incident_id: 'fixture-18', linked_to: of.id, kind: 'update', distance_m: 41, undone: false },
            evidence: 'same second of the start, 41 m apart, another text',
          },
        ]
      : [],
  }
}
