import { createHash } from 'node:crypto'
import type { Stream } from '../../core/stream/index.ts'
import type { Engine } from '../engine/index.ts'
import type { DescribedTable } from '../streams/described.ts'
import { dimensionViews } from './dimensions.ts'
import { BI_DATABASE, biViewNames, SCHEMA_VIEWS } from './names.ts'
import { cityClockOf, describedColumns, plainColumns } from './plain-columns.ts'
import type { CityClock, ColumnRow } from './plain-columns.ts'
import { literal, quoted } from './quoting.ts'
import { lastView, schemaViews } from './schema-views.ts'

export { BI_DATABASE, biTables, biViewNames, biViews, SCHEMA_VIEWS } from './names.ts'
export { unitOf } from './plain-columns.ts'
export type { CityClock } from './plain-columns.ts'

const LOAD = { session: 'load' } as const

export interface BiSources {
  /** Every table that SQL may read. */
  readonly tables: readonly DescribedTable[]
  readonly streams: readonly Stream[]
  /** What is said of columns of tables that no stream declares, by table and name. @default nothing */
  readonly comments?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly clock: CityClock
}

/**
 * Makes the views for BI tools anew, of the tables as they are now: plain types, what each column is with its unit, and the city's
 * wall clock behind each instant. May be repeated: where they are as they would be made, nothing is done.
 */
export async function makeBiViews(
  engine: Pick<Engine, 'query' | 'exec'>,
  { tables, streams, comments = {}, clock }: BiSources,
): Promise<void> {
  const listed = tables.map(({ table }) => table)
  const names = biViewNames(listed)
  const columns = await engine.query<ColumnRow>(
    `SELECT concat(c.database, '.', c.table) AS table, c.name AS name, c.type AS type, c.comment AS comment FROM system.columns AS c
     WHERE concat(c.database, '.', c.table) IN {tables:Array(String)} AND c.default_kind != 'ALIAS'
     ORDER BY c.database, c.table, c.position`,
    { ...LOAD, params: { tables: [...names.keys()] } },
  )
  const described = new Map([...saidOf(comments), ...describedColumns(streams)])
  const cityClock = cityClockOf(clock)
  const statements: string[] = []
  for (const { table, says } of tables) {
    const view = names.get(table)
    const own = columns.filter(column => column.table === table)
    if (view === undefined || own.length === 0) continue
    const plain = plainColumns(own, described, clock)
    const head = plain.map(({ name, type, comment }) => `${quoted(name)} ${type} COMMENT ${literal(comment)}`)
    const body = plain.map(({ name, expression }) => `${expression} AS ${quoted(name)}`)
    // Names of columns are those of the table, whatever they are called in the view.
    statements.push(
      `CREATE OR REPLACE VIEW ${view} (${head.join(', ')}) AS WITH ${cityClock} SELECT ${body.join(', ')} FROM ${table} AS t SETTINGS prefer_column_name_to_alias = 1 COMMENT ${literal(says)}`,
    )
  }
  statements.push(...dimensionViews(listed), ...schemaViews(listed))
  await makeUnlessMade(engine, statements)
}

function saidOf(comments: NonNullable<BiSources['comments']>): [string, string][] {
  return Object.entries(comments).flatMap(([table, columns]) =>
    // A unit alone is told by the name.
    Object.entries(columns).flatMap(([name, says]): [string, string][] =>
      says.startsWith('(') ? [] : [[`${table}.${name}`, says]],
    ),
  )
}

/** To make them takes about a second, so a mark on the last one says what they were made of. */
async function makeUnlessMade(
  engine: Pick<Engine, 'query' | 'exec'>,
  statements: readonly string[],
): Promise<void> {
  const mark = createHash('sha256').update(statements.join('\n')).digest('hex')
  const [made] = await engine.query<{ views: number; mark: string }>(
    `SELECT toUInt32(count()) AS views, anyIf(comment, concat(database, '.', name) = {last:String}) AS mark
     FROM system.tables WHERE database = {database:String}`,
    { ...LOAD, params: { last: SCHEMA_VIEWS.one, database: BI_DATABASE } },
  )
  if (made?.mark === mark && made.views === statements.length) return
  await engine.exec(`CREATE DATABASE IF NOT EXISTS ${BI_DATABASE}`, LOAD)
  for (const statement of statements) await engine.exec(statement, LOAD)
  await engine.exec(`${lastView} COMMENT ${literal(mark)}`, LOAD)
}
