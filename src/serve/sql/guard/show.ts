import { SCHEMA_VIEWS } from '../../../lake/bi/names.ts'
import { SqlRefusedError } from '../refused.ts'

export interface ShowParts {
  /** `database.table` that may be read. */
  readonly tables: ReadonlySet<string>
  /** Throws unless what a SHOW CREATE names is one of them. */
  readonly checkNamed: () => Promise<void>
}

/** Tools ask these by the names of the engine’s own tables; among others they would only be in the way. */
const INNER: ReadonlySet<string> = new Set(Object.values(SCHEMA_VIEWS))
const showTables = /^SHOW TABLES(?: FROM (\w+))?(?: (NOT )?(I?LIKE) ('(?:[^'\\]|\\.)*'))?$/
const showDatabases = /^SHOW DATABASES(?: (NOT )?(I?LIKE) ('(?:[^'\\]|\\.)*'))?$/
const showCreate = /^SHOW CREATE (?:TABLE|VIEW) (\w+)\.(\w+)$/

/**
 * What runs in place of a SHOW: an answer from the list of tables. The engine's own would show more: other tables, what
 * views are made of, where files lie.
 */
export async function show(canonical: string, { tables, checkNamed }: ShowParts): Promise<string> {
  if (canonical.startsWith('SHOW CREATE ')) {
    await checkNamed()
    const [, database = '', table = ''] = showCreate.exec(canonical) ?? []
    return createSql(database, table)
  }
  // A name that is listed without its database, too, is the same table.
  const listed = [...tables]
    .filter(table => table.includes('.') && !INNER.has(table))
    .sort()
    .map(table => table.split('.'))
  const forTables = showTables.exec(canonical)
  if (forTables !== null) {
    const [, database, not, like, pattern] = forTables
    const names = listed.filter(([db]) => database === undefined || db === database)
    return listSql(
      database === undefined ? names.map(pair => pair.join('.')) : names.map(pair => pair[1]),
      not,
      like,
      pattern,
    )
  }
  const forDatabases = showDatabases.exec(canonical)
  if (forDatabases !== null) {
    const [, not, like, pattern] = forDatabases
    return listSql([...new Set(listed.map(([database]) => database))], not, like, pattern)
  }
  throw new SqlRefusedError(
    'of SHOW, only SHOW TABLES [FROM …] [LIKE …], SHOW DATABASES and SHOW CREATE are allowed; DESCRIBE tells the columns of a table',
  )
}

/** The columns and their types. Both names are plain words and on the list. */
function createSql(database: string, table: string): string {
  return (
    `SELECT concat('CREATE TABLE ${database}.${table}\\n(\\n    ', arrayStringConcat(groupArray(concat(name, ' ', type)), ',\\n    '), '\\n)') AS statement ` +
    `FROM (SELECT name, type FROM system.columns WHERE database = '${database}' AND table = '${table}' ORDER BY position)`
  )
}

function listSql(names: readonly (string | undefined)[], not = '', like = '', pattern = ''): string {
  const array = names.map(name => `'${name ?? ''}'`).join(', ')
  const condition = like === '' ? '' : ` WHERE name ${not}${like} ${pattern}`
  return `SELECT arrayJoin(CAST([${array}], 'Array(String)')) AS name${condition}`
}
