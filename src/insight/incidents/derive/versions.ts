import type { Engine } from '../../../lake/engine/index.ts'
import type { Apart, IncidentVersion } from '../identity/version.ts'

export const VERSIONS = 'silver.incident_versions'
export const DECISIONS = 'silver.incident_link_decisions'

export const LOAD = { session: 'load', settings: { output_format_json_quote_64bit_integers: 0 } } as const

/** [from, to), ms since 1970 UTC. */
export type Span = readonly [fromMs: number, toMs: number]

/** What is read of a version, in the order in which it comes. */
type VersionRow = readonly [
  id: string,
  hasSourceId: boolean,
  updatedAtMs: number,
  modifiedKnown: boolean | null,
  startedAtMs: number,
  utcOffsetMin: number,
  title: string | null,
  description: string | null,
  quadrant: string | null,
  latitude: number,
  longitude: number,
  repaired: boolean | null,
  originalStartedAt: string | null,
  originalModifiedAt: string | null,
  withdrawn: boolean | null,
  content: string,
]

/**
 * Every version of each report of which some version began within a span: what it said at other times decides with.
 * @param upto versions at later positions of the log are left out
 */
export async function versionsOf(
  engine: Pick<Engine, 'stream'>,
  [from, to]: Span,
  upto: number,
): Promise<IncidentVersion[]> {
  const rows = await engine.stream(
    `SELECT v.incident_id, v.has_source_id, toUnixTimestamp64Milli(v.updated_at), v.modified_known,
        toUnixTimestamp64Milli(v.started_at), v.utc_offset_min, v.title, v.description, v.quadrant, v.latitude, v.longitude,
        v.repaired, v.original_started_at, v.original_modified_at, v.withdrawn, lower(hex(v.content_hash))
     FROM ${VERSIONS} AS v
     WHERE v.position < {upto:Int64} AND v.incident_id IN
     (
         SELECT s.incident_id FROM ${VERSIONS} AS s
         WHERE s.started_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND s.started_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
             AND s.position < {upto:Int64}
     )`,
    'JSONCompactEachRow',
    { ...LOAD, params: { from, to, upto } },
  )
  const chunks: Buffer[] = []
  for await (const chunk of rows) chunks.push(chunk as Buffer)
  // A row is a line, and within one a line end is escaped: the rows are parsed as one array.
  const text = Buffer.concat(chunks).toString().trimEnd().replaceAll('\n', ',')
  return (JSON.parse(`[${text}]`) as VersionRow[]).map(versionOf)
}

function versionOf(row: VersionRow): IncidentVersion {
  return {
    id: row[0],
    hasSourceId: row[1],
    updatedAtMs: row[2],
    modifiedKnown: row[3] === true,
    startedAtMs: row[4],
    utcOffsetMin: row[5],
    title: row[6],
    description: row[7],
    quadrant: row[8],
    latitude: row[9],
    longitude: row[10],
    repaired: row[11] === true,
    originalStartedAt: row[12],
    originalModifiedAt: row[13],
    withdrawn: row[14] === true,
    content: row[15],
  }
}

/** What operators decided and have not taken back. */
export async function decisionsOf(engine: Pick<Engine, 'query'>): Promise<Apart[]> {
  return engine.query<Apart>(
    `SELECT d.incident_id AS id, d.other_id AS otherId FROM ${DECISIONS} AS d ORDER BY id, otherId`,
    LOAD,
  )
}

/** A month of starts, as 201705; with how many versions began in it, and a sum over what they say. */
export interface MonthOfVersions {
  readonly month: number
  readonly versions: number
  readonly digest: string
}

export async function monthsOfVersions(
  engine: Pick<Engine, 'query'>,
  upto: number,
): Promise<MonthOfVersions[]> {
  return engine.query<MonthOfVersions>(
    `SELECT toYYYYMM(v.started_at) AS month, toInt64(count()) AS versions, toString(sumWithOverflow(cityHash64(v.incident_id, v.content_hash))) AS digest
     FROM ${VERSIONS} AS v WHERE v.position < {upto:Int64} GROUP BY month ORDER BY month`,
    { ...LOAD, params: { upto } },
  )
}

/** The months that versions and decisions at positions [from, upto) may have changed: all in which a report of theirs ever began. */
export async function monthsTouched(
  engine: Pick<Engine, 'query'>,
  from: number,
  upto: number,
): Promise<number[]> {
  const rows = await engine.query<{ month: number }>(
    `SELECT DISTINCT toYYYYMM(v.started_at) AS month FROM ${VERSIONS} AS v
     WHERE v.position < {upto:Int64} AND v.incident_id IN
     (
         SELECT s.incident_id FROM ${VERSIONS} AS s WHERE s.position >= {from:Int64} AND s.position < {upto:Int64}
         UNION ALL
         SELECT arrayJoin([d.incident_id, d.other_id]) FROM ${DECISIONS}_versions AS d
         WHERE d.position >= {from:Int64} AND d.position < {upto:Int64}
     )
     ORDER BY month`,
    { ...LOAD, params: { from, upto } },
  )
  return rows.map(({ month }) => month)
}

/** [from, to) of a month such as 201705, ms since 1970 UTC. */
export function spanOf(month: number): readonly [fromMs: number, toMs: number] {
  const [year, index] = [Math.floor(month / 100), (month % 100) - 1]
  return [Date.UTC(year, index, 1), Date.UTC(year, index + 1, 1)]
}
