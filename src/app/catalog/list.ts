import { EngineUnavailableError } from '../../core/errors.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { ReadEngine } from '../../lake/read/index.ts'
import type { CatalogList } from '../../serve/catalog/index.ts'
import type { CatalogDetail } from '../../serve/contract/intake/catalog.ts'
import type { DatasetCatalog } from './dataset-catalog.ts'
import { datasetDetail, datasetEntry } from './dataset-entry.ts'
import type { DatasetAbout } from './dataset-entry.ts'
import { lineageOf } from './lineage.ts'
import type { TableCatalog } from './tables.ts'

export interface KnownDataset {
  readonly about: DatasetAbout
  readonly stream: Stream
  readonly catalog: DatasetCatalog
}

export interface CatalogDeps {
  readonly datasets: readonly KnownDataset[]
  readonly tables: Pick<TableCatalog, 'entries' | 'detail'>
  readonly lake: ReadEngine
  readonly now: () => number
}

/** Datasets and tables in one catalogue: a table's name has a dot in it, a dataset's never. */
export function catalogList({ datasets, tables, lake, now }: CatalogDeps): CatalogList {
  return {
    list: async () => [
      ...(await Promise.all(
        datasets.map(async ({ about, catalog }) => datasetEntry(about, await catalog.memory, now())),
      )),
      ...(await tables.entries()),
    ],
    show: async name => {
      const dataset = datasets.find(({ about }) => about.name === name)
      return dataset === undefined ? tables.detail(name) : detailOf(dataset, lake, now())
    },
  }
}

async function detailOf(
  { about, stream, catalog }: KnownDataset,
  lake: ReadEngine,
  nowMs: number,
): Promise<CatalogDetail> {
  const memory = await catalog.memory
  const lineage = await lineageOf(about, stream, memory.versions, lake).catch((error: unknown) => {
    if (error instanceof EngineUnavailableError) return null
    throw error
  })
  return { ...datasetDetail(about, memory, nowMs), note: catalog.trouble, lineage }
}
