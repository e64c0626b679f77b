import { z } from 'zod'
import { iso, PAGE, queryText } from '../../api/query-text.ts'
import {
  instant,
  maybeFlag,
  maybeInstant,
  maybeJson,
  maybeNumber,
  maybeText,
  rowsQuery,
  texts,
} from '../../api/rows.ts'

const EventRow = z.object({
  event_id: z.string(),
  updated_at: maybeInstant,
  kind: z.string(),
  title: z.string(),
  status: maybeText,
  starts_at: instant,
  ends_at: instant,
  doors_open_at: maybeInstant,
  venue_id: maybeText,
  place: maybeText,
  latitude: maybeNumber,
  longitude: maybeNumber,
  line: maybeJson,
  expected_attendance: maybeNumber,
  road_effect: maybeText,
  description: maybeText,
  url: maybeText,
  withdrawn: maybeFlag,
})
const VenueRow = z.object({
  venue_id: z.string(),
  name: z.string(),
  latitude: z.coerce.number(),
  longitude: z.coerce.number(),
  capacity: maybeNumber,
})
const ZoneRow = z.object({
  work_zone_id: z.string(),
  updated_at: maybeInstant,
  event_type: z.string(),
  name: maybeText,
  description: maybeText,
  road_names: texts,
  direction: maybeText,
  starts_at: instant,
  ends_at: instant,
  start_verified: maybeFlag,
  end_verified: maybeFlag,
  status: maybeText,
  vehicle_impact: maybeText,
  work_zone_type: maybeText,
  workers_present: maybeFlag,
  speed_limit_kmh: maybeNumber,
  lanes: maybeJson,
  restrictions: maybeJson,
  types_of_work: texts,
  geometry: maybeJson,
  related: maybeJson,
  withdrawn: maybeFlag,
})
const ConflictRow = z.object({
  kind: z.string(),
  id: z.string(),
  other_kind: z.string(),
  other_id: z.string(),
  starts_at: instant,
  ends_at: instant,
  distance_m: maybeNumber,
  is_near: maybeFlag,
  why: maybeText,
})
export type ConflictRow = z.infer<typeof ConflictRow>
export type EventRow = z.infer<typeof EventRow>
export type VenueRow = z.infer<typeof VenueRow>
export type ZoneRow = z.infer<typeof ZoneRow>

export const eventsQuery = rowsQuery(`/v1/events?limit=${PAGE}`, EventRow)
export const venuesQuery = rowsQuery(`/v1/venues?limit=${PAGE}`, VenueRow, 5 * 60_000)
export const zonesQuery = rowsQuery(`/v1/work-zones?limit=${PAGE}`, ZoneRow)

/** What gets in each other's way and is not over at `hourMs`, a whole hour. */
export const conflictsQuery = (hourMs: number) =>
  rowsQuery(
    `/v1/gold/conflicts?${queryText({ ends_at_from: iso(hourMs), limit: PAGE })}`,
    ConflictRow,
    60_000,
    // Said by gold from these.
    ['events', 'venues', 'work-zones'],
  )

/** All that was ever said of one event, or of one work zone, as the lake keeps it. */
export const versionsQuery = (kind: 'event' | 'zone', id: string) =>
  rowsQuery(
    `/v1/${kind === 'event' ? 'events' : 'work-zones'}/${encodeURIComponent(id)}/versions`,
    z.record(z.string(), z.unknown()),
  )
