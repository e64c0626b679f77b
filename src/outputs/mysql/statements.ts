import { OUTPUT_STAGE } from '../../core/config/index.ts'
import { commentOf } from '../deliver.ts'
import type { OutputColumn, OutputTable } from '../output-table.ts'

/** The table that a connection alone sees. */
export const STAGE = OUTPUT_STAGE

/** Keys of text are as long as an index of InnoDB takes in 4-byte characters, with room for further columns. */
const KEY_CHARS = 512

const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/** A column's type as `information_schema.columns.column_type` writes it. */
export function typeOf({ key }: Pick<OutputTable, 'key'>, { name, kind }: OutputColumn): string {
  switch (kind.is) {
    case 'text':
      return key.includes(name) ? `varchar(${KEY_CHARS})` : 'longtext'
    case 'whole':
      return 'bigint'
    case 'decimal':
      return `decimal(${kind.digits},${kind.scale})`
    case 'double':
      return 'double'
    case 'flag':
      return 'tinyint(1)'
    case 'instant':
      return 'datetime(3)'
    case 'date':
      return 'date'
  }
}

const definition = (table: OutputTable, column: OutputColumn) =>
  `${quoted(column.name)} ${typeOf(table, column)}${column.nullable ? ' NULL' : ' NOT NULL'}`

const body = (table: OutputTable) =>
  [
    ...table.columns.map(column => definition(table, column)),
    `PRIMARY KEY (${table.key.map(quoted).join(', ')})`,
  ].join(', ')

/** Compared byte by byte, so that a changed letter case or blank is a change. */
const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin'

export const createTable = (table: OutputTable) =>
  `CREATE TABLE ${quoted(table.name)} (${body(table)}) ${OPTIONS} COMMENT=${literal(commentOf(table))}`

export const createStage = (table: OutputTable) =>
  `CREATE TEMPORARY TABLE ${quoted(STAGE)} (${body(table)}) ${OPTIONS}`

/** A column that comes later is null in the rows that are there. */
export const addColumn = (table: OutputTable, column: OutputColumn) =>
  `ALTER TABLE ${quoted(table.name)} ADD COLUMN ${definition(table, { ...column, nullable: true })}`

export const putRows = (table: OutputTable) =>
  `INSERT INTO ${quoted(STAGE)} (${table.columns.map(({ name }) => quoted(name)).join(', ')}) VALUES ?`

export const anyRow = (table: OutputTable) => `SELECT 1 FROM ${quoted(table.name)} LIMIT 1`

const sameKey = ({ key }: OutputTable) =>
  key.map(name => `there.${quoted(name)} = incoming.${quoted(name)}`).join(' AND ')

/** Adds rows whose key is not there. */
export function insertNew(table: OutputTable): string {
  const names = table.columns.map(({ name }) => quoted(name))
  const [first = ''] = table.key
  return `INSERT INTO ${quoted(table.name)} (${names.join(', ')})
    SELECT ${names.map(name => `incoming.${name}`).join(', ')}
    FROM ${quoted(STAGE)} AS incoming LEFT JOIN ${quoted(table.name)} AS there ON ${sameKey(table)}
    WHERE there.${quoted(first)} IS NULL`
}

/** Changes rows in which something differs; null where there are key columns only. */
export function updateChanged(table: OutputTable): string | null {
  const others = table.columns.filter(({ name }) => !table.key.includes(name))
  if (others.length === 0) return null
  const set = others.map(({ name }) => `there.${quoted(name)} = incoming.${quoted(name)}`)
  return `UPDATE ${quoted(table.name)} AS there JOIN ${quoted(STAGE)} AS incoming ON ${sameKey(table)}
    SET ${set.join(', ')} WHERE NOT (${others.map(isEqual).join(' AND ')})`
}

function isEqual({ name, kind }: OutputColumn): string {
  const [there, incoming] = [`there.${quoted(name)}`, `incoming.${quoted(name)}`]
  if (kind.is !== 'text') return `${there} <=> ${incoming}`
  return `CAST(${there} AS BINARY) <=> CAST(${incoming} AS BINARY)`
}

/** Takes away rows that are no more. */
export function deleteGone(table: OutputTable): string {
  const [first = ''] = table.key
  return `DELETE there FROM ${quoted(table.name)} AS there LEFT JOIN ${quoted(STAGE)} AS incoming ON ${sameKey(table)}
    WHERE incoming.${quoted(first)} IS NULL`
}
