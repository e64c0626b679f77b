import { INCIDENT_CHARS, INCIDENT_REFUSALS } from '../../core/schema/incident.ts'
import type { NumberField, Stream } from '../../core/stream/index.ts'

const degrees = (says: string, most: number): NumberField & { required: true } => ({
  type: 'number',
  says,
  min: -most,
  max: most,
  unit: '°',
  decimals: null,
  required: true,
})

/**
 * Reports of the incident record as sources give them, normalised, with nothing derived in them: what is made of them
 * (`silver.incidents`) can be made anew by better rules.
 */
export const incidents = {
  name: 'incidents',
  title: 'Incident reports',
  says: 'A version of a report in the incident record, as its source gave it',
  fields: {
    incident_id: {
      type: 'text',
      says: 'The report: its id at the source, or noid/<started_at>/<latitude>,<longitude>',
      maxChars: INCIDENT_CHARS.incident_id,
      required: true,
      filter: true,
    },
    has_source_id: { type: 'flag', says: 'The id is the source’s own', required: true },
    updated_at: {
      type: 'instant',
      says: 'When it was last modified; the start where the source does not say',
      required: true,
    },
    modified_known: { type: 'flag', says: 'The source says when it was modified' },
    started_at: { type: 'instant', says: 'When it began', required: true },
    utc_offset_min: {
      type: 'number',
      says: 'Local time minus UTC at the start',
      min: -840,
      max: 840,
      unit: 'min',
      whole: true,
      decimals: 0,
      required: true,
    },
    title: { type: 'text', says: 'Where, in words', maxChars: INCIDENT_CHARS.title },
    description: {
      type: 'text',
      says: 'What, in words',
      maxChars: INCIDENT_CHARS.description,
      long: true,
    },
    quadrant: {
      type: 'text',
      says: 'Quadrant as the source says it; it may contradict text and place',
      maxChars: INCIDENT_CHARS.quadrant,
      filter: true,
    },
    latitude: degrees('Latitude, WGS 84', 90),
    longitude: degrees('Longitude, WGS 84', 180),
    repaired: { type: 'flag', says: 'Start and modification were two hours late and have been set right' },
    original_started_at: {
      type: 'text',
      says: 'The start as it stood, of repaired rows',
      maxChars: INCIDENT_CHARS.original,
    },
    original_modified_at: {
      type: 'text',
      says: 'The modification as it stood, of repaired rows',
      maxChars: INCIDENT_CHARS.original,
    },
    withdrawn: { type: 'flag', says: 'The source has it no more' },
  },
  refusals: INCIDENT_REFUSALS,
  once: { how: 'latest', key: ['incident_id'], version: 'updated_at', ties: ['has_source_id'] },
  silver: { partition: 'month', table: 'incident_versions', view: 'incident_reports' },
  sql: new URL('./sql/', import.meta.url),
} as const satisfies Stream
