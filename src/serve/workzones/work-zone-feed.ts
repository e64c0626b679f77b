import { z } from 'zod'
import {
  BesidesWzdx,
  LaneWzdx,
  RelatedWzdx,
  RestrictionWzdx,
  TypeOfWorkWzdx,
  WorkerPresenceWzdx,
} from '../../core/schema/wzdx-feed.ts'
import { feedHead } from './feed-head.ts'
import type { Feed, FeedHead, SilverRow } from './feed-head.ts'

/**
 * Rows of `silver.work_zones` as a WZDx 4.2 WorkZoneFeed. What the standard demands and nobody said is "unknown" or not
 * verified; what was said in words the standard does not have is left out.
 */
export function workZoneFeed(rows: readonly SilverRow[], head: FeedHead): Feed {
  return {
    ...feedHead(rows, head, row => sourceId(row, head)),
    type: 'FeatureCollection',
    features: rows.map(row => featureOf(row, head)),
  }
}

function sourceId({ data_source_id }: SilverRow, { sourceId: own }: FeedHead): string {
  return typeof data_source_id === 'string' ? data_source_id : own
}

function featureOf(row: SilverRow, head: FeedHead): unknown {
  const details = objectOf(row['details'])
  const isZone = row['event_type'] !== 'detour'
  return {
    id: row['work_zone_id'],
    type: 'Feature',
    properties: {
      core_details: {
        data_source_id: sourceId(row, head),
        event_type: row['event_type'],
        ...said(row, { name: 'name', description: 'description' }),
        road_names: namesOf(row['road_names']),
        direction: row['direction'],
        ...checked(
          { related_road_events: z.array(RelatedWzdx) },
          { related_road_events: parsed(row['related']) },
        ),
        ...checked({ creation_date: z.iso.datetime({ offset: true }) }, details),
        update_date: row['updated_at'],
      },
      ...checked(BesidesWzdx, details),
      start_date: row['starts_at'],
      end_date: row['ends_at'],
      is_start_date_verified: row['start_verified'] === true,
      is_end_date_verified: row['end_verified'] === true,
      ...said(row, { event_status: 'status' }),
      ...(isZone ? zoneOf(row, details) : {}),
    },
    geometry: parsed(row['geometry']),
  }
}

function zoneOf(row: SilverRow, details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const besides = checked(BesidesWzdx, details)
  const typesOfWork = Array.isArray(row['types_of_work']) ? (row['types_of_work'] as readonly unknown[]) : []
  const known = parsedList(TypeOfWorkWzdx, details['types_of_work'])
  const types = typesOfWork.flatMap(
    type_name =>
      known.find(one => one.type_name === type_name) ?? parsedList(TypeOfWorkWzdx, [{ type_name }]),
  )
  const present = row['workers_present']
  const presence = WorkerPresenceWzdx.safeParse(details['worker_presence'])
  return {
    location_method: besides['location_method'] ?? 'unknown',
    is_start_position_verified:
      besides['is_start_position_verified'] ?? besides['beginning_accuracy'] === 'verified',
    is_end_position_verified:
      besides['is_end_position_verified'] ?? besides['ending_accuracy'] === 'verified',
    vehicle_impact: row['vehicle_impact'] ?? 'unknown',
    ...said(row, { work_zone_type: 'work_zone_type' }),
    ...(typeof present !== 'boolean'
      ? {}
      : {
          worker_presence:
            presence.data?.are_workers_present === present ? presence.data : { are_workers_present: present },
        }),
    ...(row['speed_limit_kmh'] === null || row['speed_limit_kmh'] === undefined
      ? {}
      : { reduced_speed_limit_kph: Number(row['speed_limit_kmh']) }),
    ...checked(
      { lanes: z.array(LaneWzdx), restrictions: z.array(RestrictionWzdx) },
      { lanes: parsed(row['lanes']), restrictions: parsed(row['restrictions']) },
    ),
    ...(types.length === 0 ? {} : { types_of_work: types }),
  }
}

/** At least one name is demanded. */
function namesOf(names: unknown): readonly unknown[] {
  return Array.isArray(names) && names.length > 0 ? (names as readonly unknown[]) : ['unnamed']
}

/** Columns under the names of the standard, where they say something. */
function said(row: SilverRow, names: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(names)
      .map(([name, column]) => [name, row[column]] as const)
      .filter(([, value]) => value !== null && value !== undefined),
  )
}

/** Those of the values that are as the standard wants them. */
function checked(
  shape: Readonly<Record<string, z.ZodType>>,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(shape).flatMap(([name, schema]) => {
      const value = values[name]
      return value !== undefined && value !== null && schema.safeParse(value).success ? [[name, value]] : []
    }),
  )
}

function parsedList<T>(schema: z.ZodType<T>, value: unknown): T[] {
  return Array.isArray(value) ? value.flatMap(one => schema.safeParse(one).data ?? []) : []
}

/** A column of JSON. */
export function parsed(column: unknown): unknown {
  return typeof column === 'string' ? (JSON.parse(column) as unknown) : (column ?? undefined)
}

export function objectOf(column: unknown): Readonly<Record<string, unknown>> {
  const value = parsed(column)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}
