import type { Ask } from './ask.ts'

/** What is known of one incident, with its versions and links; null where there is none of that id. */
export async function readIncident(
  ask: Ask,
  id: string,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | null> {
  const of = (sql: string) => ask<Record<string, unknown>>(sql, { id }, signal)
  const [[found], versions, links] = await Promise.all([of(INCIDENT), of(VERSIONS), of(LINKS)])
  return found === undefined ? null : { ...found, versions, links }
}

const INCIDENT = `SELECT incident_id, started_at, updated_at, utc_offset_min, type, title, description, road, cross_street, direction, lanes,
    lanes_blocked, quadrant, is_quadrant_doubtful, community, signal, signal_m, latitude, longitude, repaired, original_started_at,
    is_repost, repost_of, withdrawn, nullIf(sky.weather, '') AS weather, nullIf(sky.known_by, '') AS weather_known_by
  FROM silver.incidents AS i LEFT ANY JOIN gold.city_weather AS sky ON sky.window_start = toStartOfHour(i.started_at) WHERE incident_id = {id:String} LIMIT 1`

const VERSIONS = `SELECT version, updated_at, reported_as, changed, title, description, quadrant, withdrawn
  FROM silver.incident_history WHERE incident_id = {id:String} ORDER BY version`

const LINKS = `SELECT incident_id, linked_to, kind, distance_m, evidence, undone FROM silver.incident_links
  WHERE incident_id = {id:String} OR linked_to = {id:String} OR event_id = {id:String} ORDER BY incident_id, linked_to`
