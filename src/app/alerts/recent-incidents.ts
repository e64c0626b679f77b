import { HOUR_MS } from '../../core/time/spans.ts'
import { severityOf } from '../../insight/alerts/index.ts'
import type { IncidentWords } from '../../insight/incidents/index.ts'
import type { ReadEngine } from '../../lake/read/index.ts'
import type { IncidentFeeds } from '../../serve/alerts/index.ts'

type RecentIncident = Awaited<ReturnType<IncidentFeeds['recent']>>[number]
type Row = Omit<RecentIncident, 'severity' | 'type'> &
  Pick<IncidentWords, 'type' | 'lanes'> & { readonly is_reopened: boolean }

const HOURS = 48
const MOST = 200
/** The lake is asked at most so often, however many read the feeds. */
const KEPT_MS = 30_000

const RECENT = `
SELECT i.incident_id AS incident_id, i.type AS type, i.lanes AS lanes, i.is_reopened AS is_reopened, i.title AS title,
  i.description AS description, i.started_at AS started_at, i.updated_at AS updated_at, i.latitude AS latitude,
  i.longitude AS longitude, i.community AS community, i.quadrant AS quadrant
FROM silver.incidents AS i
WHERE i.started_at >= {from:DateTime64(3)} AND NOT i.withdrawn AND NOT i.is_repost
ORDER BY i.started_at DESC, i.incident_id
LIMIT ${MOST}`

/** The incidents of the last hours, as they are known now. */
export function recentIncidents(engine: ReadEngine, now: () => number): IncidentFeeds['recent'] {
  let kept: { readonly atMs: number; readonly rows: Promise<readonly RecentIncident[]> } | null = null
  return () => {
    // By a clock that may be set back.
    if (kept !== null && Math.abs(now() - kept.atMs) < KEPT_MS) return kept.rows
    const rows = ask(engine, now())
    const made = { atMs: now(), rows }
    kept = made
    // A failure is nobody else's answer.
    rows.catch(() => {
      if (kept === made) kept = null
    })
    return rows
  }
}

async function ask(engine: ReadEngine, nowMs: number): Promise<readonly RecentIncident[]> {
  const from = new Date(nowMs - HOURS * HOUR_MS).toISOString().slice(0, -1).replace('T', ' ')
  const rows = await engine.query<Row>(RECENT, {
    params: { from },
    settings: { date_time_output_format: 'iso' },
    session: 'read',
  })
  return rows.map(({ lanes, is_reopened: isReopened, ...row }) => ({
    ...row,
    severity: severityOf({ type: row.type, lanes, isReopened }),
  }))
}
