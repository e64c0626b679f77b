import type {
  Calendar,
  CityEvent,
  EventVersion,
  UtcOffset,
  WorkZone,
  ZoneVersion,
} from '../calendar/index.ts'
import { localWeekAt } from '../calendar/index.ts'
import type { Site } from '../city.ts'
import type { Dated, Feed } from './feed.ts'
import { instant } from './feed.ts'
import { deviceRecord, devicesOf } from './field-devices.ts'
import type { DeviceVersion, FieldDevice } from './field-devices.ts'

/** What is said in a week may be about the next one, or about roadworks that began two weeks before. */
const WEEKS_AROUND = [-2, -1, 0, 1] as const
const MOST_WEEKS = 16

interface Said<Thing, Version> {
  readonly thing: Thing
  readonly version: Version
}

/** Announcements, changes and cancellations of events. */
export function eventFeed(calendar: Calendar, offset: UtcOffset): Feed {
  const said = remembered((week): Said<CityEvent, EventVersion>[] => spread(calendar.week(week).events))
  return {
    stream: 'events',
    between: (fromMs, toMs) =>
      between(said, offset, fromMs, toMs).map(({ thing, version }) => eventRecord(thing, version)),
  }
}

/** Announcements, beginnings, prolongations and ends of roadworks. */
export function workZoneFeed(calendar: Calendar, offset: UtcOffset): Feed {
  const said = remembered((week): Said<WorkZone, ZoneVersion>[] => spread(calendar.week(week).zones))
  return {
    stream: 'work-zones',
    between: (fromMs, toMs) =>
      between(said, offset, fromMs, toMs).map(({ thing, version }) => zoneRecord(thing, version)),
  }
}

/** What stands beside roadworks while they last: it comes when they begin, and goes when they end. */
export function deviceFeed(calendar: Calendar, offset: UtcOffset): Feed {
  const said = remembered((week): Said<FieldDevice, DeviceVersion>[] =>
    spread(calendar.week(week).zones.flatMap(devicesOf)),
  )
  return {
    stream: 'field-devices',
    between: (fromMs, toMs) =>
      between(said, offset, fromMs, toMs).map(({ thing, version }) => deviceRecord(thing, version)),
  }
}

/** It is asked each second. */
function remembered<Answer>(ask: (week: number) => Answer): (week: number) => Answer {
  const answers = new Map<number, Answer>()
  return week => {
    const known = answers.get(week)
    if (known !== undefined) return known
    const answer = ask(week)
    if (answers.size >= MOST_WEEKS) answers.clear()
    answers.set(week, answer)
    return answer
  }
}

/** @param said what is said of the things of one week */
function between<Thing extends { readonly id: string }, Version extends { readonly atMs: number }>(
  said: (week: number) => Said<Thing, Version>[],
  offset: UtcOffset,
  fromMs: number,
  toMs: number,
): Said<Thing, Version>[] {
  const first = localWeekAt(fromMs, offset) + WEEKS_AROUND[0]
  const last = localWeekAt(toMs, offset) + (WEEKS_AROUND.at(-1) ?? 0)
  return Array.from({ length: last - first + 1 }, (_, i) => said(first + i))
    .flatMap(own => own.filter(({ version }) => version.atMs >= fromMs && version.atMs < toMs))
    .sort((a, b) => a.version.atMs - b.version.atMs)
}

function spread<Thing extends { readonly versions: readonly Version[] }, Version>(
  things: readonly (Thing & { readonly versions: readonly Version[] })[],
): Said<Thing, Version>[] {
  return things.flatMap(thing => thing.versions.map(version => ({ thing, version })))
}

function eventRecord(event: CityEvent, { atMs, status, startsAtMs, endsAtMs }: EventVersion): Dated {
  const { venue, road } = event
  const place = venue ?? middleOf(road?.sites ?? [])
  return {
    atMs,
    record: {
      event_id: event.id,
      updated_at: instant(atMs),
      kind: event.kind,
      title: event.title,
      status,
      starts_at: instant(startsAtMs),
      ends_at: instant(endsAtMs),
      ...(event.doorsBeforeMs === null ? {} : { doors_open_at: instant(startsAtMs - event.doorsBeforeMs) }),
      ...(venue === null ? {} : { venue_id: venue.id }),
      place: venue?.name ?? road?.name,
      latitude: place?.latitude,
      longitude: place?.longitude,
      ...(road === null ? {} : { line: lineString(road.coordinates) }),
      ...(event.attendance === null ? {} : { expected_attendance: event.attendance }),
      road_effect: status === 'cancelled' ? 'none' : event.roadEffect,
      description: event.description,
    },
  }
}

function zoneRecord(zone: WorkZone, { atMs, status, startsAtMs, endsAtMs }: ZoneVersion): Dated {
  const lanes = zone.road.sites[0]?.lanes ?? 2
  return {
    atMs,
    record: {
      work_zone_id: zone.id,
      updated_at: instant(atMs),
      event_type: zone.eventType,
      name: zone.name,
      description: zone.description,
      road_names: [zone.road.name],
      direction: zone.direction,
      starts_at: instant(startsAtMs),
      ends_at: instant(endsAtMs),
      start_verified: status !== 'planned',
      end_verified: status === 'completed',
      status,
      vehicle_impact: zone.vehicleImpact,
      ...(zone.eventType === 'work-zone'
        ? {
            work_zone_type: 'static',
            workers_present: status === 'active',
            lanes: lanesOf(zone, lanes),
            restrictions: [{ type: 'reduced-width', value: 300, unit: 'centimeters' }],
            types_of_work: zone.typeOfWork === null ? [] : [zone.typeOfWork],
          }
        : {}),
      ...(zone.speedLimitKmh === null ? {} : { speed_limit_kmh: zone.speedLimitKmh }),
      geometry: lineString(zone.road.coordinates),
      ...(zone.related.length === 0 ? {} : { related: zone.related }),
      data_source_id: 'simulator',
    },
  }
}

/** From the left; works are on the right. */
function lanesOf({ vehicleImpact, lanesClosed }: WorkZone, lanes: number) {
  return Array.from({ length: lanes }, (_, i) => ({
    order: i + 1,
    type: 'general',
    status:
      i < lanes - lanesClosed
        ? 'open'
        : vehicleImpact === 'alternating-one-way'
          ? 'alternating-flow'
          : 'closed',
  }))
}

function lineString(coordinates: readonly (readonly [number, number])[]) {
  return { type: 'LineString', coordinates }
}

function middleOf(sites: readonly Site[]): Site | undefined {
  return sites[Math.floor(sites.length / 2)]
}
