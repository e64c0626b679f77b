import type { CatalogDetail, CatalogEntry, DatasetVersion } from '../../serve/contract/intake/catalog.ts'
import type { DatasetMemory } from './memory.ts'

/** What the settings say of a dataset. */
export interface DatasetAbout {
  readonly name: string
  /** What of, and where from. */
  readonly says: string
  readonly stream: string
}

/** A dataset as the list shows it. */
export function datasetEntry(about: DatasetAbout, memory: DatasetMemory, nowMs: number): CatalogEntry {
  const { versions, schemas, columns } = memory
  const newest = versions.at(-1)
  const taken = versions.findLast(({ state }) => state === 'taken')
  const whole = versions.findLast(({ state, holds }) => state === 'taken' && holds === 'all') ?? taken
  const quality =
    versions.findLast(({ state, quality: one }) => state === 'taken' && one !== null)?.quality ?? null
  return {
    ...about,
    kind: 'dataset',
    rows: whole?.rows ?? null,
    columns: columns.length,
    received_at: newest?.received_at ?? null,
    newest_at: newestOf(versions),
    late: isLate(versions, nowMs),
    held: newest?.state === 'held' ? newest.why : null,
    versions: versions.length,
    schema_changed_at: schemas.findLast(({ changes }) => changes.length > 0)?.since ?? null,
    quality,
  }
}

export function datasetDetail(
  about: DatasetAbout,
  memory: DatasetMemory,
  nowMs: number,
): Omit<CatalogDetail, 'lineage' | 'note'> {
  return {
    entry: datasetEntry(about, memory, nowMs),
    schema: [...memory.columns],
    schemas: memory.schemas.toReversed(),
    versions: memory.versions.toReversed(),
  }
}

function newestOf(versions: readonly DatasetVersion[]): string | null {
  const all = versions.flatMap(({ quality }) => quality?.newest_at ?? [])
  return all.reduce<string | null>((newest, at) => (newest === null || at > newest ? at : newest), null)
}

/** Null where there is no schedule to judge by. */
function isLate(versions: readonly DatasetVersion[], nowMs: number): boolean | null {
  const newest = newestOf(versions)
  const allowedS = versions.findLast(({ quality }) => quality?.allowed_age_s != null)?.quality?.allowed_age_s
  if (newest === null || allowedS == null) return null
  return nowMs - Date.parse(newest) > allowedS * 1000
}
