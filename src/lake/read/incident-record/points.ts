import type { Readable } from 'node:stream'
import { SETTINGS, type ReadEngine } from '../read-engine.ts'
import type { Ask } from './ask.ts'
import { conditionOf, type IncidentChoice } from './choice.ts'
import { weatherAt, type CityWeather, type WeatherWord } from './city-weather.ts'
import type { Newest } from './columns/index.ts'

export interface Points {
  readonly total: number
  readonly ids: readonly string[]
  readonly started_at: readonly string[]
  readonly types: readonly string[]
  readonly titles: readonly (string | null)[]
  readonly communities: readonly (string | null)[]
  readonly quadrants: readonly (string | null)[]
  readonly longitudes: readonly number[]
  readonly latitudes: readonly number[]
  /** Of the hour of the start; null where it is not known. */
  readonly weather: readonly (WeatherWord | null)[]
}

/**
 * The newest of what is chosen.
 * @param newest where they are, if that is known already: no other month is opened then
 */
export async function readPoints(
  ask: Ask,
  choice: IncidentChoice,
  limit: number,
  newest: Newest | null,
  weather: CityWeather,
  signal?: AbortSignal,
): Promise<Points> {
  if (newest !== null) return pointsThere(ask, choice, limit, newest, weather, signal)
  const { sql: where, params } = conditionOf(choice)
  const [counted, columns] = await Promise.all([
    ask<{ total: number }>(
      `SELECT count() AS total FROM silver.incidents AS i WHERE ${where}`,
      params,
      signal,
    ),
    ask<Placed>(POINTS.replace('@where', where), { ...params, limit }, signal),
  ])
  return { total: counted[0]?.total ?? 0, ...withWeather(columns[0] ?? NO_POINTS, weather) }
}

async function pointsThere(
  ask: Ask,
  choice: IncidentChoice,
  limit: number,
  { total, sinceS, months, hours }: Newest,
  weather: CityWeather,
  signal?: AbortSignal,
): Promise<Points> {
  if (total === 0) return { total, ...NO_POINTS, weather: [] }
  const { sql, params } = conditionOf(hours === null ? choice : { ...choice, weather: undefined })
  const where = [sql, THERE, ...(hours === null ? [] : [IN_HOURS])].join(' AND ')
  const there = { ...params, sinceS, months, limit, ...(hours === null ? {} : { hours }) }
  const [columns] = await ask<Placed>(POINTS.replace('@where', where), there, signal)
  return { total, ...withWeather(columns ?? NO_POINTS, weather) }
}

type Placed = Omit<Points, 'total' | 'weather'>

function withWeather(placed: Placed, weather: CityWeather): Omit<Points, 'total'> {
  return { ...placed, weather: placed.started_at.map(at => weatherAt(weather, Date.parse(at) / 1000)) }
}

const THERE =
  "toYYYYMM(i.started_at) IN {months:Array(UInt32)} AND i.started_at >= toDateTime64({sinceS:UInt32}, 3, 'UTC')"

const IN_HOURS = 'intDiv(toUnixTimestamp(i.started_at), 3600) IN {hours:Array(UInt32)}'

const NO_POINTS: Placed = {
  ...{ ids: [], started_at: [], types: [], titles: [], communities: [], quadrants: [] },
  ...{ longitudes: [], latitudes: [] },
}

/** groupArray passes over NULL, so what may be unknown is wrapped: columns must stay of equal length. */
const POINTS = `SELECT groupArray(p.incident_id) AS ids, groupArray(p.started_at) AS started_at, groupArray(p.type) AS types,
    groupArray(tuple(p.title)).1 AS titles, groupArray(tuple(p.community)).1 AS communities, groupArray(tuple(p.quadrant)).1 AS quadrants,
    groupArray(p.longitude) AS longitudes, groupArray(p.latitude) AS latitudes
  FROM (
    SELECT i.incident_id AS incident_id, i.started_at AS started_at, i.type AS type, i.title AS title, i.community AS community,
      i.quadrant AS quadrant, round(i.longitude, 6) AS longitude, round(i.latitude, 6) AS latitude
    FROM silver.incidents AS i WHERE @where ORDER BY i.started_at DESC, i.incident_id LIMIT {limit:UInt32}
  ) AS p`

/** All of the chosen ones as a Parquet file, newest first; what is made of the reports beside what they say. */
export function exportIncidents(
  engine: Pick<ReadEngine, 'stream'>,
  choice: IncidentChoice,
  signal?: AbortSignal,
): Promise<Readable> {
  const { sql: where, params } = conditionOf(choice)
  const options = { params, settings: SETTINGS, session: 'read' } as const
  return engine.stream(
    EXPORT.replace('@where', where),
    'Parquet',
    signal === undefined ? options : { ...options, signal },
  )
}

const EXPORT = `SELECT i.incident_id AS incident_id, i.started_at AS started_at, i.updated_at AS updated_at, i.local_date AS local_date,
    i.local_hour AS local_hour, i.utc_offset_min AS utc_offset_min, i.type AS type, i.title AS title, i.description AS description,
    i.road AS road, i.cross_street AS cross_street, i.direction AS direction, i.lanes_blocked AS lanes_blocked, i.community AS community,
    i.quadrant AS quadrant, i.signal AS signal, i.signal_m AS signal_m, i.latitude AS latitude, i.longitude AS longitude,
    i.repaired AS repaired, nullIf(sky.weather, '') AS weather, nullIf(sky.known_by, '') AS weather_known_by
  FROM silver.incidents AS i LEFT ANY JOIN gold.city_weather AS sky ON sky.window_start = toStartOfHour(i.started_at)
  WHERE @where ORDER BY i.started_at DESC, i.incident_id`
