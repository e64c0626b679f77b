import type { Engine } from '../../../lake/engine/index.ts'
import { ONE_BLOCK } from '../../../lake/gold/index.ts'
import { RECORD_TABLES } from './staging.ts'
import type { MadeTable, Staging } from './staging.ts'
import { LOAD } from './versions.ts'
import type { MonthOfVersions } from './versions.ts'

export const BOOK = 'lake.incident_months'
/** Where the book says up to which position everything is made. */
const ALL_MONTHS = 0

/** What a month was made of, and how many rows that made. */
export interface MadeMonth extends MonthOfVersions {
  readonly rules: string
  readonly rows: Readonly<Record<MadeTable, number>>
}

export interface Book {
  /** Everything below this position of the log is in the tables; null where nothing was ever made. */
  readonly upto: number | null
  readonly months: ReadonlyMap<number, MadeMonth>
}

const COUNTS = ['incidents', 'links', 'history', 'days'] as const

interface BookRow extends MonthOfVersions, Record<(typeof COUNTS)[number], number> {
  readonly upto: number
  readonly rules: string
}

export async function readBook(engine: Pick<Engine, 'query'>): Promise<Book> {
  const rows = await engine.query<BookRow>(
    `SELECT b.started_month AS month, toInt64(b.upto) AS upto, b.rules AS rules, toInt64(b.versions) AS versions, toString(b.digest) AS digest,
        ${COUNTS.map(name => `toInt64(b.${name}) AS ${name}`).join(', ')} FROM ${BOOK} AS b`,
    LOAD,
  )
  const made = rows.filter(({ month }) => month !== ALL_MONTHS)
  return {
    upto: rows.find(({ month }) => month === ALL_MONTHS)?.upto ?? null,
    months: new Map(made.map(row => [row.month, { ...row, rows: rowsOf(row) }])),
  }
}

function rowsOf(row: BookRow): MadeMonth['rows'] {
  return Object.fromEntries(
    RECORD_TABLES.map((table, i) => [table, row[COUNTS[i] ?? 'days']]),
  ) as MadeMonth['rows']
}

/** How many rows the record's tables hold of each month, as they are. */
export async function rowsByMonth(
  engine: Pick<Engine, 'query'>,
  nameOf: (table: MadeTable) => string = table => table,
): Promise<Map<number, Record<MadeTable, number>>> {
  const found = new Map<number, Record<MadeTable, number>>()
  for (const table of RECORD_TABLES) {
    const month = table === 'gold.incident_daily_state' ? 't.started_month' : 'toYYYYMM(t.started_at)'
    const rows = await engine.query<{ started_month: number; rows: number }>(
      `SELECT ${month} AS started_month, toInt64(count()) AS rows FROM ${nameOf(table)} AS t GROUP BY started_month`,
      LOAD,
    )
    for (const { started_month: of, rows: count } of rows)
      found.set(of, { ...(found.get(of) ?? NO_ROWS), [table]: count })
  }
  return found
}

export const NO_ROWS = Object.fromEntries(RECORD_TABLES.map(table => [table, 0])) as Record<MadeTable, number>

/** Puts what months were made of beside their rows, to be swapped in last. */
export async function stageBook(engine: Engine, months: readonly MadeMonth[], upto: number): Promise<void> {
  if (months.length === 0) return
  const counts = Object.fromEntries(
    COUNTS.map((name, i) => [
      name,
      months.map(({ rows }) => rows[RECORD_TABLES[i] ?? 'gold.incident_daily_state']),
    ]),
  )
  const columns = [
    'months:Array(UInt32)',
    'rules:Array(String)',
    'versions:Array(UInt64)',
    'digests:Array(String)',
  ]
  const arrays = [...columns, ...COUNTS.map(name => `${name}:Array(UInt64)`)]
  const value = (name: string) => `of_month.${arrays.findIndex(one => one.startsWith(`${name}:`)) + 1}`
  const counted = COUNTS.map(value).join(', ')
  await engine.exec(
    `INSERT INTO ${BOOK}_rebuild
     SELECT ${value('months')}, {upto:UInt64}, ${value('rules')}, ${value('versions')}, toUInt64(${value('digests')}), ${counted}
     FROM (SELECT arrayJoin(arrayZip(${arrays.map(one => `{${one}}`).join(', ')})) AS of_month)`,
    {
      ...LOAD,
      settings: ONE_BLOCK,
      params: {
        ...counts,
        ...{ upto, months: months.map(({ month }) => month), rules: months.map(({ rules }) => rules) },
        versions: months.map(({ versions }) => versions),
        digests: months.map(({ digest }) => digest),
      },
    },
  )
}

/** Puts beside the book that everything below a position is made, to be swapped in. */
export async function stageUpto(engine: Engine, upto: number, rules: string): Promise<void> {
  const all: MadeMonth = { month: ALL_MONTHS, versions: 0, digest: '0', rules, rows: NO_ROWS }
  await stageBook(engine, [all], upto)
}

export async function swapUpto(engine: Engine): Promise<void> {
  await swap(engine, BOOK, `${BOOK}_rebuild`, [[ALL_MONTHS, true]])
}

/** Lets the rows of months take the place of those that are there, a table after the other; the book goes last. */
export async function swapMonths(
  engine: Engine,
  months: readonly MadeMonth[],
  staging: Staging,
): Promise<void> {
  for (const table of RECORD_TABLES)
    await swap(
      engine,
      table,
      staging(table),
      months.map(({ month, rows }) => [month, rows[table] > 0]),
    )
  await swap(
    engine,
    BOOK,
    `${BOOK}_rebuild`,
    months.map(({ month, versions }) => [month, versions > 0]),
  )
}

async function swap(
  engine: Engine,
  table: string,
  from: string,
  months: readonly (readonly [month: number, hasRows: boolean])[],
): Promise<void> {
  const steps = months.map(([month, hasRows]) =>
    hasRows ? `REPLACE PARTITION ${month} FROM ${from}` : `DROP PARTITION ${month}`,
  )
  if (steps.length > 0) await engine.exec(`ALTER TABLE ${table} ${steps.join(', ')}`, { session: 'load' })
}
