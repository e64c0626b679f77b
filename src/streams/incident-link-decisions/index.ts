import { INCIDENT_CHARS } from '../../core/schema/incident.ts'
import type { Stream } from '../../core/stream/index.ts'

/** What operators decided about links of the incident record. Withdrawn, the link is found again. */
export const incidentLinkDecisions = {
  name: 'incident-link-decisions',
  title: 'Decisions on links of incidents',
  says: 'Two reports of the incident record that an operator keeps apart, whatever is found',
  fields: {
    incident_id: {
      type: 'text',
      says: 'One report',
      maxChars: INCIDENT_CHARS.incident_id,
      required: true,
      filter: true,
    },
    other_id: {
      type: 'text',
      says: 'The other',
      maxChars: INCIDENT_CHARS.incident_id,
      required: true,
      filter: true,
    },
    decided_by: { type: 'text', says: 'Who decided', maxChars: 128 },
    note: { type: 'text', says: 'Why', maxChars: 1024, long: true },
    withdrawn: { type: 'flag', says: 'It holds no more' },
  },
  once: { how: 'latest', key: ['incident_id', 'other_id'], version: 'position' },
  silver: { partition: 'month' },
  sql: new URL('./sql/', import.meta.url),
} as const satisfies Stream
