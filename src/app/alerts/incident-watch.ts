import type { Stream } from '../../core/stream/index.ts'
import { FollowerRunner } from '../../insight/follow/runner.ts'
import { lakeRows } from '../../insight/follow/lake-rows.ts'
import { incidentAlerts } from '../../insight/alerts/index.ts'
import type { AlertMemory, IncidentAlert, IncidentAlertsOptions } from '../../insight/alerts/index.ts'
import type { Engine } from '../../lake/engine/index.ts'
import type { Loader } from '../../lake/load/loader.ts'

export interface IncidentWatchDeps extends IncidentAlertsOptions {
  readonly engine: Pick<Engine, 'query'>
  readonly loader: Pick<Loader, 'visible' | 'lastLedger'>
  /** The stream of incident reports. */
  readonly stream: Stream
  /** First position of the log that nothing has been written to. */
  readonly synced: number
  /** The folder of its memory. */
  readonly dir: string
  /** Durable when it resolves. */
  readonly note: (alerts: readonly IncidentAlert[]) => Promise<void>
  readonly now: () => number
  readonly onProblem: (message: string | null) => void
}

/**
 * Follows the reports of incidents and has alerts noted. What it has seen is remembered only after what it said was noted: killed in
 * between, it says the same again. Without a memory it looks through what is there and tells nobody of it.
 */
export function watchIncidents(deps: IncidentWatchDeps): FollowerRunner<AlertMemory> {
  const { engine, loader, stream, synced, dir, note, now, onProblem } = deps
  const rows = lakeRows(engine, [stream], () => loader.visible)
  return new FollowerRunner(incidentAlerts(deps, synced), {
    rows: { ...rows, visible: onlyWithNews(stream, loader) },
    log: {
      append: async ({ lines, count }) => {
        const said = lines.toString().split('\n').slice(0, -1)
        await note(said.map(line => JSON.parse(line) as IncidentAlert))
        return { position: 0, count }
      },
    },
    ...{ dir, now, beginAt: 0, onProblem: (_name, message) => onProblem(message) },
  })
}

/** Readings come all the time; the lake is asked only while there may be reports that were not seen. */
function onlyWithNews(stream: Stream, loader: IncidentWatchDeps['loader']): () => number {
  let rowsBefore = -1
  let target = 0
  let upto = -1
  return () => {
    const ledger = loader.lastLedger
    const rows = ledger?.streamCount(stream).rows ?? 0
    // They are counted before they can be seen.
    if (rows !== rowsBefore) target = ledger?.position ?? loader.visible
    rowsBefore = rows
    if (upto < target) upto = loader.visible
    return upto
  }
}
