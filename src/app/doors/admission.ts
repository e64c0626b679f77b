import type { Config } from '../../core/config/index.ts'
import type { Append, Appended, LogWriter } from '../../core/log.ts'
import type { Loader } from '../../lake/load/loader.ts'
import type { Refusal } from '../../serve/routes/readings.ts'
import { FairDoor } from '../../sources/http/index.ts'
import type { DiskWatch } from '../disk/index.ts'
import type { StatusKeeper } from '../status.ts'

export interface AdmissionDeps {
  readonly limits: Pick<Config['limits'], 'backlogRecords' | 'backlogBytes'>
  readonly disk: Pick<DiskWatch, 'closed'>
  readonly status: Pick<StatusKeeper, 'backlog'>
  readonly loader: Loader
}

/** Whether the doors take lines now, and whose: not where the disk is nearly full, or the sender's share waits to be loaded. */
export function openFairDoor({ limits, disk, status, loader }: AdmissionDeps): FairDoor {
  const fair = new FairDoor({
    maxRecords: limits.backlogRecords,
    maxBytes: limits.backlogBytes,
    backlog: () => status.backlog(),
    loaded: () => loader.visible,
    closed: () =>
      disk.closed === null
        ? null
        : { status: 503, code: 'ART_DISK_NEARLY_FULL', detail: disk.closed, retryAfterS: 10 },
    now: () => performance.now(),
  })
  loader.onRefused = runs => fair.refused(runs)
  return fair
}

/** Appends what a sender changes by itself, and counts it in its share as if it had been delivered. */
export type AppendFor = (sender: string, batch: Append) => Promise<Appended>

export function chargedAppends(log: LogWriter, fair: Pick<FairDoor, 'landed'>): AppendFor {
  return async (sender, batch) => {
    const appended = await log.append(batch)
    fair.landed(sender, appended, batch.lines.length)
    return appended
  }
}

/** Null lets a request of this sender in. */
export function refusalOf(fair: FairDoor, sender: string): Refusal | null {
  const fault = fair.refusal(sender)
  if (fault === null) return null
  const { status, code, message, retryAfterS } = fault
  return { status, code, detail: `${message} (no line of it was kept)`, retryAfterS: retryAfterS ?? 2 }
}
