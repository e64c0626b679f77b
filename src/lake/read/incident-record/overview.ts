import { DAY_MS } from '../../../core/time/spans.ts'
import type { Ask } from './ask.ts'
import { conditionOf, type IncidentChoice } from './choice.ts'

/** A city has some three hundred; a city of more shows those with most. */
export const MOST_COMMUNITIES = 400

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
  /** By the weather of the hour of the start; null where it is not known. */
  readonly weather: readonly { readonly weather: string | null; readonly incidents: number }[]
}

export async function readOverview(
  ask: Ask,
  choice: IncidentChoice,
  signal?: AbortSignal,
): Promise<Overview> {
  const { sql: where, params } = conditionOf(choice)
  const by = <T>(columns: string, more = '') =>
    ask<T>(
      `SELECT ${columns}, count() AS incidents FROM silver.incidents AS i WHERE ${where} GROUP BY ALL ${more}`,
      params,
      signal,
    )
  const [totals, known, counted, hours, types, quadrants, communities, weather] = await Promise.all([
    ask<Totals>(
      `SELECT count() AS total, countIf(i.repaired) AS repaired FROM silver.incidents AS i WHERE ${where}`,
      params,
      signal,
    ),
    ask<{ day: string }>(KNOWN_DAYS, range(choice), signal),
    by<{ day: string; incidents: number }>('toString(i.local_date) AS day'),
    by<Overview['hours'][number]>('i.weekday AS weekday, i.local_hour AS hour', 'ORDER BY weekday, hour'),
    by<Overview['types'][number]>('i.type AS type', MOST_FIRST),
    by<Overview['quadrants'][number]>('i.quadrant AS quadrant', MOST_FIRST),
    by<Overview['communities'][number]>(
      'i.community AS community',
      `${MOST_FIRST} LIMIT ${MOST_COMMUNITIES}`,
    ),
    ask<Overview['weather'][number]>(BY_WEATHER.replace('@where', where), params, signal),
  ])
  const { total, repaired } = totals[0] ?? { total: 0, repaired: 0 }
  const days = daysOf(
    known.map(({ day }) => day),
    counted,
    choice,
  )
  return { total, repaired, ...coveredBy(days), days, hours, types, quadrants, communities, weather }
}

const MOST_FIRST = 'ORDER BY incidents DESC'

const BY_WEATHER = `SELECT nullIf(sky.weather, '') AS weather, sum(h.incidents) AS incidents
  FROM (SELECT toStartOfHour(i.started_at) AS hour, count() AS incidents FROM silver.incidents AS i WHERE @where GROUP BY hour) AS h
  LEFT ANY JOIN gold.city_weather AS sky ON sky.window_start = h.hour GROUP BY weather ${MOST_FIRST}`

export function coveredBy(days: Overview['days']) {
  const withData = days.filter(({ incidents }) => incidents !== null).length
  return {
    first_day: days[0]?.day ?? null,
    last_day: days.at(-1)?.day ?? null,
    days_with_data: withData,
    days_without_data: days.length - withData,
  }
}

interface Totals {
  readonly total: number
  readonly repaired: number
}

/** Days on which the record has anything at all, whatever was chosen. */
const KNOWN_DAYS = `SELECT DISTINCT toString(d.local_date) AS day FROM gold.incident_daily_state AS d
  WHERE d.local_date >= {from:Date} AND d.local_date < {to:Date} ORDER BY day`

const range = ({ from, to }: IncidentChoice) => ({ from: from ?? '1970-01-01', to: to ?? '2149-06-06' })

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
