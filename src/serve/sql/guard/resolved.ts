import { SqlRefusedError } from '../refused.ts'
import { mayCall, mayReadFrom } from './functions.ts'

/** The question for the second look; the statement is put behind it. */
export const resolve = 'EXPLAIN QUERY TREE run_passes = 1, passes = 1 '

/** Nodes of the resolved tree that name something; the name goes up to the next attribute. */
const named = /^ *(TABLE|TABLE_FUNCTION|FUNCTION|COLUMN) id: /
const table =
  /^ *TABLE id: \d+(?:, alias: __table\d+)?, table_name: ([\w.-]+)(?:, temporary_table_name: \w+)?(?:, final: [01])?(?:, sample_size: [\d./ ]+)?(?:, sample_offset: [\d./ ]+)?$/
const tableFunction = /^ *TABLE_FUNCTION id: \d+(?:, alias: __table\d+)?, table_function_name: (\w+)$/
const calledFunction = /^ *FUNCTION id: \d+(?:, alias: [^,]*)?, function_name: (\w+)[ ,]/
const column = /^ *COLUMN id: \d+(?:, alias: .*?)?, column_name: (.*), result_type: /

/** What the engine reads from when a SELECT has no FROM, and where a recursive WITH keeps its rows meanwhile. */
const ownTables = /^(system\.one|_temporary_and_external_tables\._tmp_[0-9a-f-]+)$/
/** Columns that the analyzer makes itself. */
const ownColumns = /^__(array_join_exp|table|grouping_set|step)/
/** Functions that the analyzer puts in place of another one. */
const ownFunctions = new Set(['_cast', '__scalarsubqueryresult', 'nothing'])

/**
 * The second look: what the engine's analyzer made of a statement that the first look let through. Names are resolved here,
 * so nothing can stand in for a table. It sees less than the first look (columns that nobody uses are gone), and asking for it
 * runs scalar subqueries and constant calls: therefore it comes second.
 *
 * @param lines of the answer to `resolve`
 * @throws {SqlRefusedError} for a table, function or engine's column that is not on the lists, and for a line not understood
 */
export function checkResolved(lines: readonly string[], tables: ReadonlySet<string>): void {
  for (const line of lines) {
    const kind = named.exec(line)?.[1]
    if (kind === 'TABLE') checkTable(line, tables)
    else if (kind === 'TABLE_FUNCTION')
      checkName('table function', tableFunction.exec(line)?.[1], mayReadFrom, line)
    else if (kind === 'FUNCTION') checkName('function', calledFunction.exec(line)?.[1], isCallable, line)
    else if (kind === 'COLUMN') checkName('column', column.exec(line)?.[1], isOrdinary, line)
  }
}

function checkTable(line: string, tables: ReadonlySet<string>): void {
  checkName('table', table.exec(line)?.[1], name => tables.has(name) || ownTables.test(name), line)
}

const isCallable = (name: string) => mayCall(name) || ownFunctions.has(name.toLowerCase())
const isOrdinary = (name: string) => !name.startsWith('_') || ownColumns.test(name)

function checkName(
  what: string,
  name: string | undefined,
  isAllowed: (name: string) => boolean,
  line: string,
): void {
  if (name !== undefined && isAllowed(name)) return
  const shown = name ?? line.trim().slice(0, 80)
  throw new SqlRefusedError(`behind its names, the statement uses the ${what} ${shown}, which is not allowed`)
}
