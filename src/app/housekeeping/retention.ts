import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Config } from '../../core/config/index.ts'
import type { Loader } from '../../lake/load/loader.ts'
import type { SegmentLog } from '../../log/segments/index.ts'
import type { DiskWatch } from '../disk/index.ts'
import type { ProblemBoard } from '../problems.ts'
import { DAY_MS } from '../../core/time/spans.ts'

export interface RetentionDeps {
  readonly config: Config
  readonly log: SegmentLog
  readonly loader: Loader
  readonly problems: ProblemBoard
  readonly disk: Pick<DiskWatch, 'closed' | 'full'>
  /** Where lines over limits.maxLineBytes are. */
  readonly oversizeDir: string
}

export interface Retention {
  /** A round now, after one that goes on. @returns what is kept, in words. @throws when something can't be dropped */
  readonly now: () => Promise<string>
  readonly stop: () => Promise<void>
}

const EVERY_MS = 600_000
/** With too little space on the disk: what is too old may make room. */
const EVERY_MS_WHEN_SHORT = 20_000

/** Drops what is older than the configuration keeps, every ten minutes, or sooner when the disk fills; ages count from the newest data. */
export function startRetention(deps: RetentionDeps): Retention {
  let running: Promise<void> | null = null
  const stop = new AbortController()
  const once = () => {
    running ??= applyRetention(deps, stop.signal)
      .then(() => deps.problems.set('retention', null))
      .catch((error: unknown) => {
        if (!stop.signal.aborted)
          deps.problems.set('retention', error instanceof Error ? error.message : String(error))
        throw error
      })
      .finally(() => (running = null))
    return running
  }
  // What fails is a problem already.
  const run = () => void once().catch(() => undefined)
  const { disk } = deps
  const timers = [
    setInterval(run, EVERY_MS),
    setInterval(() => (disk.closed ?? disk.full) !== null && run(), EVERY_MS_WHEN_SHORT),
  ]
  for (const timer of timers) timer.unref()
  return {
    now: async () => {
      // One that goes on began before this was asked for.
      await running?.catch(() => undefined)
      await once()
      return keptText(deps.config.retention)
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer)
      stop.abort()
      await running?.catch(() => undefined)
    },
  }
}

function keptText(retention: Config['retention']): string {
  const bounds = Object.entries(retention).flatMap(([layer, days]) =>
    days === null ? [] : [`${layer} of ${days} days`],
  )
  return bounds.length === 0 ? 'the settings keep everything' : `kept: ${bounds.join(', ')}`
}

/** One round: whole segments of the log, whole days of the lake. */
export async function applyRetention(
  { config, log, loader, oversizeDir }: RetentionDeps,
  signal: AbortSignal,
): Promise<void> {
  const { retention } = config
  if (retention.log !== null) {
    await log.expire({ beforePosition: loader.saved, maxAgeMs: retention.log * DAY_MS })
  }
  const files = await loader.dropOldDays(
    {
      silverDays: retention.silver,
      goldDays: retention.gold,
      quarantineDays: retention.quarantine,
    },
    signal,
  )
  for (const file of files) await rm(join(oversizeDir, basename(file)), { force: true })
}
