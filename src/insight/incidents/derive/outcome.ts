import type { Positions } from '../../../core/positions.ts'
import type { ReadEngine } from '../../../lake/read/read-engine.ts'

/** What delivered lines became of the incident record; a line is one of the first three, or was refused. */
export interface RecordOutcome {
  /** Of an incident that nothing was known of before. */
  readonly new: number
  /** Versions that told something more, or something else, of a known one. */
  readonly updated: number
  /** They told what was known already. */
  readonly unchanged: number
  /** Of the new ones, those that were found to tell of the event of another. */
  readonly linked: number
  /** Of all, rows without an id that were found to be a report that has one. */
  readonly joined: number
}

/**
 * By incident and by what was said: where it was said first. A report tells of itself, or of the one that it was found to be the same as.
 * A record of a million is counted whole, so that nothing here is joined with all of it.
 */
const OUTCOME = `
WITH
    told AS (SELECT p.incident_id AS id FROM silver.incident_versions AS p WHERE @where),
    joined AS
    (
        SELECT l.incident_id AS id, l.linked_to AS incident FROM silver.incident_links AS l
        WHERE l.kind = 'same report' AND NOT l.undone
    ),
    met AS
    (
        SELECT j.incident AS incident FROM joined AS j
        WHERE j.id IN (SELECT t.id FROM told AS t) OR j.incident IN (SELECT t.id FROM told AS t)
    )
SELECT toInt64(countIf(is_new)) AS new, toInt64(sum(sayings) - countIf(is_new)) AS updated, toInt64(sum(lines) - sum(sayings)) AS same,
    toInt64(countIf(is_new AND is_linked)) AS linked, toInt64(sum(joined_lines)) AS joined
FROM
(
    SELECT min(f.position) AS position, @where AS is_new, sum(f.is_first) AS sayings, sum(f.lines) AS lines,
        sum(f.joined_lines) AS joined_lines, any(f.is_repost) AS is_linked
    FROM
    (
        SELECT which, min(r.position) AS position, @where AS is_first, sum(r.is_asked) AS lines,
            sum(r.is_asked AND r.is_joined) AS joined_lines, any(r.is_repost) AS is_repost
        FROM
        (
            SELECT v.position AS position, @where AS is_asked, j.incident != '' AS is_joined,
                if(is_joined, j.incident, v.incident_id) AS incident, sipHash128(incident) AS which,
                incident IN (SELECT i.incident_id FROM silver.incidents AS i WHERE i.is_repost) AS is_repost,
                cityHash64(v.started_at, v.updated_at, ifNull(v.title, char(0)), ifNull(v.description, char(0)),
                    ifNull(v.quadrant, char(0)), ifNull(v.withdrawn, false)) AS said
            FROM silver.incident_versions AS v
            LEFT ANY JOIN joined AS j ON j.id = v.incident_id
            WHERE v.incident_id IN
            (
                SELECT t.id FROM told AS t
                UNION ALL SELECT m.incident FROM met AS m
                UNION ALL SELECT j.id FROM joined AS j WHERE j.incident IN (SELECT m.incident FROM met AS m)
            )
        ) AS r
        GROUP BY which, r.said
    ) AS f
    GROUP BY f.which
)`

/**
 * What lines of the log became. Versions of one incident are told in the order in which they arrived.
 * @param among a condition on \`position\` with its parameters
 */
export async function recordOutcome(
  engine: Pick<ReadEngine, 'query'>,
  positions: Positions,
  signal?: AbortSignal,
): Promise<Omit<RecordOutcome, 'unchanged'> & { readonly same: number }> {
  const { where, params } = within(positions)
  const [row] = await engine.query<{
    new: number
    updated: number
    same: number
    linked: number
    joined: number
  }>(OUTCOME.replaceAll('@where', where), {
    session: 'read',
    settings: { output_format_json_quote_64bit_integers: 0 },
    params,
    ...(signal === undefined ? {} : { signal }),
  })
  return row ?? { new: 0, updated: 0, same: 0, linked: 0, joined: 0 }
}

function within(positions: Positions): { where: string; params: Record<string, unknown> } {
  const params: Record<string, unknown> = {}
  const runs = positions.map(([first, count], i) => {
    params[`from${i}`] = first
    params[`before${i}`] = first + count
    return `(position >= {from${i}:UInt64} AND position < {before${i}:UInt64})`
  })
  return { where: runs.length === 0 ? '0' : runs.join(' OR '), params }
}
