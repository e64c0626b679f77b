/** Formats of the engine that may be asked for, with what they are called on the wire. */
const TEXT = 'text/plain; charset=UTF-8'
const TSV = 'text/tab-separated-values; charset=UTF-8'
const CSV = 'text/csv; charset=UTF-8; header='
const JSON_TYPE = 'application/json; charset=UTF-8'
const LINES = 'application/x-ndjson; charset=UTF-8'
const BINARY = 'application/octet-stream'

export const FORMATS: Readonly<Record<string, string>> = {
  Native: BINARY,
  RowBinary: BINARY,
  RowBinaryWithNames: BINARY,
  RowBinaryWithNamesAndTypes: BINARY,
  TabSeparated: TSV,
  TSV,
  TabSeparatedRaw: TSV,
  TSVRaw: TSV,
  TabSeparatedWithNames: TSV,
  TSVWithNames: TSV,
  TabSeparatedWithNamesAndTypes: TSV,
  TSVWithNamesAndTypes: TSV,
  JSON: JSON_TYPE,
  JSONStrings: JSON_TYPE,
  JSONCompact: JSON_TYPE,
  JSONCompactStrings: JSON_TYPE,
  JSONColumnsWithMetadata: JSON_TYPE,
  JSONObjectEachRow: JSON_TYPE,
  JSONEachRow: LINES,
  JSONStringsEachRow: LINES,
  JSONCompactEachRow: LINES,
  JSONCompactStringsEachRow: LINES,
  JSONCompactEachRowWithNames: LINES,
  JSONCompactEachRowWithNamesAndTypes: LINES,
  JSONCompactStringsEachRowWithNames: LINES,
  JSONCompactStringsEachRowWithNamesAndTypes: LINES,
  CSV: `${CSV}absent`,
  CSVWithNames: `${CSV}present`,
  CSVWithNamesAndTypes: `${CSV}present`,
  Arrow: 'application/vnd.apache.arrow.file',
  ArrowStream: 'application/vnd.apache.arrow.stream',
  Parquet: 'application/vnd.apache.parquet',
  PrettyCompact: TEXT,
  Vertical: TEXT,
}

export const DEFAULT_FORMAT = 'TabSeparated'
