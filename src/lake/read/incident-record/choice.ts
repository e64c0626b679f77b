/** Which incidents are meant. Days and hours are the city's; empty lists mean all. */
export interface IncidentChoice {
  /** From this local day on, `2024-01-31`. */
  readonly from?: string | undefined
  /** Before this local day. */
  readonly to?: string | undefined
  readonly types?: readonly string[] | undefined
  readonly quadrants?: readonly string[] | undefined
  readonly communities?: readonly string[] | undefined
  /** 1 Monday … 7 Sunday. */
  readonly weekdays?: readonly number[] | undefined
  /** 0 … 23; from > to passes midnight. */
  readonly hourFrom?: number | undefined
  /** Inclusive. */
  readonly hourTo?: number | undefined
  /** As gold.city_weather calls the hour of the start; `unknown`: of which nothing is known. */
  readonly weather?: readonly string[] | undefined
  /** Words that stand in one of the texts, whatever their letter case. */
  readonly words?: string | undefined
  /** West, south, east, north in degrees. */
  readonly box?: readonly [number, number, number, number] | undefined
}

/** An hour of whose weather nothing is known is chosen by this word. */
export const UNKNOWN_WEATHER = 'unknown'

export interface Condition {
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
}

/** The condition over silver.incidents AS i. Re-posts and withdrawn reports are never meant. */
export function conditionOf(choice: IncidentChoice): Condition {
  const params: Record<string, unknown> = {}
  const parts = ['NOT i.is_repost', 'NOT i.withdrawn']
  const add = (sql: string, given: Readonly<Record<string, unknown>>) => {
    parts.push(sql)
    Object.assign(params, given)
  }
  if (choice.from !== undefined) add('i.local_date >= {from:Date}', { from: choice.from })
  if (choice.to !== undefined) add('i.local_date < {to:Date}', { to: choice.to })
  // The table is cut and sorted by the instant: two days of room take in every offset.
  if (choice.from !== undefined)
    parts.push("i.started_at >= toDateTime64({from:Date}, 3, 'UTC') - INTERVAL 2 DAY")
  if (choice.to !== undefined) parts.push("i.started_at < toDateTime64({to:Date}, 3, 'UTC') + INTERVAL 2 DAY")
  const anyOf = (column: string, values: readonly unknown[] | undefined, type: string) => {
    if (values !== undefined && values.length > 0)
      add(`i.${column} IN {${column}:Array(${type})}`, { [column]: values })
  }
  anyOf('type', choice.types, 'String')
  anyOf('quadrant', choice.quadrants, 'String')
  anyOf('community', choice.communities, 'String')
  anyOf('weekday', choice.weekdays, 'UInt8')
  addHours(choice, add)
  addWeather(choice.weather, add)
  if (choice.words !== undefined)
    add(
      "(positionCaseInsensitiveUTF8(ifNull(i.title, ''), {words:String}) > 0 OR positionCaseInsensitiveUTF8(ifNull(i.description, ''), {words:String}) > 0)",
      { words: choice.words },
    )
  if (choice.box !== undefined) {
    const [west, south, east, north] = choice.box
    add(
      'i.longitude BETWEEN {west:Float64} AND {east:Float64} AND i.latitude BETWEEN {south:Float64} AND {north:Float64}',
      { west, south, east, north },
    )
  }
  return { sql: parts.join(' AND '), params }
}

function addHours(
  { hourFrom = 0, hourTo = 23 }: IncidentChoice,
  add: (sql: string, given: Readonly<Record<string, unknown>>) => void,
): void {
  if (hourFrom === 0 && hourTo === 23) return
  const passesMidnight = hourFrom > hourTo
  add(`(i.local_hour >= {hourFrom:UInt8} ${passesMidnight ? 'OR' : 'AND'} i.local_hour <= {hourTo:UInt8})`, {
    hourFrom,
    hourTo,
  })
}

function addWeather(
  weather: readonly string[] | undefined,
  add: (sql: string, given: Readonly<Record<string, unknown>>) => void,
): void {
  if (weather === undefined || weather.length === 0) return
  const hour = 'toStartOfHour(i.started_at)'
  const known = `${hour} IN (SELECT w.window_start FROM gold.city_weather AS w WHERE w.weather IN {weather:Array(String)})`
  const unknown = `${hour} NOT IN (SELECT w.window_start FROM gold.city_weather AS w)`
  add(weather.includes(UNKNOWN_WEATHER) ? `(${known} OR ${unknown})` : known, { weather })
}
