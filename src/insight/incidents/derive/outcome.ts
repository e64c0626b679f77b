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
  }>(
    `SELECT toInt64(countIf(nth = 1)) AS new, toInt64(countIf(nth > 1 AND nth_saying = 1)) AS updated,
        toInt64(countIf(nth > 1 AND nth_saying > 1)) AS same, toInt64(countIf(nth = 1 AND is_repost)) AS linked,
        toInt64(countIf(is_joined)) AS joined
     FROM
     (
         SELECT position, is_repost, is_joined, row_number() OVER (PARTITION BY incident_id ORDER BY position) AS nth,
             row_number() OVER (PARTITION BY incident_id, said ORDER BY position) AS nth_saying
         FROM
         (
             SELECT v.position AS position, h.incident_id AS incident_id, h.reported_as != h.incident_id AS is_joined,
                 i.is_repost AS is_repost,
                 cityHash64(toString(tuple(v.started_at, v.updated_at, v.title, v.description, v.quadrant, ifNull(v.withdrawn, false)))) AS said
             FROM silver.incident_history AS h
             INNER JOIN silver.incident_versions AS v ON v.incident_id = h.reported_as AND v.content_hash = h.content_hash
             INNER JOIN silver.incidents AS i ON i.incident_id = h.incident_id
             WHERE h.incident_id IN
             (
                 SELECT o.incident_id FROM silver.incident_history AS o WHERE (o.reported_as, o.content_hash) IN
                 (SELECT p.incident_id, p.content_hash FROM silver.incident_versions AS p WHERE ${where})
             )
         )
     )
     WHERE ${where}`,
    {
      session: 'read',
      settings: { output_format_json_quote_64bit_integers: 0 },
      params,
      ...(signal === undefined ? {} : { signal }),
    },
  )
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
