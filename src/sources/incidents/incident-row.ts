import { INCIDENT_REFUSALS } from '../../core/schema/incident.ts'

/** A report of the incident record as it goes to the stream `incidents`: what the source said, normalised, and nothing derived. */
export interface IncidentRecord {
  /** As the source gives it; of a row without one `noid/<started_at>/<latitude>,<longitude>`. */
  readonly incident_id: string
  readonly has_source_id: boolean
  /** When it was last modified, UTC; the start where the source does not say. */
  readonly updated_at: string
  readonly modified_known: boolean
  /** UTC, to the second where the source says no more. */
  readonly started_at: string
  /** Local time minus UTC at the start, by the zone data this program carries, minutes. */
  readonly utc_offset_min: number
  readonly title: string | null
  readonly description: string | null
  /** As the source says it, e.g. `NE`; it may contradict text and place. */
  readonly quadrant: string | null
  readonly latitude: number
  readonly longitude: number
  /** Start and modification were two hours late and have been set right. */
  readonly repaired: boolean
  /** As they stood; of repaired rows only. */
  readonly original_started_at: string | null
  readonly original_modified_at: string | null
  readonly withdrawn: boolean
}

/** Why a row is no record: code and what was wrong. */
export const REJECT_REASONS = INCIDENT_REFUSALS
export type RejectReason = keyof typeof REJECT_REASONS

export interface IncidentReject {
  /** The first thing that is wrong. */
  readonly reason: RejectReason
  /** All that is wrong with the values, and the remedy. */
  readonly says: string
  /** The row as it stands in the source. */
  readonly original: string
}

/** A row of the source has exactly one fate. */
export type IncidentRow =
  /** `row` counts as a spreadsheet does: of CSV the header is row 1. */
  | { readonly row: number; readonly record: IncidentRecord }
  | { readonly row: number; readonly reject: IncidentReject }

/** The row as a record of the stream. One that is none says so, and why; the stream knows these reasons. */
export function incidentLine(row: IncidentRow): object {
  if ('record' in row) return row.record
  const { reason, says, original } = row.reject
  return { refused: [reason], says, row: row.row, original }
}
