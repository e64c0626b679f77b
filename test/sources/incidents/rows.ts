import { zoneOffsets } from '../../../src/core/time/index.ts'
import { incidentRows } from '../../../src/sources/incidents/index.ts'
import type {
  IncidentRecord,
  IncidentReject,
  IncidentRow,
  IncidentRowsOptions,
} from '../../../src/sources/incidents/index.ts'

export const zone = zoneOffsets('America/Edmonton')

/** All rows of a text, given in pieces of this many bytes. */
export async function rowsOf(
  given: string | Buffer,
  options: Partial<IncidentRowsOptions> = {},
  pieceBytes = Infinity,
): Promise<IncidentRow[]> {
  const bytes = Buffer.from(given)
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes))
  const rows: IncidentRow[] = []
  for await (const row of incidentRows(pieces, { zone, ...options })) rows.push(row)
  return rows
}

export async function recordsOf(
  given: string | Buffer,
  options: Partial<IncidentRowsOptions> = {},
): Promise<IncidentRecord[]> {
  return (await rowsOf(given, options)).map(row => {
    if ('reject' in row) throw new Error(`row ${row.row}: ${row.reject.says}`)
    return row.record
  })
}

export async function rejectsOf(
  given: string | Buffer,
  options: Partial<IncidentRowsOptions> = {},
): Promise<(IncidentReject & { row: number })[]> {
  return (await rowsOf(given, options)).flatMap(row =>
    'reject' in row ? [{ row: row.row, ...row.reject }] : [],
  )
}
