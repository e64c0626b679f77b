import type { CatalogDetail, CatalogEntry } from '../../src/serve/contract/index.ts'
import type { DatasetVersion } from '../../src/serve/contract/intake/catalog.ts'

const quality = {
  ...{ completeness: 0.998, blanks: { start_dt: 2 }, validity: 0.9996, refused: { outside_city: 5 } },
  ...{
    uniqueness: 1,
    doubles: 0,
    restated: 0,
    newest_at: '2026-11-27T14:00:00.000Z',
    age_s: 3600,
    allowed_age_s: 1_400_000,
  },
}

/** A dataset whose newest version was taken. */
export function anEntry(name: string, more: Partial<CatalogEntry> = {}): CatalogEntry {
  return {
    ...{ name, kind: 'dataset', says: 'data.example.org/abcd-1234', stream: 'incidents', rows: 15_235 },
    ...{ columns: 2, received_at: '2026-11-27T15:00:00.000Z', newest_at: quality.newest_at, late: false },
    ...{ held: null, versions: 2, schema_changed_at: '2026-11-27T15:00:00.000Z', quality },
    ...more,
  }
}

/** Two versions; the newer one has a column more. */
export function aDetail(name: string, more: Partial<CatalogEntry> = {}): CatalogDetail {
  const column = { unit: null, says: null, nulls: 0, distinct: 4, example: 'NE' }
  const text = { type: 'text', declared: 'text' } as const
  const about = { holds: 'download', accepted: true, source: 'https://data.example.org/abcd-1234' } as const
  const version: Omit<DatasetVersion, 'id' | 'received_at' | 'rows' | 'schema' | 'sent' | 'positions'> = {
    ...{
      holds: 'all' as const,
      from: 'data.example.org/abcd-1234',
      state: 'taken' as const,
      why: null,
      bytes: 5_000_000,
      parts: 2,
    },
    ...{ contents: ['9f86d081884c7d65'.repeat(4)], withdrawn: 3, rejected: 5, quality },
  }
  return {
    entry: anEntry(name, more),
    note: null,
    schema: [
      { ...column, name: 'quadrant', type: 'text (text)', needed: true },
      { ...column, name: 'severity', type: 'text (text)', needed: false, distinct: null },
    ],
    schemas: [
      {
        ...{ id: 2, since: '2026-11-27T15:00:00.000Z', ...about },
        columns: [
          { name: 'quadrant', ...text },
          { name: 'severity', ...text },
        ],
        changes: [{ column: 'severity', change: 'added', from: null, to: 'text', breaking: false }],
      },
      {
        id: 1,
        since: '2026-11-15T15:00:00.000Z',
        ...about,
        columns: [{ name: 'quadrant', ...text }],
        changes: [],
      },
    ],
    versions: [
      {
        ...{ id: '20261127T150000000Z-aaaaaaaaaaaa', received_at: '2026-11-27T15:00:00.000Z', ...version },
        ...{ rows: 15_235, schema: 2, sent: 120, positions: { first: 15_240, end: 15_360 } },
      },
      {
        ...{ id: '20261115T150000000Z-bbbbbbbbbbbb', received_at: '2026-11-15T15:00:00.000Z', ...version },
        ...{ rows: 15_118, schema: 1, sent: 15_118, positions: { first: 0, end: 15_118 } },
      },
    ],
    lineage: {
      source: 'data.example.org/abcd-1234',
      landed: { versions: 2, newest: '9f86d081884c7d65'.repeat(4) },
      log: { source: `job:${name}`, stream: 'incidents', sent: 15_238 },
      loaded: [{ version: '20261127T150000000Z-aaaaaaaaaaaa', rows: 115, quarantined: 5, repeats: 0 }],
      tables: [
        { table: 'silver.incident_versions', says: 'each version of a report', rows: 15_233 },
        { table: 'silver.incidents', says: 'one row per incident', rows: 14_980 },
        { table: 'gold.incident_daily', says: 'incidents by the day', rows: 2_190 },
      ],
    },
  }
}
