import { OUTPUT_STAGE } from '../../core/config/index.ts'
import { commentOf } from '../deliver.ts'
import type { OutputColumn, OutputTable } from '../output-table.ts'

/** The table that a connection alone sees. */
const STAGE = `pg_temp.${OUTPUT_STAGE}`

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/** A column's type as `format_type` writes it. */
export function typeOf({ kind }: Pick<OutputColumn, 'kind'>): string {
  switch (kind.is) {
    case 'text':
      return 'text'
    case 'whole':
      return 'bigint'
    case 'decimal':
      return `numeric(${kind.digits},${kind.scale})`
    case 'double':
      return 'double precision'
    case 'flag':
      return 'boolean'
    case 'instant':
      return 'timestamp(3) with time zone'
    case 'date':
      return 'date'
  }
}

const definition = (column: OutputColumn) =>
  `${quoted(column.name)} ${typeOf(column)}${column.nullable ? '' : ' NOT NULL'}`

const body = ({ columns, key }: OutputTable) =>
  [...columns.map(definition), `PRIMARY KEY (${key.map(quoted).join(', ')})`].join(', ')

/** The table and its comment come together or not at all. */
export const createTable = (table: OutputTable) => [
  'BEGIN',
  `CREATE TABLE ${quoted(table.name)} (${body(table)})`,
  `COMMENT ON TABLE ${quoted(table.name)} IS ${literal(commentOf(table))}`,
  'COMMIT',
]

export const createStage = (table: OutputTable) => `CREATE TEMPORARY TABLE ${OUTPUT_STAGE} (${body(table)})`

/** A column that comes later is null in the rows that are there. */
export const addColumn = (table: OutputTable, column: OutputColumn) =>
  `ALTER TABLE ${quoted(table.name)} ADD COLUMN ${definition({ ...column, nullable: true })}`

/** Rows come as one JSON text, an array of objects. */
export function putRows({ columns }: OutputTable): string {
  const names = columns.map(({ name }) => quoted(name)).join(', ')
  const typed = columns.map(column => `${quoted(column.name)} ${typeOf(column)}`).join(', ')
  return `INSERT INTO ${STAGE} (${names}) SELECT ${names} FROM json_to_recordset($1::json) AS r(${typed})`
}

export const anyRow = (table: OutputTable) => `SELECT 1 FROM ${quoted(table.name)} LIMIT 1`

const sameKey = ({ key }: OutputTable) =>
  key.map(name => `there.${quoted(name)} = incoming.${quoted(name)}`).join(' AND ')

/** Adds rows whose key is not there. */
export function insertNew(table: OutputTable): string {
  const names = table.columns.map(({ name }) => quoted(name)).join(', ')
  return `INSERT INTO ${quoted(table.name)} (${names}) SELECT ${names} FROM ${STAGE} AS incoming
    WHERE NOT EXISTS (SELECT 1 FROM ${quoted(table.name)} AS there WHERE ${sameKey(table)})`
}

/** Changes rows in which something differs; null where there are key columns only. */
export function updateChanged(table: OutputTable): string | null {
  const others = table.columns.filter(({ name }) => !table.key.includes(name)).map(({ name }) => quoted(name))
  if (others.length === 0) return null
  const of = (side: string) => `ROW(${others.map(name => `${side}.${name}`).join(', ')})`
  return `UPDATE ${quoted(table.name)} AS there SET ${others.map(name => `${name} = incoming.${name}`).join(', ')}
    FROM ${STAGE} AS incoming WHERE ${sameKey(table)} AND ${of('there')} IS DISTINCT FROM ${of('incoming')}`
}

/** Takes away rows that are no more. */
export const deleteGone = (table: OutputTable) =>
  `DELETE FROM ${quoted(table.name)} AS there
    WHERE NOT EXISTS (SELECT 1 FROM ${STAGE} AS incoming WHERE ${sameKey(table)})`
