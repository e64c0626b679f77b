import { DAY_MS, HOUR_MS } from '../../core/time/spans.ts'
import { IS_NIGHT } from '../rule-sql.ts'
import type { Range } from '../../core/ranges.ts'
import type { Engine } from '../engine/index.ts'
import type { SensorVersion } from '../readings/sensor-register.ts'
import type { Sighting } from '../readings/seen-place.ts'
import type { MissingPages } from './repeats.ts'
import { WINDOW_MS } from './repeats.ts'
import { SIDE_TABLES } from './other-tables.ts'
import type { SideTables } from './other-tables.ts'

const LOAD = { session: 'load' } as const

/** What a table holds of one UTC day. */
export interface DayState {
  readonly rows: number
  /** Rows below the position asked for. */
  readonly below: number
  readonly night: number
  readonly nightBelow: number
  /** Position of the last row. */
  readonly last: number
}

export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)
export const dayOf = (text: string): number => Date.parse(text) / DAY_MS

/** silver per UTC day (days since 1970), counted from its rows. */
export async function silverDays(engine: Engine, position: number): Promise<Map<number, DayState>> {
  const rows = await engine.query<DayState & { day: string }>(
    `SELECT toString(toDate(measured_at)) AS day, toInt64(count()) AS rows, toInt64(countIf(r.position < {position:Int64})) AS below,
        toInt64(countIf(${IS_NIGHT} AND speed_kmh IS NOT NULL)) AS night,
        toInt64(countIf(${IS_NIGHT} AND speed_kmh IS NOT NULL AND r.position < {position:Int64})) AS nightBelow, toInt64(max(r.position)) AS last
     FROM silver.readings AS r GROUP BY day`,
    { ...LOAD, params: { position }, settings: { output_format_json_quote_64bit_integers: 0 } },
  )
  return new Map(rows.map(({ day, ...state }) => [dayOf(day), state]))
}

export interface SideState {
  readonly rows: number
  readonly below: number
  /** Position of the last row; −1 while the table is empty. */
  readonly last: number
}

/** By the tables' names; a table that is not there is empty. */
export class SideStates extends Map<string, SideState> {
  of(name: string): SideState {
    return this.get(name) ?? { rows: 0, below: 0, last: -1 }
  }
}

/** Rows, those below `position`, and the last one, of every side table. */
export async function sideStates(engine: Engine, position: number, tables: SideTables): Promise<SideStates> {
  const states = new SideStates()
  for (const [name, table] of Object.entries(tables)) {
    // The engine puts rows of drift together and adds up what they count, so that their number says nothing.
    const rows = name === 'drift' ? 'sum(seen)' : 'count()'
    const [row] = await engine.query<SideState>(
      `SELECT toInt64(${rows}) AS rows, toInt64(countIf(t.position < {position:Int64})) AS below, if(count() = 0, -1, toInt64(max(t.position))) AS last
       FROM ${table} AS t`,
      { ...LOAD, params: { position }, settings: { output_format_json_quote_64bit_integers: 0 } },
    )
    if (row !== undefined) states.set(name, row)
  }
  return states
}

/** Highest position in any table; −1 while all are empty. */
export async function highestPosition(engine: Engine, side: SideTables = SIDE_TABLES): Promise<number> {
  const selects = ['silver.readings', ...Object.values(side)].map(
    table => `SELECT if(count() = 0, -1, toInt64(max(t.position))) AS last FROM ${table} AS t`,
  )
  const [row] = await engine.query<{ last: number }>(
    `SELECT max(last) AS last FROM (${selects.join(' UNION ALL ')})`,
    {
      ...LOAD,
      settings: { output_format_json_quote_64bit_integers: 0 },
    },
  )
  return row?.last ?? -1
}

interface VersionRow {
  position: string
  sensor_id: string
  removed: boolean
  intersection_id: string | null
  name: string | null
  latitude: number | null
  longitude: number | null
  district: string | null
  interval_s: number | null
  lanes: number | null
  camera: boolean | null
}

/** The register as of a position: the last version of each sensor below it. */
export async function versionsBelow(engine: Engine, position: number): Promise<SensorVersion[]> {
  const rows = await engine.query<VersionRow>(
    `SELECT ${VERSION} FROM lake.sensor_versions AS v WHERE v.position < {position:Int64} ORDER BY v.position DESC LIMIT 1 BY sensor_id`,
    { ...LOAD, params: { position } },
  )
  return rows.map(versionOf)
}

/** Every change of the register within ranges of positions, in their order. */
export async function versionsIn(engine: Engine, ranges: readonly Range[]): Promise<SensorVersion[]> {
  const rows = await engine.query<VersionRow>(
    `SELECT ${VERSION} FROM lake.sensor_versions AS v
     WHERE arrayExists((first, end) -> v.position >= first AND v.position < end, {from:Array(Int64)}, {to:Array(Int64)}) ORDER BY v.position`,
    { ...LOAD, params: { from: ranges.map(({ from }) => from), to: ranges.map(({ to }) => to) } },
  )
  return rows.map(versionOf)
}

const VERSION =
  'toString(v.position) AS position, sensor_id, removed, intersection_id, name, latitude, longitude, district, interval_s, lanes, camera'

function versionOf({ position, removed, ...sensor }: VersionRow): SensorVersion {
  return {
    position: Number(position),
    change: removed ? { op: 'remove', sensor_id: sensor.sensor_id } : { op: 'put', sensor },
  }
}

/** Where each sensor was seen last below a position. */
export async function lastSightings(engine: Engine, position: number): Promise<Sighting[]> {
  const rows = await engine.query<{
    sensor_id: string
    intersection_id: string
    district: string
    latitude: number | null
    longitude: number | null
    interval_s: number
  }>(
    `SELECT sensor_id, intersection_id, district, latitude, longitude, interval_s FROM lake.sensor_sightings AS s
     WHERE s.position < {position:Int64} ORDER BY s.position DESC LIMIT 1 BY sensor_id`,
    { ...LOAD, params: { position } },
  )
  return rows.map(row => ({
    sensorId: row.sensor_id,
    site: row.intersection_id,
    district: row.district,
    latitude: row.latitude,
    longitude: row.longitude,
    intervalS: row.interval_s,
  }))
}

/** Hours since 1970 of which silver holds readings. Gold tells that with less to read; it must be level with silver. */
export async function hoursInSilver(engine: Engine): Promise<number[]> {
  const rows = await engine.query<{ hour: number }>(
    'SELECT DISTINCT toUInt32(intDiv(toUnixTimestamp(window_start), 3600)) AS hour FROM gold.hourly_summary_state',
    LOAD,
  )
  return rows.map(row => row.hour)
}

/** The same, counted from the rows of a table like silver. */
export async function hoursIn(engine: Engine, table: string): Promise<number[]> {
  const rows = await engine.query<{ hour: number }>(
    `SELECT DISTINCT toUInt32(intDiv(toUnixTimestamp64Milli(measured_at), ${HOUR_MS})) AS hour FROM ${table}`,
    LOAD,
  )
  return rows.map(row => row.hour)
}

/** The rows of silver (or of a table like it) that the repeat index lacks, as it wants them: RowBinary (sensor_id String, ms Int64, content UInt32). */
export async function loadPages(
  engine: Engine,
  pages: MissingPages,
  names: string[] | null,
  table = 'silver.readings',
): Promise<Uint8Array> {
  const ranges = ranged(pages.windows)
  const chunks: Buffer[] = []
  for (const [from, to] of ranges) {
    const stream = await engine.stream(
      `SELECT toString(sensor_id) AS sensor, toInt64(toUnixTimestamp64Milli(measured_at)) AS ms, content FROM ${table}
       WHERE measured_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND measured_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
       ${names === null ? '' : 'AND sensor_id IN {names:Array(String)}'}`,
      'RowBinary',
      { ...LOAD, params: { from, to, ...(names === null ? {} : { names }) } },
    )
    for await (const chunk of stream) chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

/** Windows of the index joined to runs, as [from, to) in ms: a gap of an hour costs less than another query. */
function ranged(windows: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const window of windows) {
    const from = window * WINDOW_MS
    const last = runs.at(-1)
    if (last !== undefined && from - last[1] <= HOUR_MS) last[1] = from + WINDOW_MS
    else runs.push([from, from + WINDOW_MS])
  }
  return runs
}
