import type {
  CatalogColumn,
  CatalogDetail,
  CatalogEntry,
  DatasetVersion,
  Lineage,
  SchemaChange,
  SchemaVersion,
} from '../../../../serve/contract/intake/catalog.ts'
import { facts, number, printable, table } from '../../output.ts'

/** So many of the newest versions; `--json` has them all. */
const VERSIONS_SHOWN = 20

export function describeEntries(entries: readonly CatalogEntry[]): string {
  const rows = table<CatalogEntry>(
    [
      { title: 'name', value: entry => entry.name },
      { title: 'kind', value: entry => entry.kind },
      { title: 'rows', value: entry => maybe(entry.rows), align: 'right' },
      { title: 'columns', value: entry => entry.columns, align: 'right' },
      { title: 'newest', value: entry => entry.newest_at },
      { title: 'received', value: entry => entry.received_at },
      { title: 'complete', value: entry => share(entry.quality?.completeness), align: 'right' },
      { title: 'valid', value: entry => share(entry.quality?.validity), align: 'right' },
      { title: 'unique', value: entry => share(entry.quality?.uniqueness), align: 'right' },
      { title: 'state', value: stateText },
    ],
    entries,
  )
  const held = entries.flatMap(({ name, held: why }) => (why === null ? [] : [`${name}: ${printable(why)}`]))
  return [rows, ...(held.length > 0 ? ['', ...held] : [])].join('\n')
}

export function describeDetail(detail: CatalogDetail): string {
  const { entry, note, schema, schemas, versions, lineage } = detail
  const changed = schemas.filter(({ changes }) => changes.length > 0)
  const head: (readonly [string, string])[] = [
    ['name', entry.name],
    ['says', printable(entry.says)],
    ['rows', maybe(entry.rows) ?? '–'],
    ['newest', entry.newest_at ?? '–'],
    ['state', stateText(entry)],
    ...(entry.held === null ? [] : [['held', printable(entry.held)] as const]),
    ...(note === null ? [] : [['note', printable(note)] as const]),
  ]
  const parts: [string, string][] = [
    ['columns', columnTable(schema)],
    ...(changed.length === 0 ? [] : [['changes', changed.map(changesText).join('\n')] as [string, string]]),
    ...(versions.length === 0 ? [] : [['versions', versionTable(versions)] as [string, string]]),
    ...(lineage === null ? [] : [['lineage', lineageText(lineage)] as [string, string]]),
  ]
  return [facts(head), ...parts.map(([title, text]) => `${title}\n${text}`)].join('\n\n')
}

function columnTable(columns: readonly CatalogColumn[]): string {
  return table<CatalogColumn>(
    [
      { title: 'column', value: column => column.name },
      { title: 'type', value: column => column.type },
      { title: 'unit', value: column => column.unit },
      { title: 'needed', value: column => (column.needed ? 'yes' : '') },
      { title: 'empty', value: column => share(column.nulls), align: 'right' },
      { title: 'distinct', value: column => maybe(column.distinct), align: 'right' },
      { title: 'example', value: column => column.example ?? column.says },
    ],
    columns,
  )
}

function changesText({ since, accepted, changes }: SchemaVersion): string {
  return `${since}${accepted ? '' : ' (held)'}  ${changes.map(changeText).join(', ')}`
}

function changeText({ column, change, from, to, breaking }: SchemaChange): string {
  const what =
    change === 'added'
      ? `+${column} (${to ?? ''})`
      : change === 'removed'
        ? `-${column}`
        : `${column}: ${from ?? ''} → ${to ?? ''}`
  return printable(breaking ? `${what} (breaking)` : what)
}

function versionTable(versions: readonly DatasetVersion[]): string {
  const shown = versions.slice(0, VERSIONS_SHOWN)
  const rows = table<DatasetVersion>(
    [
      { title: 'received', value: version => version.received_at },
      { title: 'holds', value: version => version.holds },
      { title: 'state', value: version => version.state },
      { title: 'rows', value: version => number(version.rows), align: 'right' },
      { title: 'sent', value: version => number(version.sent), align: 'right' },
      { title: 'schema', value: version => version.schema, align: 'right' },
      { title: 'complete', value: ({ quality }) => share(quality?.completeness), align: 'right' },
      { title: 'valid', value: ({ quality }) => share(quality?.validity), align: 'right' },
      { title: 'unique', value: ({ quality }) => share(quality?.uniqueness), align: 'right' },
      { title: 'content', value: version => version.contents[0]?.slice(0, 12) },
    ],
    shown,
  )
  const refused = shown.flatMap(({ received_at: at, quality }) =>
    Object.entries(quality?.refused ?? {}).map(
      ([reason, n]) => `${at}: ${number(n)} refused (${printable(reason)})`,
    ),
  )
  const restated = shown.flatMap(({ received_at: at, quality }) =>
    (quality?.restated ?? 0) === 0
      ? []
      : [`${at}: ${number(quality?.restated ?? 0)} changed under the same version`],
  )
  return [rows, ...refused, ...restated].join('\n')
}

function lineageText({ source, landed, log, loaded, tables }: Lineage): string {
  const steps = [
    printable(source),
    `landing: ${number(landed.versions)} version(s)`,
    ...(log === null ? [] : [`log: ${number(log.sent)} record(s) of ${log.source}, stream ${log.stream}`]),
    ...tables.map(({ table: name, rows }) => `${name}: ${maybe(rows) ?? '?'} rows`),
  ]
  const newest = loaded.map(
    ({ version, rows, quarantined, repeats }) =>
      `  ${version}: ${number(rows)} loaded, ${number(quarantined)} in quarantine, ${number(repeats)} repeats`,
  )
  return [...steps.map((text, i) => `${'  '.repeat(Math.min(i, 3))}→ ${text}`), ...newest].join('\n')
}

function stateText({ held, late, kind, versions }: CatalogEntry): string {
  if (held !== null) return 'held'
  if (kind === 'dataset' && versions === 0) return 'nothing yet'
  return late === true ? 'late' : 'ok'
}

function share(value: number | null | undefined): string | null {
  return value === null || value === undefined ? null : `${(Math.floor(value * 1000) / 10).toFixed(1)} %`
}

function maybe(value: number | null): string | null {
  return value === null ? null : number(value)
}
