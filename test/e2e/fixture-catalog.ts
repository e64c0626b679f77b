import type { CatalogDetail, CatalogEntry } from '../../src/serve/contract/index.ts'
import { aDetail, anEntry } from '../serve/catalog-answers.ts'

const HELD =
  'data.example.org/abcd-1234: its columns have changed: no start_dt. What was received is kept and not processed. Where the source is wrong, have it set right, then `arterial jobs resume archive`, which asks it again'

/** A dataset whose newest version is held, and a table. */
export function fixtureCatalog(): CatalogEntry[] {
  const table = { kind: 'table', quality: null, received_at: null, rows: 15_233, columns: 19 } as const
  return [
    anEntry('live'),
    anEntry('archive', { held: HELD }),
    anEntry('silver.incident_versions', { ...table, says: 'each version of a report in the record' }),
  ]
}

export function fixtureDataset(): CatalogDetail {
  return aDetail('archive', { held: HELD })
}
