import { HOUR_MS, MINUTE_MS } from '../../../../src/serve/contract/spans.ts'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useCityNowMs } from '../../api/live-context.tsx'
import { useHasRows } from '../../api/streams.ts'
import { NO_OVERLAY, type Overlay } from '../../map/overlay/overlay.ts'
import { useTimeZone } from '../../ui/address.ts'
import { calendarOverlay } from './model/calendar-overlay.ts'
import { conflictsOf, type Conflict } from './model/conflicts.ts'
import { happeningsOf, type Happening } from './model/happening.ts'
import {
  conflictsQuery,
  eventsQuery,
  venuesQuery,
  zonesQuery,
  type ConflictRow,
  type EventRow,
  type VenueRow,
  type ZoneRow,
} from './queries.ts'

const NO_EVENTS: readonly EventRow[] = []
const NO_VENUES: readonly VenueRow[] = []
const NO_ZONES: readonly ZoneRow[] = []
const NO_CONFLICTS: readonly ConflictRow[] = []

/** Events and work zones, by time. `known` is false where this server has no list of either. */
export function useHappenings() {
  const events = useQuery({ ...eventsQuery, enabled: useHasRows('events') })
  const venues = useQuery({ ...venuesQuery, enabled: useHasRows('venues') })
  const zones = useQuery({ ...zonesQuery, enabled: useHasRows('work-zones') })
  const eventRows = events.data ?? NO_EVENTS
  const venueRows = venues.data ?? NO_VENUES
  const zoneRows = zones.data ?? NO_ZONES
  const happenings = useMemo(
    () => cachedHappenings(eventRows, venueRows, zoneRows),
    [eventRows, venueRows, zoneRows],
  )
  return {
    happenings,
    loading: events.isLoading || zones.isLoading,
    known: events.data !== null || zones.data !== null,
    error: events.error ?? zones.error,
    retry: () => void Promise.all([events.refetch(), zones.refetch()]),
  }
}

let latest: {
  readonly of: readonly [unknown, unknown, unknown]
  readonly made: readonly Happening[]
} | null = null

/** Several panels ask for the same; it is made once. */
function cachedHappenings(
  events: readonly EventRow[],
  venues: readonly VenueRow[],
  zones: readonly ZoneRow[],
): readonly Happening[] {
  if (latest?.of[0] !== events || latest.of[1] !== venues || latest.of[2] !== zones)
    latest = { of: [events, venues, zones], made: happeningsOf(events, venues, zones) }
  return latest.made
}

/** Conflicts that are not over. */
export function useConflicts(happenings: readonly Happening[]): readonly Conflict[] {
  const nowMs = useCityNowMs(MINUTE_MS)
  const hasZones = useHasRows('work-zones')
  const hasEvents = useHasRows('events')
  const known = hasZones || hasEvents
  const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS
  const { data } = useQuery({ ...conflictsQuery(hourMs), enabled: known, placeholderData: before => before })
  const rows = data ?? NO_CONFLICTS
  const all = useMemo(() => conflictsOf(rows, happenings), [rows, happenings])
  return useMemo(() => all.filter(({ toMs }) => toMs > nowMs), [all, nowMs])
}

/** A layer of the map. */
export function useCalendarOverlay(
  kind: Happening['kind'],
  on: boolean,
): { overlay: Overlay; count: number } {
  const { happenings } = useHappenings()
  const nowMs = useCityNowMs(MINUTE_MS)
  const timeZone = useTimeZone()
  const overlay = useMemo(
    () => calendarOverlay(happenings, kind, nowMs, timeZone),
    [happenings, kind, nowMs, timeZone],
  )
  return { overlay: on ? overlay : NO_OVERLAY, count: overlay.signs.length }
}
