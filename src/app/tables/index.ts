import { join } from 'node:path'
import { publishesTables } from '../../core/config/index.ts'
import type { Config } from '../../core/config/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import { DiskNearlyFullError } from '../../core/errors.ts'
import { Publisher } from '../../lake/publish/index.ts'
import type { DiskWatch } from '../disk/index.ts'
import type { OpenLake } from '../lake.ts'
import type { ProblemBoard } from '../problems.ts'
import { storeAt } from '../storage/index.ts'
import { COLUMN_COMMENTS } from './comments.ts'
import { Publishing } from './publishing.ts'
import { publisherId } from './publisher-id.ts'
import { TableList } from './table-list.ts'
import { TableStoreError, tableStore } from './table-store.ts'
import { noTables } from './open-tables.ts'
import type { OpenTables } from './open-tables.ts'
import { upkeepJobs, upkeepPlan } from './upkeep-jobs.ts'
import { tableWork } from './work.ts'

export interface OpenTablesDeps {
  readonly config: Config
  /** Of the data folder. */
  readonly folder: string
  readonly lake: Pick<OpenLake, 'engine' | 'loader' | 'log' | 'bronze'>
  readonly streams: readonly Stream[]
  readonly disk: Pick<DiskWatch, 'closed'>
  readonly problems: ProblemBoard
  readonly version: string
}

/** The lake as tables that others read. A place that is broken keeps nothing else from working: it is told, and tried again. */
export async function openTables(deps: OpenTablesDeps): Promise<OpenTables> {
  const { tables: settings, city } = deps.config
  if (!publishesTables(settings)) return noTables()
  const { folder, lake, streams, disk, problems, version } = deps
  const plan = upkeepPlan(deps.config)
  const spool = join(folder, 'tables-spool')
  const isOwnDisk = settings.kind === 'folder'
  const store = tableStore(await storeAt('tables', settings, settings.folder ?? ''), () => {
    if (isOwnDisk && disk.closed !== null) throw new DiskNearlyFullError(disk.closed)
  })
  const id = await publisherId(folder)
  const changes = () => (lake.loader.ledger === null ? null : lake.loader.changes)
  const publisher = new Publisher({
    ...{ store, publisher: id, version, now: Date.now, streams },
    comments: COLUMN_COMMENTS,
    isStores: error => error instanceof TableStoreError,
    lake: {
      ...{ engine: lake.engine, changes, saved: () => lake.loader.saved },
      segments: async () => {
        await lake.bronze.refresh()
        return lake.log.segments()
      },
    },
  })
  const publishing = new Publishing({
    ...{ publisher, publisherId: id, store, settings, problems },
    list: new TableList(store, city.name),
    mark: () => ({ saved: lake.loader.saved, changes: changes() }),
    elapsedMs: () => performance.now(),
  })
  return {
    status: () => publishing.status,
    tables: () => publishing.looked(),
    work: tableWork(publishing, spool),
    jobs: upkeepJobs({ plan, publishing, spool, isEmbedded: lake.engine.mode === 'embedded' }),
    start: () => publishing.start(),
    stop: () => publishing.stop(),
  }
}
