import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenLake } from '../lake.ts'

interface Loaded {
  readonly loader: Pick<OpenLake['loader'], 'visible'>
  readonly readers: Pick<OpenLake['readers'], 'page' | 'fresh'>
}

/** The page's reader, for questions about positions that are loaded: its answers hold every row that is loaded by now. */
export function allLoaded({
  loader,
  readers,
}: Loaded): Pick<OpenLake['readers']['page'], 'query' | 'stream'> {
  return {
    query: (sql, options) => {
      readers.fresh(loader.visible)
      return readers.page.query(sql, options)
    },
    stream: (sql, format, options) => {
      readers.fresh(loader.visible)
      return readers.page.stream(sql, format, options)
    },
  }
}

/** A question waits no longer than this for what was about to be loaded. */
const MAX_WAIT_MS = 1_000
const LOOK_MS = 10

/**
 * Whoever asks while little arrives gets what had arrived: rows that were waiting for company are loaded first. Under load,
 * where batches follow each other anyhow, nobody waits.
 */
export async function fresh({
  log,
  loader,
  readers,
}: Pick<OpenLake, 'log' | 'loader'> & {
  readonly readers: Pick<OpenLake['readers'], 'fresh'>
}): Promise<void> {
  const target = log.synced
  if (loader.asked()) {
    const deadline = performance.now() + MAX_WAIT_MS
    while (loader.visible < target && performance.now() < deadline) await sleep(LOOK_MS)
  }
  // Level with the log, the reader looks once more; under load it is at most a second behind anyhow.
  if (loader.visible >= target) readers.fresh(loader.visible)
}
