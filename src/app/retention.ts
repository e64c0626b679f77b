import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Config } from '../core/config/index.ts'
import type { Loader } from '../lake/load/loader.ts'
import type { SegmentLog } from '../log/segments/index.ts'
import type { ProblemBoard } from './problems.ts'

export interface RetentionDeps {
  readonly config: Config
  readonly log: SegmentLog
  readonly loader: Loader
  readonly problems: ProblemBoard
  /** Where lines over limits.maxLineBytes are. */
  readonly oversizeDir: string
}

const EVERY_MS = 600_000
const DAY_MS = 86_400_000

/** Drops what is older than the configuration keeps, every ten minutes; ages count from the newest data. */
export function startRetention(deps: RetentionDeps): () => Promise<void> {
  let running: Promise<void> = Promise.resolve()
  const run = () => {
    running = running
      .then(() => applyRetention(deps))
      .then(() => deps.problems.set('retention', null))
      .catch((error: unknown) => {
        deps.problems.set('retention', error instanceof Error ? error.message : String(error))
      })
  }
  const timer = setInterval(run, EVERY_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}

/** One round: whole segments of the log, whole days of the lake. */
export async function applyRetention({ config, log, loader, oversizeDir }: RetentionDeps): Promise<void> {
  const { retention } = config
  if (retention.log !== null) {
    await log.expire({ beforePosition: loader.saved, maxAgeMs: retention.log * DAY_MS })
  }
  const files = await loader.dropOldDays({
    silverDays: retention.silver,
    goldDays: retention.gold,
    quarantineDays: retention.quarantine,
  })
  for (const file of files) await rm(join(oversizeDir, basename(file)), { force: true })
}
