import { join } from 'node:path'
import { EngineUnavailableError } from '../../core/errors.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { CatalogList } from '../../serve/catalog/index.ts'
import type { Status } from '../../serve/contract/index.ts'
import { sqlTables } from '../../serve/sql/index.ts'
import type { OpenLake } from '../lake.ts'
import type { ProblemBoard } from '../problems.ts'
import { catalogList } from './list.ts'
import type { KnownDataset } from './list.ts'
import { TableCatalog } from './tables.ts'

export interface OpenCatalogDeps {
  readonly lake: Pick<OpenLake, 'engine' | 'readers'>
  readonly datasets: readonly KnownDataset[]
  readonly streams: readonly Stream[]
  readonly status: () => Status
  /** Of the system below the data folder. */
  readonly folder: string
  readonly version: string
  readonly problems: Pick<ProblemBoard, 'set'>
}

/** The catalogue, with what is otherwise in the tables than at the start before noted. */
export async function openCatalog(deps: OpenCatalogDeps): Promise<CatalogList> {
  const { lake, datasets, streams, status, folder, version, problems } = deps
  const tables = new TableCatalog({
    ...{ engine: lake.engine, tables: sqlTables(streams), streams, status, version },
    path: join(folder, 'catalog', 'tables.json'),
    now: Date.now,
  })
  const trouble = await tables.start().catch((error: unknown) => {
    if (error instanceof EngineUnavailableError) return null
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return `it can't be written down (${code})`
  })
  if (trouble !== null)
    problems.set('catalog_tables', `The catalogue of the lake’s tables: ${trouble}. It begins anew.`)
  return catalogList({ datasets, tables, lake: lake.readers.page, now: Date.now })
}
