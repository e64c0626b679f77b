import { DAY_MS } from '../../../core/time/spans.ts'
import { SETTINGS, type ReadEngine, type ReadOptions } from '../read-engine.ts'
import { conditionOf, type IncidentChoice } from './choice.ts'

export type { IncidentChoice } from './choice.ts'

/** A city has some three hundred; a city of more shows those with most. */
const COMMUNITIES = 400

export interface Overview {
  readonly total: number
  readonly first_day: string | null
  readonly last_day: string | null
  readonly days_with_data: number
  readonly days_without_data: number
  readonly repaired: number
  /** In order, none left out; null where the whole record has nothing: a gap. */
  readonly days: readonly { readonly day: string; readonly incidents: number | null }[]
  readonly hours: readonly { readonly weekday: number; readonly hour: number; readonly incidents: number }[]
  readonly types: readonly { readonly type: string; readonly incidents: number }[]
  readonly quadrants: readonly { readonly quadrant: string | null; readonly incidents: number }[]
  readonly communities: readonly { readonly community: string | null; readonly incidents: number }[]
}

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
}

/** Reads the incident record for the page. */
export interface IncidentReader {
  overview(choice: IncidentChoice, signal?: AbortSignal): Promise<Overview>
  /** The newest `limit` of the chosen ones. */
  points(choice: IncidentChoice, limit: number, signal?: AbortSignal): Promise<Points>
  /** Null where there is none of that id. */
  incident(id: string, signal?: AbortSignal): Promise<Readonly<Record<string, unknown>> | null>
}

export function incidentReader(engine: ReadEngine): IncidentReader {
  const query = <T>(sql: string, params: Readonly<Record<string, unknown>>, signal?: AbortSignal) => {
    const options: ReadOptions = { params, settings: SETTINGS, session: 'read' }
    return engine.query<T>(sql, signal === undefined ? options : { ...options, signal })
  }
  return {
    overview: async (choice, signal) => {
      const { sql: where, params } = conditionOf(choice)
      const by = <T>(columns: string, more = '') =>
        query<T>(
          `SELECT ${columns}, count() AS incidents FROM silver.incidents AS i WHERE ${where} GROUP BY ALL ${more}`,
          params,
          signal,
        )
      const most = `ORDER BY incidents DESC LIMIT ${COMMUNITIES}`
      const [totals, known, days, hours, types, quadrants, communities] = await Promise.all([
        query<Totals>(
          `SELECT count() AS total, countIf(i.repaired) AS repaired FROM silver.incidents AS i WHERE ${where}`,
          params,
          signal,
        ),
        query<{ day: string }>(KNOWN_DAYS, range(choice), signal),
        by<{ day: string; incidents: number }>('toString(i.local_date) AS day'),
        by<Overview['hours'][number]>('i.weekday AS weekday, i.local_hour AS hour', 'ORDER BY weekday, hour'),
        by<Overview['types'][number]>('i.type AS type', 'ORDER BY incidents DESC'),
        by<Overview['quadrants'][number]>('i.quadrant AS quadrant', 'ORDER BY incidents DESC'),
        by<Overview['communities'][number]>('i.community AS community', most),
      ])
      const { total, repaired } = totals[0] ?? { total: 0, repaired: 0 }
      const calendar = daysOf(
        known.map(({ day }) => day),
        days,
        choice,
      )
      const withData = calendar.filter(({ incidents }) => incidents !== null).length
      return {
        total,
        first_day: calendar[0]?.day ?? null,
        last_day: calendar.at(-1)?.day ?? null,
        days_with_data: withData,
        days_without_data: calendar.length - withData,
        repaired,
        days: calendar,
        hours,
        types,
        quadrants,
        communities,
      }
    },
    points: async (choice, limit, signal) => {
      const { sql: where, params } = conditionOf(choice)
      const [counted, columns] = await Promise.all([
        query<{ total: number }>(
          `SELECT count() AS total FROM silver.incidents AS i WHERE ${where}`,
          params,
          signal,
        ),
        query<Omit<Points, 'total'>>(POINTS.replace('@where', where), { ...params, limit }, signal),
      ])
      return { total: counted[0]?.total ?? 0, ...(columns[0] ?? NO_POINTS) }
    },
    incident: async (id, signal) => {
      const [[found], versions, links] = await Promise.all([
        query<Record<string, unknown>>(INCIDENT, { id }, signal),
        query<Record<string, unknown>>(VERSIONS, { id }, signal),
        query<Record<string, unknown>>(LINKS, { id }, signal),
      ])
      return found === undefined ? null : { ...found, versions, links }
    },
  }
}

const NO_POINTS: Omit<Points, 'total'> = {
  ...{ ids: [], started_at: [], types: [], titles: [], communities: [], quadrants: [] },
  ...{ longitudes: [], latitudes: [] },
}

interface Totals {
  readonly total: number
  readonly repaired: number
}

/** Days on which the record has anything at all, whatever was chosen. */
const KNOWN_DAYS = `SELECT DISTINCT toString(d.local_date) AS day FROM gold.incident_daily_state AS d
  WHERE d.local_date >= {from:Date} AND d.local_date < {to:Date} ORDER BY day`

const range = ({ from, to }: IncidentChoice) => ({ from: from ?? '1970-01-01', to: to ?? '2149-06-06' })

/** groupArray passes over NULL, so what may be unknown is wrapped: columns must stay of equal length. */
const POINTS = `SELECT groupArray(p.incident_id) AS ids, groupArray(p.started_at) AS started_at, groupArray(p.type) AS types,
    groupArray(tuple(p.title)).1 AS titles, groupArray(tuple(p.community)).1 AS communities, groupArray(tuple(p.quadrant)).1 AS quadrants,
    groupArray(p.longitude) AS longitudes, groupArray(p.latitude) AS latitudes
  FROM (
    SELECT i.incident_id AS incident_id, i.started_at AS started_at, i.type AS type, i.title AS title, i.community AS community,
      i.quadrant AS quadrant, round(i.longitude, 6) AS longitude, round(i.latitude, 6) AS latitude
    FROM silver.incidents AS i WHERE @where ORDER BY i.started_at DESC, i.incident_id LIMIT {limit:UInt32}
  ) AS p`

const INCIDENT = `SELECT incident_id, started_at, updated_at, utc_offset_min, type, title, description, road, cross_street, direction, lanes,
    lanes_blocked, quadrant, is_quadrant_doubtful, community, signal, signal_m, latitude, longitude, repaired, original_started_at,
    is_repost, repost_of, withdrawn
  FROM silver.incidents WHERE incident_id = {id:String} LIMIT 1`

const VERSIONS = `SELECT version, updated_at, reported_as, changed, title, description, quadrant, withdrawn
  FROM silver.incident_history WHERE incident_id = {id:String} ORDER BY version`

const LINKS = `SELECT incident_id, linked_to, kind, distance_m, evidence, undone FROM silver.incident_links
  WHERE incident_id = {id:String} OR linked_to = {id:String} OR event_id = {id:String} ORDER BY incident_id, linked_to`

/** Every day from the first known one to the last; of a day that is known but has none of the chosen ones, zero. */
function daysOf(
  known: readonly string[],
  counted: readonly { readonly day: string; readonly incidents: number }[],
  choice: IncidentChoice,
): Overview['days'] {
  const [first] = known
  const last = known.at(-1)
  if (first === undefined || last === undefined) return []
  const isKnown = new Set(known)
  const incidents = new Map(counted.map(one => [one.day, one.incidents]))
  const beginMs = Date.parse(choice.from !== undefined && choice.from > first ? choice.from : first)
  const days: { day: string; incidents: number | null }[] = []
  for (let ms = beginMs; ms <= Date.parse(last); ms += DAY_MS) {
    const day = new Date(ms).toISOString().slice(0, 10)
    days.push({ day, incidents: isKnown.has(day) ? (incidents.get(day) ?? 0) : null })
  }
  return days
}
