import { zoneOffsets } from '../../core/time/index.ts'
import {
  INCIDENT_NEEDS,
  INCIDENT_TYPED,
  incidentLine,
  incidentRows,
  plainColumn,
} from '../../sources/incidents/index.ts'
import type { CleaningRules } from '../../sources/incidents/index.ts'
import type { DatasetReader } from './reader.ts'

export interface IncidentReaderOptions {
  /** @default null: no row is too far out */
  readonly isNearCity?: NonNullable<CleaningRules['isNearCity']> | null
}

/**
 * Reads the incident record in any of its variants. A row that is no record goes on as it stood, with its reason: the stream sends it
 * to quarantine.
 */
export function incidentReader({ isNearCity = null }: IncidentReaderOptions = {}): DatasetReader {
  return {
    name: 'calgary-incidents',
    stream: 'incidents',
    fileWants: {
      needs: INCIDENT_NEEDS,
      reads: INCIDENT_NEEDS.flat(),
      typed: INCIDENT_TYPED,
      plain: plainColumn,
    },
    async *rows(body, { zone }) {
      const rules = { zone: zoneOffsets(zone), ...(isNearCity === null ? {} : { isNearCity }) }
      for await (const row of incidentRows([body], rules)) {
        const line = { ...incidentLine(row) }
        yield 'record' in row ? { record: line } : { reject: { line } }
      }
    },
    // When it came back is not when it was modified.
    renewed: (record, versionAt) => ({ ...record, updated_at: versionAt, modified_known: false }),
  }
}
