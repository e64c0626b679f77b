import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../core/config/index.ts'
import { isBacklog } from '../../lake/load/batch-size.ts'
import type { Loader } from '../../lake/load/loader.ts'
import type { SegmentLog } from '../../log/segments/index.ts'
import type { DiskWatch } from '../disk/index.ts'
import type { ProblemBoard } from '../problems.ts'

export interface CompactionDeps {
  readonly config: Config
  readonly log: Pick<SegmentLog, 'compact' | 'synced'>
  readonly loader: Pick<Loader, 'visible'>
  readonly disk: Pick<DiskWatch, 'freeBytes'>
  readonly problems: ProblemBoard
}

const EVERY_MS = 30_000
/** A pause after each MiB of lines leaves the cores to who needs them: a compaction has time. */
const REST_MS = 50
/** A backlog comes first. */
const WAIT_MS = 1000

/** Compacts the log as it grows, until stopped; never while a backlog is loaded, never into the last of the disk. */
export function startCompaction(deps: CompactionDeps): () => Promise<void> {
  const stop = new AbortController()
  const run = async () => {
    for (;;) {
      await rest(EVERY_MS, stop.signal)
      if (stop.signal.aborted) return
      await compactOnce(deps, stop.signal)
    }
  }
  const running = run()
  return async () => {
    stop.abort()
    await running
  }
}

/** One round over the segments that are worth it. */
export async function compactOnce(
  { config, log, loader, disk, problems }: CompactionDeps,
  signal: AbortSignal,
): Promise<void> {
  const pace = async () => {
    await rest(REST_MS, signal)
    while (!signal.aborted && isBacklog(log.synced - loader.visible)) await rest(WAIT_MS, signal)
    signal.throwIfAborted()
  }
  // The draft and as much again for what is appended meanwhile; a disk that can't tell its space says so when it is full.
  const hasRoom = (bytes: number) =>
    Promise.resolve((disk.freeBytes ?? Infinity) > config.limits.minFreeDiskBytes + 2 * bytes)
  try {
    const { failure } = await log.compact({ pace, hasRoom })
    if (signal.aborted) return
    problems.set('log_compaction', failure === null ? null : `The log could not be made smaller: ${failure}`)
  } catch (error) {
    problems.set('log_compaction', error instanceof Error ? error.message : String(error))
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)
}
