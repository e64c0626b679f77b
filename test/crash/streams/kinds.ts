import { CONDITIONS } from '../../../src/core/schema/weather.ts'

/** What one line says of one thing. */
export interface Saying {
  /** Number of the station, event, camera … */
  readonly thing: number
  /** Its time or version; of streams in which what arrived last counts, 0. */
  readonly atMs: number
  /** What it says: each number another content. */
  readonly variant: number
  readonly withdrawn: boolean
}

/** A stream as the harness knows it: what lines say, and what the lake must say then, worked out without the program. */
export interface Kind {
  readonly name: string
  /** `first`: each thing and time once. `version`: the highest time is the newest. `arrival`: what came last is the newest. */
  readonly how: 'first' | 'version' | 'arrival'
  readonly key: string
  /** SQL over the table's columns. */
  readonly at: string
  readonly says: string
  readonly record: (saying: Saying) => Record<string, unknown>
  readonly said: (variant: number) => string
  /** How its key stands in the table of conflicts. */
  readonly keyText: (thing: string, atMs: number) => string
  /** A good record that breaks one rule by these fields. */
  readonly breaks: readonly Record<string, unknown>[]
}

export const VARIANTS = 13
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

const instant = (ms: number) => new Date(ms).toISOString()
const gone = (withdrawn: boolean) => (withdrawn ? { withdrawn } : {})
const plainKey = (thing: string) => thing
const milli = (column: string) => `toUnixTimestamp64Milli(t.${column})`
const text = (column: string) => `ifNull(toString(t.${column}), '-')`
const number = (column: string) => `ifNull(toString(toFloat64(t.${column})), '-')`
const joined = (...parts: readonly string[]) => `concat(${parts.join(`, ' ', `)})`
const tomorrowAfterNext = () => instant(Date.now() + 3 * DAY_MS)

const measures = (variant: number) => ({
  temperature_f: 32 + 9 * variant,
  humidity: variant / 100,
  ...(variant % 5 === 0 ? {} : { condition: CONDITIONS[variant % CONDITIONS.length] }),
  ...(variant === 7 ? { firmware: 'v7' } : {}),
})
const measured = (variant: number) =>
  `${5 * variant} ${variant / 100} ${variant % 5 === 0 ? '-' : CONDITIONS[variant % CONDITIONS.length]}`
const measuredSql = joined(number('temperature_c'), number('humidity'), text('condition'))

const span = (thing: number, variant: number) => ({
  starts_at: instant(Date.UTC(2026, 11, 1 + (thing % 28), variant)),
  ends_at: instant(Date.UTC(2026, 11, 2 + (thing % 28), variant)),
})
const backwards = { starts_at: '2026-12-02T00:00:00Z', ends_at: '2026-12-01T00:00:00Z' }

export const KINDS: readonly Kind[] = [
  {
    ...{ name: 'weather', how: 'first', key: 'station_id', at: milli('observed_at'), says: measuredSql },
    record: ({ thing, atMs, variant }) => ({
      ...{ station_id: `T-${thing}`, timestamp: instant(atMs), ...measures(variant) },
      ...{ latitude: 40.7, longitude: -74 },
    }),
    ...{ said: measured, keyText: plainKey },
    breaks: [{ humidity: 1.5 }, { condition: 'mist' }, { timestamp: 'yesterday' }, { station_id: null }],
  },
  {
    ...{ name: 'weather-forecasts', how: 'first', key: 'station_id' },
    ...{ at: milli('valid_at'), says: measuredSql },
    // Said three days before: most of them speak of what is to come.
    record: ({ thing, atMs, variant }) => ({
      ...{ station_id: `T-${thing}`, issued_at: instant(atMs - 3 * DAY_MS), valid_at: instant(atMs) },
      ...measures(variant),
    }),
    said: measured,
    keyText: (thing, atMs) => `${thing} / ${atMs - 3 * DAY_MS}`,
    breaks: [{ precipitation_probability: 2 }, { issued_at: tomorrowAfterNext() }, { valid_at: null }],
  },
  {
    ...{ name: 'camera-observations', how: 'first', key: 'camera_id', at: milli('observed_at') },
    says: joined(text('counts_car'), text('counts_bus'), number('mean_speed_kmh')),
    record: ({ thing, atMs, variant }) => ({
      ...{ camera_id: `T-${thing}`, timestamp: instant(atMs), interval_seconds: 60 },
      counts: { car: variant, ...(variant % 3 === 0 ? {} : { bus: variant % 3 }) },
      mean_speed: 10 * variant,
    }),
    said: variant =>
      `${variant} ${variant % 3 === 0 ? '-' : variant % 3} ${Math.floor(16_093.44 * variant + 0.5) / 1000}`,
    keyText: plainKey,
    breaks: [{ counts: { car: -1 } }, { counts: { car: 1.5 } }, { mean_speed: 1e6 }, { camera_id: 7 }],
  },
  {
    ...{ name: 'events', how: 'version', key: 'event_id', at: milli('updated_at') },
    says: joined(text('title'), text('status'), text('expected_attendance')),
    record: ({ thing, atMs, variant, withdrawn }) => ({
      ...{ event_id: `T-${thing}`, updated_at: instant(atMs), kind: 'match', title: `Match ${variant}` },
      ...{ status: statusOf(variant), ...span(thing, variant), expected_attendance: 100 * variant },
      ...{ description: `The first line\nand ${variant}`, latitude: 40.7, longitude: -74 },
      ...gone(withdrawn),
    }),
    said: variant => `Match ${variant} ${statusOf(variant)} ${100 * variant}`,
    keyText: plainKey,
    breaks: [backwards, { status: 'perhaps' }, { updated_at: tomorrowAfterNext() }, { title: ' ' }],
  },
  {
    ...{ name: 'work-zones', how: 'version', key: 'work_zone_id', at: milli('updated_at') },
    says: joined(`t.road_names[2]`, text('vehicle_impact'), text('geometry')),
    record: ({ thing, atMs, variant, withdrawn }) => ({
      ...{ work_zone_id: `T-${thing}`, updated_at: instant(atMs), event_type: 'work-zone' },
      ...{ road_names: ['Main Street', `Road ${variant}`], direction: 'northbound', ...span(thing, variant) },
      ...{ vehicle_impact: impactOf(variant), geometry: way(variant) },
      ...gone(withdrawn),
    }),
    said: variant => `Road ${variant} ${impactOf(variant)} ${JSON.stringify(way(variant))}`,
    keyText: plainKey,
    breaks: [backwards, { geometry: { type: 'Point' } }, { direction: 'up' }, { road_names: 'Main Street' }],
  },
  {
    ...{ name: 'field-devices', how: 'version', key: 'device_id', at: milli('updated_at') },
    says: joined(text('status'), text('details')),
    record: ({ thing, atMs, variant, withdrawn }) => ({
      ...{ device_id: `T-${thing}`, updated_at: instant(atMs), device_type: 'arrow-board' },
      ...{ status: variant % 2 === 0 ? 'ok' : 'warning', latitude: 40.7, longitude: -74 },
      ...{ details: { power: variant }, ...gone(withdrawn) },
    }),
    said: variant => `${variant % 2 === 0 ? 'ok' : 'warning'} {"power":${variant}}`,
    keyText: plainKey,
    breaks: [{ device_type: 'toaster' }, { latitude: 91 }, { details: [] }],
  },
  {
    ...{ name: 'cameras', how: 'arrival', key: 'camera_id', at: '0' },
    says: joined(text('name'), text('shown'), number('latitude')),
    record: ({ thing, variant, withdrawn }) => ({
      ...{ camera_id: `T-${thing}`, name: `Camera ${variant}`, ...place(variant), ...gone(withdrawn) },
      ...(variant % 2 === 0 ? { shown: 'blurred', snapshot_url: 'https://cameras.example/1.jpg' } : {}),
    }),
    said: variant => `Camera ${variant} ${variant % 2 === 0 ? 'blurred' : '-'} ${40 + variant / 100}`,
    keyText: plainKey,
    breaks: [{ snapshot_url: 'file:///etc/hosts' }, { shown: 'no' }, { longitude: null }],
  },
  {
    ...{ name: 'stations', how: 'arrival', key: 'station_id', at: '0' },
    says: joined(text('name'), number('elevation_m'), number('latitude')),
    record: ({ thing, variant, withdrawn }) => ({
      ...{ station_id: `T-${thing}`, name: `Station ${variant}`, elevation_m: variant * 1.5 },
      ...{ ...place(variant), ...gone(withdrawn) },
    }),
    said: variant => `Station ${variant} ${variant * 1.5} ${40 + variant / 100}`,
    keyText: plainKey,
    breaks: [{ elevation_m: 1e5 }, { latitude: 'north' }],
  },
  {
    ...{ name: 'venues', how: 'arrival', key: 'venue_id', at: '0' },
    says: joined(text('name'), text('capacity')),
    record: ({ thing, variant, withdrawn }) => ({
      ...{ venue_id: `T-${thing}`, name: `Venue ${variant}`, capacity: 1000 * variant },
      ...{ ...place(variant), ...gone(withdrawn) },
    }),
    said: variant => `Venue ${variant} ${1000 * variant}`,
    keyText: plainKey,
    breaks: [{ capacity: 1.5 }, { name: '' }],
  },
]

/** The table that has every row of a stream. */
export function tableOf({ name, how }: Kind): string {
  return `${viewOf({ name })}${how === 'first' ? '' : '_versions'}`
}

export function viewOf({ name }: Pick<Kind, 'name'>): string {
  return `silver.${name.replaceAll('-', '_')}`
}

/** Times of observations, in no order; no two numbers share one. */
export function timeOf({ name }: Kind, n: number, beginMs: number): number {
  // 7919 and the seconds of three days have no divisor in common.
  const seconds = (n * 7919) % (3 * 86_400)
  return beginMs + seconds * 1000 + (name === 'weather-forecasts' ? 3 * DAY_MS + HOUR_MS : 0)
}

function statusOf(variant: number): string {
  return ['planned', 'confirmed', 'cancelled'][variant % 3] ?? 'planned'
}

function impactOf(variant: number): string {
  return variant % 2 === 0 ? 'all-lanes-closed' : 'some-lanes-closed'
}

function way(variant: number) {
  return {
    type: 'LineString',
    coordinates: [
      [-74, 40],
      [-74, 40 + variant / 100],
    ],
  }
}

const place = (variant: number) => ({ latitude: 40 + variant / 100, longitude: -74 })
