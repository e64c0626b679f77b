import { outputColumn } from '../../../src/outputs/index.ts'
import type { OutputRow, OutputTable } from '../../../src/outputs/index.ts'

/** As many as the city's file of 2016 to 2019 has. */
export const ROWS = 15_235

/** A table with a column of each kind. */
export const table: OutputTable = {
  name: 'incidents',
  from: 'silver.incidents',
  columns: [
    outputColumn('incident_id', 'String'),
    outputColumn('started_at', "DateTime64(3, 'UTC')"),
    outputColumn('title', 'Nullable(String)'),
    outputColumn('latitude', 'Nullable(Float64)'),
    outputColumn('delay_s', 'Nullable(Decimal(18, 3))'),
    outputColumn('position', 'UInt64'),
    outputColumn('repaired', 'Bool'),
    outputColumn('day', 'Nullable(Date)'),
    outputColumn('linked', 'Array(String)'),
  ],
  key: ['incident_id'],
}

/** Texts that statements get wrong: quotes, backslashes, other alphabets, comments. */
export const TEXTS = [
  'O\'Brien \\ "x"',
  '16 Avenue — Nordöst 🚧',
  '; DROP TABLE incidents; --',
  '',
  'line\nfeed\ttab',
  null,
]

export function row(i: number, title: string | null = TEXTS[i % TEXTS.length] ?? null): OutputRow {
  const second = String(i % 60).padStart(2, '0')
  return [
    `id/${i}`,
    `2024-12-31 23:31:${second}.125`,
    title,
    50.96863231785932 + i / 1e6,
    i % 7 === 0 ? null : `${i}.125`,
    '18446744073709551615',
    i % 2 === 0,
    '2024-12-31',
    '["a","b"]',
  ]
}

export async function* inBatches(rows: readonly OutputRow[], of = 1000) {
  for (let i = 0; i < rows.length; i += of) yield await Promise.resolve(rows.slice(i, i + of))
}
