import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zoneOffsets } from '../../../../src/core/time/index.ts'
import type { IncidentVersion } from '../../../../src/insight/incidents/identity/version.ts'
import { incidentRows } from '../../../../src/sources/incidents/index.ts'
import type { IncidentRecord } from '../../../../src/sources/incidents/index.ts'
import { nearCity } from '../../../../src/sources/places/index.ts'

const folder = join(import.meta.dirname, '../../../../../shared/data/calgary')
export const calgary = {
  folder,
  present: existsSync(join(folder, 'incidents_2016-12_2019-10.csv')),
  reason: "needs Calgary's files in ../shared/data beside the checkout",
  files: [
    'incidents_2016-12_2019-10.csv',
    'incidents_2017-02_2018-01_archive.csv',
    'incidents_2016-12_archive.csv',
  ],
}

/** What a file says, and how many of its rows are no report. */
export async function versionsOfFile(
  file: string,
): Promise<{ versions: IncidentVersion[]; refused: string[] }> {
  const rules = {
    zone: zoneOffsets('America/Edmonton'),
    isNearCity: nearCity(readFileSync(join(folder, 'city_boundary.csv'), 'utf8')),
  }
  const versions: IncidentVersion[] = []
  const refused: string[] = []
  const bytes = createReadStream(join(folder, file)) as AsyncIterable<Uint8Array>
  for await (const row of incidentRows(bytes, rules))
    if ('record' in row) versions.push(versionOf(row.record))
    else refused.push(row.reject.reason)
  return { versions, refused }
}

function versionOf(record: IncidentRecord): IncidentVersion {
  return {
    id: record.incident_id,
    hasSourceId: record.has_source_id,
    updatedAtMs: Date.parse(record.updated_at),
    modifiedKnown: record.modified_known,
    startedAtMs: Date.parse(record.started_at),
    utcOffsetMin: record.utc_offset_min,
    title: record.title,
    description: record.description,
    quadrant: record.quadrant,
    latitude: record.latitude,
    longitude: record.longitude,
    repaired: record.repaired,
    originalStartedAt: record.original_started_at,
    originalModifiedAt: record.original_modified_at,
    withdrawn: record.withdrawn,
    content: createHash('sha256').update(JSON.stringify(record)).digest('hex').slice(0, 32),
  }
}
