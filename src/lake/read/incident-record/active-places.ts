import type { Ask } from './ask.ts'

/** A work zone or an event that had begun: where, and from when until when it was planned. */
export interface ActivePlaceRow {
  readonly kind: 'work_zone' | 'event'
  readonly id: string
  readonly name: string
  readonly latitude: number
  readonly longitude: number
  readonly startMs: number
  readonly endMs: number
}

/** Those that began last. */
const MOST = 300

/** Work zones and events with a place that had begun before an instant, the newest first. */
export function readActivePlaces(
  ask: Ask,
  beforeMs: number,
  signal?: AbortSignal,
): Promise<ActivePlaceRow[]> {
  return ask(PLACES, { beforeS: Math.floor(beforeMs / 1000), most: MOST }, signal)
}

/** Works lie where the middle of their vertices is; what has no place, and a detour, is left out. */
const PLACES = `SELECT p.kind AS kind, p.id AS id, p.name AS name, p.middle.2 AS latitude, p.middle.1 AS longitude,
    toUnixTimestamp64Milli(p.starts_at) AS startMs, toUnixTimestamp64Milli(p.ends_at) AS endMs
  FROM (
    SELECT 'work_zone' AS kind, z.work_zone_id AS id, coalesce(z.name, arrayElement(z.road_names, 1)) AS name, z.starts_at AS starts_at,
      z.ends_at AS ends_at, JSONExtractArrayRaw(z.geometry, 'coordinates') AS vertices,
      if(empty(vertices), NULL, (arrayAvg(v -> JSONExtractFloat(v, 1), vertices), arrayAvg(v -> JSONExtractFloat(v, 2), vertices))) AS middle
    FROM silver.work_zones AS z WHERE z.event_type = 'work-zone' AND ifNull(z.status, '') NOT IN ('cancelled', 'planned', 'pending')
    UNION ALL
    SELECT 'event', e.event_id, e.title, least(e.starts_at, ifNull(e.doors_open_at, e.starts_at)), e.ends_at, [],
      if(coalesce(e.latitude, v.latitude) IS NULL OR coalesce(e.longitude, v.longitude) IS NULL, NULL,
        (assumeNotNull(coalesce(e.longitude, v.longitude)), assumeNotNull(coalesce(e.latitude, v.latitude))))
    FROM silver.events AS e
      LEFT ANY JOIN (
        SELECT toNullable(n.venue_id) AS venue_id, toNullable(n.latitude) AS latitude, toNullable(n.longitude) AS longitude FROM silver.venues AS n
      ) AS v ON v.venue_id = e.venue_id WHERE e.status != 'cancelled'
  ) AS p
  WHERE p.middle IS NOT NULL AND p.starts_at < toDateTime64({beforeS:UInt32}, 3, 'UTC') AND p.ends_at > p.starts_at
  ORDER BY p.starts_at DESC, p.id LIMIT {most:UInt32}`
