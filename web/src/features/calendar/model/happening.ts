import type { Position } from '../../../map/overlay/overlay.ts'
import type { EventRow, VenueRow, ZoneRow } from '../queries.ts'
import { pathsOf } from './geometry.ts'

/** An event or a work zone: what takes place in the city, from when until when. */
export interface Happening {
  /** Unlike any other's. */
  readonly key: string
  readonly kind: 'event' | 'zone'
  readonly id: string
  /** concert, match, …; of work zones work-zone or detour. */
  readonly type: string
  readonly title: string
  readonly startMs: number
  readonly endMs: number
  /** When people begin to come. */
  readonly doorsMs: number | null
  readonly status: string | null
  /** Venue, place or roads, in words. */
  readonly where: string | null
  readonly paths: readonly (readonly Position[])[]
  /** Counts for the whole city, such as a holiday. */
  readonly cityWide: boolean
  /** Lasts for months and is no news. */
  readonly ground: boolean
  /** An event that a work zone tells too, and better: it stays out of lists and off the map. */
  readonly twin: boolean
  /** Does it take room from traffic? */
  readonly restricts: boolean
  readonly event: EventRow | null
  readonly zone: ZoneRow | null
}

export type Phase = 'planned' | 'active' | 'over' | 'cancelled'

/** Of the whole city where they have no place. */
const CITY_WIDE = new Set(['holiday', 'school'])
/** A term lasts for months: it is a ground for other days, not news of one. */
const TERM = 'school-term/'
const OPEN = new Set(['all-lanes-open', 'unknown'])
/** Of events that say how they touch the roads. */
const CLOSES = new Set(['partly_closed', 'closed'])

export function happeningsOf(
  events: readonly EventRow[],
  venues: readonly VenueRow[],
  zones: readonly ZoneRow[],
): Happening[] {
  const works = new Set(zones.map(zone => worksKey(zone.name, zone.starts_at, zone.ends_at)))
  const byId = new Map(venues.map(venue => [venue.venue_id, venue]))
  return [
    ...events
      .filter(event => event.withdrawn !== true)
      .map(event => ({
        ...ofEvent(event, byId.get(event.venue_id ?? '')),
        twin: event.kind === 'roadwork' && works.has(worksKey(event.title, event.starts_at, event.ends_at)),
      })),
    ...zones.filter(zone => zone.withdrawn !== true).map(ofZone),
  ].sort((a, b) => a.startMs - b.startMs || a.title.localeCompare(b.title) || a.key.localeCompare(b.key))
}

function worksKey(name: string | null, startMs: number, endMs: number): string {
  return [name, startMs, endMs].join('|')
}

function ofEvent(event: EventRow, venue: VenueRow | undefined): Happening {
  const line = pathsOf(event.line)
  const { latitude = venue?.latitude ?? null, longitude = venue?.longitude ?? null } = ownPlace(event)
  const placed: Position[][] = latitude === null || longitude === null ? [] : [[[longitude, latitude]]]
  return {
    key: `event:${event.event_id}`,
    kind: 'event',
    id: event.event_id,
    type: event.kind,
    title: event.title,
    startMs: event.starts_at,
    endMs: event.ends_at,
    doorsMs: event.doors_open_at,
    status: event.status,
    where: venue?.name ?? event.place,
    paths: line.length > 0 ? line : placed,
    cityWide: CITY_WIDE.has(event.kind) && line.length === 0 && placed.length === 0,
    ground: event.event_id.startsWith(TERM),
    twin: false,
    restricts: CLOSES.has(event.road_effect ?? ''),
    event,
    zone: null,
  }
}

/** An event's own place wins over its venue's. */
function ownPlace({ latitude, longitude }: EventRow): { latitude?: number; longitude?: number } {
  return latitude === null || longitude === null ? {} : { latitude, longitude }
}

function ofZone(zone: ZoneRow): Happening {
  const roads = zone.road_names.join(', ')
  return {
    key: `zone:${zone.work_zone_id}`,
    kind: 'zone',
    id: zone.work_zone_id,
    type: zone.event_type,
    title: zone.name ?? (roads === '' ? zone.work_zone_id : roads),
    startMs: zone.starts_at,
    endMs: zone.ends_at,
    doorsMs: null,
    status: zone.status,
    where: roads === '' ? null : roads,
    paths: pathsOf(zone.geometry),
    cityWide: false,
    ground: false,
    twin: false,
    restricts: zone.event_type !== 'detour' && !OPEN.has(zone.vehicle_impact ?? 'unknown'),
    event: null,
    zone,
  }
}

/** How it stands at a moment. Works that were to begin but that nobody has called active are still planned, as WZDx has it. */
export function phaseOf({ status, startMs, endMs, kind }: Happening, nowMs: number): Phase {
  if (status === 'cancelled') return 'cancelled'
  if (status === 'completed' || nowMs >= endMs) return 'over'
  if (nowMs < startMs) return 'planned'
  return kind === 'zone' && (status === 'planned' || status === 'pending') ? 'planned' : 'active'
}
