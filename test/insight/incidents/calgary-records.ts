import { createReadStream } from 'node:fs'
import { zoneOffsets } from '../../../src/core/time/index.ts'
import { incidentRows } from '../../../src/sources/incidents/index.ts'
import type { IncidentRecord } from '../../../src/sources/incidents/index.ts'

/** The records of an export by their ids. */
export async function recordsById(path: string): Promise<ReadonlyMap<string, IncidentRecord>> {
  const records = new Map<string, IncidentRecord>()
  const zone = zoneOffsets('America/Edmonton')
  for await (const row of incidentRows(createReadStream(path), { zone }))
    if ('record' in row) records.set(row.record.incident_id, row.record)
  return records
}
