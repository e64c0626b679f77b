import { setTimeout as sleep } from 'node:timers/promises'
import { Bronze } from '../../../src/lake/bronze/index.ts'
import { Publisher } from '../../../src/lake/publish/index.ts'
import type { TableStore } from '../../../src/lake/publish/index.ts'
import type { Lake } from '../lake.ts'

export interface PublisherOptions {
  readonly publisher?: string
  readonly now?: () => number
  readonly isStores?: (error: unknown) => boolean
  /** Nothing from this position on goes out. @default everything may */
  readonly upto?: () => number
}

/** A publisher of a test's lake, as a start of the program makes one. */
export function publisherOf(
  lake: Lake,
  store: TableStore,
  {
    publisher = 'folder-1',
    now = Date.now,
    isStores = () => false,
    upto = () => Infinity,
  }: PublisherOptions = {},
): Publisher {
  const bronze = new Bronze(lake.engine, lake.logDir, lake.log)
  return new Publisher({
    ...{ store, publisher, version: '0.1.0', now, streams: lake.streams.list, comments: {}, isStores },
    lake: {
      engine: lake.engine,
      saved: () => Math.min(lake.loader.saved, upto()),
      changes: () => (lake.loader.ledger === null ? null : lake.loader.changes),
      segments: async () => {
        await bronze.refresh()
        return lake.log.segments()
      },
    },
  })
}

/** Resolves when everything is below the checkpoint and nobody but the loader has the tables. */
export async function steady(lake: Lake): Promise<void> {
  await lake.level()
  await lake.loader.exclusively(async () => undefined)
  while (lake.loader.ledger === null || lake.loader.saved < lake.log.synced) await sleep(10)
}
