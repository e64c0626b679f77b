/** Rows of a statement: values in the order of the columns. */
export interface Rows {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly unknown[])[]
  /** There were more rows than the limit. */
  readonly truncated: boolean
}

/** Rows as JSON (one document with the columns' types), NDJSON (an object a row) or CSV (RFC 4180, nothing for null). */
export function formatRows(
  answer: Rows,
  format: 'json' | 'ndjson' | 'csv',
): { contentType: string; body: string } {
  const { columns, rows, truncated } = answer
  if (format === 'json') {
    return {
      contentType: 'application/json; charset=utf-8',
      body: JSON.stringify({ columns, rows, truncated }),
    }
  }
  const names = columns.map(({ name }) => name)
  if (format === 'ndjson') {
    const object = (row: readonly unknown[]) =>
      Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]))
    return {
      contentType: 'application/x-ndjson; charset=utf-8',
      body: rows.map(row => `${JSON.stringify(object(row))}\n`).join(''),
    }
  }
  const lines = [names, ...rows].map(row => `${row.map(csvField).join(',')}\r\n`)
  return { contentType: 'text/csv; charset=utf-8; header=present', body: lines.join('') }
}

function csvField(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  // An empty text is quoted, so that it is not taken for null.
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
