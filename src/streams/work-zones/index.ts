import type { Stream } from '../../core/stream/index.ts'
import { geometryFault } from '../../core/schema/geometry.ts'
import { DIRECTIONS, VEHICLE_IMPACTS, WORK_ZONE_STATUSES, WORK_ZONE_TYPES } from '../../core/schema/wzdx.ts'

/** Roadworks and the ways around them, in the words of the Work Zone Data Exchange (WZDx 4.2). */
export const workZones = {
  name: 'work-zones',
  title: 'Work zones',
  says: 'Work on a road or a detour around it, in one direction, in its newest version',
  fields: {
    work_zone_id: {
      type: 'text',
      says: 'The work zone or detour',
      maxChars: 256,
      required: true,
      filter: true,
    },
    updated_at: { type: 'instant', says: 'When this version of it was made', required: true },
    event_type: {
      type: 'choice',
      says: 'What it is',
      values: ['work-zone', 'detour'],
      required: true,
      filter: true,
    },
    name: { type: 'text', says: 'What it is called', maxChars: 256 },
    description: { type: 'text', says: 'More about it', maxChars: 8192, long: true },
    road_names: { type: 'texts', says: 'Names of the road', maxChars: 256, maxItems: 32, required: true },
    direction: { type: 'choice', says: 'Direction of travel', values: DIRECTIONS, required: true },
    starts_at: { type: 'instant', says: 'Its beginning', required: true, ahead: true },
    ends_at: { type: 'instant', says: 'Its end', required: true, ahead: true },
    start_verified: { type: 'flag', says: 'Somebody or something has seen that it began' },
    end_verified: { type: 'flag', says: 'Somebody or something has seen that it ended' },
    status: { type: 'choice', says: 'How far it is', values: WORK_ZONE_STATUSES, filter: true },
    vehicle_impact: {
      type: 'choice',
      says: 'What it does to the lanes',
      values: VEHICLE_IMPACTS,
      filter: true,
    },
    work_zone_type: { type: 'choice', says: 'Whether it moves', values: WORK_ZONE_TYPES },
    workers_present: { type: 'flag', says: 'People are at work in it' },
    speed_limit_kmh: {
      type: 'number',
      says: 'The reduced speed limit',
      min: 0,
      max: 250,
      unit: 'km/h',
      decimals: 3,
    },
    lanes: { type: 'json', says: 'Its lanes, as WZDx has them', maxChars: 65_536, fails: arrayFault },
    restrictions: {
      type: 'json',
      says: 'Its restrictions, as WZDx has them',
      maxChars: 65_536,
      fails: arrayFault,
    },
    types_of_work: { type: 'texts', says: 'What is done', maxChars: 128, maxItems: 32 },
    geometry: {
      type: 'json',
      says: 'Where it is, a GeoJSON LineString or MultiPoint',
      maxChars: 262_144,
      required: true,
      fails: value => geometryFault(value, ['LineString', 'MultiPoint']),
    },
    related: {
      type: 'json',
      says: 'Other work zones it belongs to, as WZDx has them',
      maxChars: 65_536,
      fails: arrayFault,
    },
    data_source_id: { type: 'text', says: 'Who says it', maxChars: 256, filter: true },
    details: {
      type: 'json',
      says: 'What WZDx says of it beside, by its names there',
      maxChars: 65_536,
      fails: objectFault,
    },
    withdrawn: { type: 'flag', says: 'It was an error, or is told no more' },
  },
  rules: [
    {
      reason: 'ends_before_start',
      says: 'ends_at is before starts_at',
      fails: ({ starts_at, ends_at }) => Number(ends_at) < Number(starts_at),
      sql: 'ends_at < starts_at',
    },
  ],
  once: { how: 'latest', key: ['work_zone_id'], version: 'updated_at' },
  silver: { partition: 'month' },
  sql: new URL('./sql/', import.meta.url),
} as const satisfies Stream

function arrayFault(value: unknown): string | null {
  return Array.isArray(value) ? null : 'is not an array'
}

function objectFault(value: unknown): string | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'is not an object'
}
