import type { Stream } from '../../core/stream/index.ts'
import { geometryFault } from '../../core/schema/geometry.ts'
import { EVENT_CHARS, EVENT_KINDS, EVENT_STATUSES, ROAD_EFFECTS } from '../../core/schema/event.ts'

/** What brings people and cars together, or keeps them away: shows, matches, roadworks by day, school, holidays. */
export const events = {
  name: 'events',
  title: 'Events',
  says: 'Something planned at a place and time that changes traffic, in its newest version',
  fields: {
    event_id: {
      type: 'text',
      says: 'The event',
      maxChars: EVENT_CHARS.event_id,
      required: true,
      filter: true,
    },
    updated_at: { type: 'instant', says: 'When this version of it was made', required: true },
    kind: {
      type: 'choice',
      says: 'What it is',
      values: EVENT_KINDS,
      required: true,
      filter: true,
    },
    title: { type: 'text', says: 'What it is called', maxChars: EVENT_CHARS.title, required: true },
    status: {
      type: 'choice',
      says: 'Whether it takes place',
      values: EVENT_STATUSES,
      required: true,
      filter: true,
    },
    starts_at: { type: 'instant', says: 'Its beginning', required: true, ahead: true },
    ends_at: { type: 'instant', says: 'Its end', required: true, ahead: true },
    doors_open_at: { type: 'instant', says: 'When people are let in', ahead: true },
    venue_id: { type: 'text', says: 'The venue', maxChars: EVENT_CHARS.venue_id, filter: true },
    place: { type: 'text', says: 'The place in words', maxChars: EVENT_CHARS.place },
    latitude: { type: 'number', says: 'Latitude, WGS 84', min: -90, max: 90, unit: '°', decimals: null },
    longitude: { type: 'number', says: 'Longitude, WGS 84', min: -180, max: 180, unit: '°', decimals: null },
    line: {
      type: 'json',
      says: 'Its way, a GeoJSON LineString',
      maxChars: 65_536,
      fails: value => geometryFault(value, ['LineString']),
    },
    expected_attendance: {
      type: 'number',
      says: 'People who are expected',
      min: 0,
      max: 10_000_000,
      unit: null,
      whole: true,
      decimals: 0,
    },
    road_effect: {
      type: 'choice',
      says: 'What it does to the roads around',
      values: ROAD_EFFECTS,
    },
    description: { type: 'text', says: 'More about it', maxChars: EVENT_CHARS.description, long: true },
    url: { type: 'text', says: 'Address with more', maxChars: EVENT_CHARS.url },
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
  once: { how: 'latest', key: ['event_id'], version: 'updated_at' },
  silver: { partition: 'month' },
  sql: new URL('./sql/', import.meta.url),
} as const satisfies Stream
