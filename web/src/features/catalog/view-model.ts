import type { CatalogDetail, CatalogEntry } from '../../../../src/serve/contract/index.ts'
import { ago, count, UNKNOWN } from '../../ui/format.ts'

export interface EntryRow {
  readonly name: string
  readonly says: string
  readonly rows: string
  /** How old its newest record is, and when it came. */
  readonly newest: string
  readonly received: string
  /** The worst of its shares. */
  readonly quality: string
  /** What somebody should look at; null while all is well. */
  readonly trouble: string | null
}

/** What the list shows: datasets, those with trouble first, and tables by themselves. */
export function entryRows(
  entries: readonly CatalogEntry[],
  clockMs: number,
): { datasets: EntryRow[]; tables: EntryRow[] } {
  const rowsOf = (kind: CatalogEntry['kind']) =>
    entries.filter(entry => entry.kind === kind).map(entry => rowOf(entry, clockMs))
  const datasets = rowsOf('dataset')
  datasets.sort((a, b) => Number(b.trouble !== null) - Number(a.trouble !== null))
  return { datasets, tables: rowsOf('table') }
}

function rowOf(
  { name, says, rows, newest_at, received_at, quality, held, late }: CatalogEntry,
  clockMs: number,
): EntryRow {
  const shares = [quality?.completeness, quality?.validity, quality?.uniqueness].filter(
    share => share != null,
  )
  return {
    ...{ name, says },
    rows: count(rows),
    newest: since(newest_at, clockMs),
    received: since(received_at, clockMs),
    quality: shares.length === 0 ? UNKNOWN : shareText(Math.min(...shares)),
    trouble: held ?? (late === true ? 'Its newest record is older than its schedule allows.' : null),
  }
}

export interface Diff {
  readonly since: string
  readonly held: boolean
  readonly lines: readonly {
    readonly sign: '+' | '−' | '~'
    readonly text: string
    readonly breaking: boolean
  }[]
}

/** Schemas that are otherwise than the one before, newest first. */
export function schemaDiffs({ schemas }: CatalogDetail): Diff[] {
  return schemas
    .filter(({ changes }) => changes.length > 0)
    .map(({ since: at, accepted, changes }) => ({
      since: at,
      held: !accepted,
      lines: changes.map(({ column, change, from, to, breaking }) => ({
        sign: change === 'added' ? '+' : change === 'removed' ? '−' : '~',
        text:
          change === 'added'
            ? `${column} ${to ?? ''}`
            : change === 'removed'
              ? column
              : `${column} ${from ?? ''} → ${to ?? ''}`,
        breaking,
      })),
    }))
}

export interface QualityLine {
  readonly label: string
  readonly value: string
  /** Shares of what is missing, refused or double, oldest first: near 1 nobody would see a change. */
  readonly shortfall: readonly (number | null)[]
  readonly says: string
}

/** Completeness, validity and uniqueness over the versions that were taken. */
export function qualityLines({ versions }: CatalogDetail): QualityLine[] {
  const taken = versions.filter(({ state, quality }) => state === 'taken' && quality !== null).toReversed()
  const line = (label: string, of: 'completeness' | 'validity' | 'uniqueness', what: string): QualityLine => {
    const shares = taken.map(({ quality }) => quality?.[of] ?? null)
    const last = shares.at(-1) ?? null
    return {
      label,
      value: last === null ? UNKNOWN : shareText(last),
      shortfall: shares.map(share => (share === null ? null : 1 - share)),
      says: `Share of ${what} over ${taken.length} version${taken.length === 1 ? '' : 's'}`,
    }
  }
  return [
    line('Completeness', 'completeness', 'needed values that are empty'),
    line('Validity', 'validity', 'rows that are refused'),
    line('Uniqueness', 'uniqueness', 'rows whose key is there twice'),
    ...restatedLines(taken),
  ]
}

/** Changes that the source did not mark as such; nothing where there never was one. */
function restatedLines(taken: CatalogDetail['versions']): QualityLine[] {
  const counts = taken.map(({ quality }) => quality?.restated ?? 0)
  if (counts.every(n => n === 0)) return []
  return [
    {
      label: 'Unmarked',
      value: count(counts.at(-1) ?? 0),
      shortfall: taken.map(({ rows }, i) => (rows === 0 ? null : (counts[i] ?? 0) / rows)),
      says: `Records that changed under the same version, over ${taken.length} version${taken.length === 1 ? '' : 's'}`,
    },
  ]
}

/** The way of its rows, step by step. */
export function lineageSteps({ lineage }: CatalogDetail): { title: string; text: string }[] {
  if (lineage === null) return []
  const { source, landed, log, loaded, tables } = lineage
  const last = loaded[0]
  return [
    { title: 'Source', text: source },
    {
      title: 'Landing',
      text: `${count(landed.versions)} versions, newest ${landed.newest?.slice(0, 12) ?? UNKNOWN}`,
    },
    ...(log === null ? [] : [{ title: 'Log', text: `${count(log.sent)} records of ${log.source}` }]),
    ...(last === undefined
      ? []
      : [
          {
            title: 'Loaded of the newest',
            text: `${count(last.rows)} rows, ${count(last.quarantined)} in quarantine, ${count(last.repeats)} repeats`,
          },
        ]),
    ...tables.map(({ table, rows }) => ({ title: table, text: `${count(rows)} rows` })),
  ]
}

/** Rounded down: what is not quite all is never shown as all. */
export function shareText(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`
}

function since(at: string | null, clockMs: number): string {
  return at === null ? UNKNOWN : ago(Math.max(0, clockMs - Date.parse(at)))
}
