import type { Engine } from '../engine/index.ts'
import { activeParts, checkParts } from './damaged-parts.ts'
import type { DamagedPart } from './damaged-parts.ts'

const LOAD = { session: 'load' } as const

/** Answers from what the parts' small files say, and from their columns. */
const BY_FILES = { optimize_use_implicit_projections: 1, optimize_trivial_count_query: 1 } as const
const BY_ROWS = { optimize_use_implicit_projections: 0, optimize_trivial_count_query: 0 } as const

/**
 * Finds parts whose small files contradict their columns: which those are, how many rows there are, and between which
 * bounds. The engine believes these files without a checksum, and would leave rows out without a word. It costs a pass
 * over a column or two of each table; damage within a column shows when somebody reads it, and to `verify`.
 */
export async function contradictions(engine: Engine): Promise<DamagedPart[]> {
  const found = await foreignColumns(engine)
  for (const table of new Set((await activeParts(engine)).map(part => part.table))) {
    for (const part of await contradicting(engine, table))
      found.push(...(await checkParts(engine, { table, part })))
  }
  return found
}

/** The versions of aggregate functions differ between engines, and so between a table and its older parts. */
const withoutVersion = (type: string) =>
  `replaceRegexpAll(${type}, 'AggregateFunction\\\\(\\\\d+, ', 'AggregateFunction(')`

/** A part has a column, or a type of one, that its table never had: the file that names them was changed. */
async function foreignColumns(engine: Engine): Promise<DamagedPart[]> {
  const rows = await engine.query<{ table: string; part: string; columns: string }>(
    `SELECT concat(p.database, '.', p.table) AS table, p.name AS part, arrayStringConcat(groupArray(p.column), ', ') AS columns
     FROM system.parts_columns AS p
     WHERE p.active AND p.database IN ('silver', 'gold', 'quarantine', 'bronze', 'lake') AND (p.database, p.table, p.column, ${withoutVersion('p.type')}) NOT IN
       (SELECT c.database, c.table, c.name, ${withoutVersion('c.type')} FROM system.columns AS c WHERE c.database IN ('silver', 'gold', 'quarantine', 'bronze', 'lake'))
     GROUP BY table, part`,
    LOAD,
  )
  return rows.map(({ table, part, columns }) => ({
    table,
    part,
    reason: `it has columns (${columns}) that its table never had`,
  }))
}

async function contradicting(engine: Engine, table: string): Promise<string[]> {
  const bounds = await engine.query<{ name: string }>(
    `SELECT c.name FROM system.columns AS c WHERE concat(c.database, '.', c.table) = {table:String} AND c.is_in_partition_key ORDER BY c.name`,
    { ...LOAD, params: { table } },
  )
  const sql = (count: string) =>
    `SELECT toString(_part) AS part, toString(tuple(${[count, ...bounds.flatMap(({ name }) => [`min(t.${name})`, `max(t.${name})`])].join(', ')})) AS said
     FROM ${table} AS t GROUP BY _part`
  const ask = (settings: Record<string, number>) =>
    engine.query<{ part: string; said: string }>(sql('count()'), { ...LOAD, settings })
  const rows = new Map((await ask(BY_ROWS)).map(row => [row.part, row.said]))
  // What was merged in between is in one answer only.
  return (await ask(BY_FILES)).flatMap(({ part, said }) => ((rows.get(part) ?? said) === said ? [] : [part]))
}
