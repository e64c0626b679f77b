import type { Ask } from './ask.ts'

/** Sites with a place, and the vehicles that were counted at them on whole days. */
export interface SiteDays {
  readonly sites: readonly CountingSite[]
  /** Columns of equal length, one row a site and day: place in `sites`, day since 1970-01-01 by the given offset, vehicles. */
  readonly site: readonly number[]
  readonly day: readonly number[]
  readonly vehicles: readonly number[]
}

export interface CountingSite {
  readonly id: string
  readonly name: string | null
  readonly latitude: number
  readonly longitude: number
}

export interface SiteDaysAsked {
  /** Days since 1970-01-01, both included. */
  readonly fromDay: number
  readonly toDay: number
  /** Of the days: local time minus UTC, s. */
  readonly offsetS: number
}

/** A day with fewer of its readings than this says too little of its traffic. */
const LEAST_SHARE = 0.8

/** Counts of vehicles by site and day. A day of which too little was measured, or without counts, is left out. */
export async function readSiteDays(
  ask: Ask,
  { fromDay, toDay, offsetS }: SiteDaysAsked,
  signal?: AbortSignal,
): Promise<SiteDays> {
  const sites = await ask<CountingSite>(SITES, {}, signal)
  const [fromS, toS] = [fromDay * DAY_S - offsetS, (toDay + 1) * DAY_S - offsetS]
  const params = { fromS: within(fromS), toS: within(toS), offsetS, share: LEAST_SHARE * HOURS }
  const [days] = await ask<{ ids: string[]; days: number[]; vehicles: number[] }>(DAYS, params, signal)
  const at = new Map(sites.map(({ id }, i) => [id, i]))
  const { ids = [], days: day = [], vehicles = [] } = days ?? {}
  const site = ids.map(id => at.get(id) ?? -1)
  const known = <T>(values: readonly T[]) => values.filter((_, row) => site[row] !== -1)
  return { sites, site: known(site), day: known(day), vehicles: known(vehicles) }
}

const HOURS = 24
const DAY_S = 86_400
/** As far as the engine's instants reach. */
const within = (seconds: number) => Math.max(0, Math.min(2 ** 32 - 1, seconds))

const SITES = `SELECT i.intersection_id AS id, i.name AS name, assumeNotNull(i.latitude) AS latitude, assumeNotNull(i.longitude) AS longitude
  FROM lake.intersections AS i WHERE i.latitude IS NOT NULL AND i.longitude IS NOT NULL ORDER BY id`

/** vehicles_n counts the readings that say how many vehicles passed. */
const DAYS = `SELECT groupArray(d.id) AS ids, groupArray(d.day) AS days, groupArray(d.vehicles) AS vehicles
  FROM (
    SELECT s.intersection_id AS id, toInt32(intDiv(toInt64(toUnixTimestamp(s.window_start)) + {offsetS:Int32}, ${DAY_S})) AS day,
      sum(s.vehicles) AS vehicles, sum(s.vehicles_n) AS counts
    FROM gold.intersection_metrics_state AS s
    WHERE s.window_start >= toDateTime({fromS:UInt32}, 'UTC') AND s.window_start < toDateTime({toS:UInt32}, 'UTC')
    GROUP BY id, day
  ) AS d
  INNER JOIN lake.intersections AS i ON i.intersection_id = d.id
  WHERE d.counts > 0 AND d.counts >= {share:Float64} * i.expected_per_hour`
