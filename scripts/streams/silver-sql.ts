import { columnsOf } from '../../src/core/stream/index.ts'
import type { Stream } from '../../src/core/stream/index.ts'
import {
  hasTies,
  keyColumnsOf,
  tableOf,
  tieColumnsOf,
  timeColumnOf,
  viewOf,
} from '../../src/lake/streams/tables.ts'

/** The SQL that a stream's folder begins with, by file name: its table, and of things the view of the newest. */
export function silverFiles(stream: Stream): Record<string, string> {
  const files = { 'sql/01_silver.sql': tableSql(stream) }
  if (stream.once.how !== 'latest') return files
  return { ...files, [`sql/view_01_${viewOf(stream).slice('silver.'.length)}.sql`]: viewSql(stream) }
}

/** Columns of the table with their types, in order. */
export function silverColumns(stream: Stream): [name: string, type: string][] {
  const key = new Set(keyColumnsOf(stream))
  return [
    ['position', 'UInt64 CODEC(Delta, LZ4)'],
    ...columnsOf(stream.fields).map(({ name, type }): [string, string] => [
      name,
      // Ids repeat: a dictionary keeps them small.
      key.has(name) && type === 'String' ? 'LowCardinality(String)' : type,
    ]),
    ['arrived_at', "DateTime64(3, 'UTC') CODEC(Delta, LZ4)"],
    ['source', 'LowCardinality(String)'],
    ['once_hash', 'FixedString(16)'],
    ['content_hash', 'FixedString(16)'],
  ]
}

/** The columns that a file makes a table with, or adds to it, with their types. */
export function columnsIn(text: string, table: string): [name: string, type: string][] {
  const made = text.includes(`CREATE TABLE IF NOT EXISTS ${table}\n`)
    ? [...text.matchAll(/^ {4}(\w+)\s+(.+?),?$/gm)]
    : []
  const added = new RegExp(`\\bALTER TABLE ${table}\\s`).test(text)
    ? [
        ...text.matchAll(
          /\bADD COLUMN (?:IF NOT EXISTS )?(\w+)\s+(.+?)(?:\s+(?:AFTER \w+|FIRST))?(?=,?\s*(?:\bADD COLUMN\b|;|$))/g,
        ),
      ]
    : []
  return [...made, ...added].map(([, name = '', type = '']) => [name, type])
}

/** Dictionaries, codecs and comments are how a column is kept, not what it holds. */
export function plainType(type: string): string {
  return type.replace(/ (CODEC|COMMENT).*/, '').replace(/LowCardinality\((.*)\)/, '$1')
}

/**
 * A file that adds columns to a table that lakes may have already.
 * @param there the columns that it has
 * @throws {Error} where a record of before would break the declaration
 */
export function addedSql(stream: Stream, there: ReadonlySet<string>): string {
  const table = tableOf(stream)
  const columns = silverColumns(stream)
  const added = columns.flatMap(([name, type], i) => {
    if (there.has(name)) return []
    if (!/^(Nullable|Array)\(/.test(type))
      throw new Error(
        `${name} is required, but what came before has none: a field that is added later never is`,
      )
    return [{ name, line: `    ADD COLUMN IF NOT EXISTS ${name} ${type} AFTER ${columns[i - 1]?.[0] ?? ''}` }]
  })
  return `-- ${table}: ${added.map(({ name }) => name).join(', ')}.
ALTER TABLE ${table}
${added.map(({ line }) => line).join(',\n')};
`
}

function tableSql(stream: Stream): string {
  const { once, silver } = stream
  const table = tableOf(stream)
  const isThing = once.how === 'latest'
  const time = timeColumnOf(stream)
  const cut = isThing ? 'arrived_at' : time
  const order = [...new Set([...keyColumnsOf(stream), time, 'position'])].filter(
    name => !(isThing && name === 'arrived_at'),
  )
  const grain = isThing
    ? `every version of every record; ${viewOf(stream)} has the newest of each`
    : once.how === 'first'
      ? `one row per ${[...keyColumnsOf(stream), time].join(' and ')}, the first arrival`
      : 'every record; one that is equal in everything is there once'
  const columns = silverColumns(stream)
  const width = Math.max(...columns.map(([name]) => name.length))
  return `-- ${table}: ${grain}.
CREATE TABLE IF NOT EXISTS ${table}
(
${columns.map(([name, type]) => `    ${name.padEnd(width)} ${type}`).join(',\n')}
)
ENGINE = @MergeTree
PARTITION BY ${silver.partition === 'day' ? `toDate(${cut})` : `toYYYYMM(${cut})`}
ORDER BY (${order.join(', ')})
SETTINGS @durable;
`
}

function viewSql(stream: Stream): string {
  const key = keyColumnsOf(stream).map(name => `v.${name}`)
  const version = timeColumnOf(stream)
  const ties = hasTies(stream.once)
    ? [...tieColumnsOf(stream), 'content_hash'].map(name => `v.${name} DESC`).join(', ')
    : 'v.position'
  const newest =
    stream.once.how === 'latest' && stream.once.version === 'position'
      ? 'v.position DESC'
      : `v.${version} DESC, ${ties}`
  const columns = ['position', ...columnsOf(stream.fields).map(({ name }) => name), 'arrived_at', 'source']
  const isGone = 'withdrawn' in stream.fields ? '\nWHERE NOT ifNull(newest.withdrawn, false)' : ''
  return `-- ${viewOf(stream)}: the newest version of each that is not withdrawn.
CREATE OR REPLACE VIEW ${viewOf(stream)} AS
SELECT ${columns.join(', ')}
FROM
(
    SELECT * FROM ${tableOf(stream)} AS v ORDER BY ${newest} LIMIT 1 BY ${key.join(', ')}
) AS newest${isGone}
`
}
