import type { SensorChange } from '../../src/core/schema/sensor.ts'
import { FREE_FLOW, RULES, ZONE } from './lake.ts'
import type { Meant } from './stream.ts'

/** One record of the log: a reading that is valid, or a change of the register. */
export type LogRecord =
  | { readonly position: number; readonly meant: Meant; readonly intervalS: number | null }
  | { readonly position: number; readonly change: SensorChange }

export interface Row {
  readonly position: number
  readonly sensor: string
  readonly timeMs: number
  readonly site: string
  readonly district: string
  readonly intervalS: number
  readonly localDay: number
  readonly localHour: number
  readonly meant: Meant
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'medium' })

/**
 * silver as a plain batch over the whole log: first arrivals, enriched with the register as of their position (or as it
 * is at the end).
 */
export function silverOf(records: readonly LogRecord[], todaysRegister = false): Row[] {
  const register = new Map<string, SensorChange>()
  if (todaysRegister) for (const record of records) if ('change' in record) apply(register, record.change)
  const rows = new Map<string, Row>()
  for (const record of records) {
    if ('change' in record) {
      if (!todaysRegister) apply(register, record.change)
      continue
    }
    const { meant, position } = record
    const key = `${meant.sensor} ${meant.timeMs}`
    if (rows.has(key)) continue
    const entry = register.get(meant.sensor)
    const known = entry?.op === 'put' ? entry.sensor : null
    const wall = clock.format(meant.timeMs)
    rows.set(key, {
      position,
      sensor: meant.sensor,
      timeMs: meant.timeMs,
      site: meant.site ?? known?.intersection_id ?? meant.sensor,
      district: meant.district ?? known?.district ?? 'unassigned',
      intervalS: known?.interval_s ?? record.intervalS ?? RULES.intervalS,
      localDay: Date.parse(wall.slice(0, 10)) / DAY_MS,
      localHour: Number(wall.slice(11, 13)),
      meant,
    })
  }
  return [...rows.values()]
}

function apply(register: Map<string, SensorChange>, change: SensorChange): void {
  register.set(change.op === 'put' ? change.sensor.sensor_id : change.sensor_id, change)
}

export type Gold = Map<string, Record<string, number | string | null>>

/** The measures of windows of so many minutes, by `window start in ms|key…`. */
export function goldOf(rows: readonly Row[], minutes: number, key: (row: Row) => string): Gold {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const start = Math.floor(row.timeMs / (minutes * MINUTE_MS)) * minutes * MINUTE_MS
    const name = `${start}|${key(row)}`
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  return new Map([...groups].map(([name, group]) => [name, measures(group)]))
}

const kmh = (mph: number): number => Math.floor(mph * 1609.344 + 0.5) / 1000
const given = (values: (number | null)[]): number[] => values.filter(v => v !== null)
const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0)
const total = (values: (number | null)[]): number | null => {
  const some = given(values)
  return some.length === 0 ? null : sum(some)
}
const mean = (values: (number | null)[]): number | null => {
  const some = given(values)
  return some.length === 0 ? null : sum(some) / some.length
}
const most = (values: (number | null)[]): number | null => {
  const some = given(values)
  return some.length === 0 ? null : Math.max(...some)
}

function measures(rows: readonly Row[]): Record<string, number | string | null> {
  const of = (read: (m: Meant) => number | null) => rows.map(row => read(row.meant))
  const moving = rows
    .filter(({ meant }) => meant.speedMph !== null && meant.vehicles !== 0)
    .map(({ meant }) => ({ speed: kmh(meant.speedMph ?? 0), weight: meant.vehicles ?? 1 }))
  const weight = sum(moving.map(m => m.weight))
  return {
    readings: rows.length,
    sensors: new Set(rows.map(row => row.sensor)).size,
    vehicles: total(of(m => m.vehicles)),
    mean_speed_kmh: weight === 0 ? null : sum(moving.map(m => m.weight * m.speed)) / weight,
    space_mean_speed_kmh:
      weight === 0 ? null : weight / sum(moving.map(m => m.weight / Math.max(m.speed, 1))),
    mean_occupancy: mean(of(m => m.occupancy)),
    max_occupancy: most(of(m => m.occupancy)),
    mean_wait_s: mean(of(m => m.waitS)),
    max_queue_veh: most(of(m => m.queue)),
    vehicles_car: total(of(m => m.types[0] ?? null)),
    vehicles_truck: total(of(m => m.types[1] ?? null)),
    vehicles_motorcycle: total(of(m => m.types[2] ?? null)),
    vehicles_bus: total(of(m => m.types[3] ?? null)),
  }
}

/** Adds what only the districts' quarter hours have. */
export function withDistrictFigures(gold: Gold, rows: readonly Row[]): Gold {
  const nights = freeFlow(rows)
  const sites = goldOf(rows, 15, row => `${row.district}|${row.site}`)
  const quarters = new Map<string, Row[]>()
  for (const row of rows) {
    const name = `${Math.floor(row.timeMs / (15 * MINUTE_MS)) * 15 * MINUTE_MS}|${row.district}`
    const group = quarters.get(name)
    if (group === undefined) quarters.set(name, [row])
    else group.push(row)
  }
  for (const [name, figures] of gold) {
    const group = quarters.get(name) ?? []
    const district = group[0]?.district ?? ''
    const lastNight = Math.max(...group.map(row => (row.localHour < 5 ? row.localDay - 1 : row.localDay)))
    const configured = district === 'north' ? FREE_FLOW.districts.north : FREE_FLOW.city
    const free = nights(lastNight, district) ?? configured
    const waits = [...sites].filter(([key]) => key.startsWith(`${name}|`)).map(([, s]) => s['mean_wait_s'])
    const waiting = waits.filter(wait => typeof wait === 'number')
    const speed = figures['space_mean_speed_kmh']
    figures['free_flow_speed_kmh'] = free
    figures['speed_index'] = typeof speed === 'number' ? speed / free : null
    figures['share_sites_ef'] =
      waiting.length === 0 ? null : waiting.filter(wait => wait > 55).length / waiting.length
    const queued = group.filter(row => row.meant.queue !== null)
    figures['idle_veh_h'] =
      queued.length === 0 ? null : sum(queued.map(row => (row.meant.queue ?? 0) * row.intervalS)) / 3600
  }
  return gold
}

/** 85th percentile, weighted by vehicles, of the speeds of three nights, in steps of 0.1 km/h. */
function freeFlow(rows: readonly Row[]): (night: number, district: string) => number | null {
  const speeds = rows
    .filter(row => row.localHour < 5 && row.meant.speedMph !== null)
    .map(row => ({
      night: row.localDay,
      district: row.district,
      speed: Math.floor(kmh(row.meant.speedMph ?? 0) * 10 + 1e-6) / 10,
      weight: row.meant.vehicles ?? 1,
    }))
  return (night, district) => {
    const some = speeds
      .filter(s => s.district === district && s.night <= night && s.night > night - 3 && s.weight > 0)
      .sort((a, b) => a.speed - b.speed)
    const threshold = Math.ceil(sum(some.map(s => s.weight)) * 0.85)
    let seen = 0
    for (const { speed, weight } of some) {
      seen += weight
      if (seen >= threshold) return speed > 0 ? speed : null
    }
    return null
  }
}

/** Windows whose figures differ by more than rounding, as text; empty when none does. */
export function differences(expected: Gold, found: Gold): string[] {
  const names = new Set([...expected.keys(), ...found.keys()])
  return [...names].flatMap(name => {
    const want = expected.get(name)
    const have = found.get(name)
    if (want === undefined || have === undefined) return [`${name}: only ${want ? 'expected' : 'found'}`]
    return Object.entries(want)
      .filter(([field, value]) => !same(field, value, have[field] ?? null))
      .map(
        ([field, value]) => `${name} ${field}: ${value ?? 'null'} expected, ${have[field] ?? 'null'} found`,
      )
  })
}

function same(field: string, a: number | string | null, b: number | string | null): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b
  // The view adds whole µs/km; everything else is exact up to the last bits of a double.
  const rough = field === 'space_mean_speed_kmh' || field === 'speed_index'
  return Math.abs(a - b) <= (rough ? 1e-6 : 1e-9) * (1 + Math.abs(a))
}
