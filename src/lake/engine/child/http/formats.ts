const json = 'application/json; charset=UTF-8'
const lines = 'application/x-ndjson; charset=UTF-8'
const tsv = 'text/tab-separated-values; charset=UTF-8'

const exact: Readonly<Record<string, string>> = {
  JSONEachRow: lines,
  JSONCompactEachRow: lines,
  JSONCompactEachRowWithNames: lines,
  JSONCompactEachRowWithNamesAndTypes: lines,
  Parquet: 'application/octet-stream',
  XML: 'application/xml; charset=UTF-8',
  Markdown: 'text/markdown; charset=UTF-8',
}

const families: readonly (readonly [prefix: string, type: string])[] = [
  ['JSON', json],
  ['CSV', 'text/csv; charset=UTF-8; header=absent'],
  ['TSV', tsv],
  ['TabSeparated', tsv],
  ['Pretty', 'text/plain; charset=UTF-8'],
  ['Vertical', 'text/plain; charset=UTF-8'],
  ['Values', 'text/plain; charset=UTF-8'],
]

/** The media type a ClickHouse server gives an output format. */
export function contentTypeOf(format: string): string {
  if (format.startsWith('CSVWithNames')) return 'text/csv; charset=UTF-8; header=present'
  return (
    exact[format] ?? families.find(([prefix]) => format.startsWith(prefix))?.[1] ?? 'application/octet-stream'
  )
}
