import { parseAst, type AstNode } from './ast.ts'
import { SqlRefusedError } from './refused.ts'
import { checkSelect, type SqlRules } from './tree.ts'
import { checkWords, cteNames } from './words.ts'

/** Parameters as bound: `{name:Type}` in the statement. */
export type SqlParams = Readonly<Record<string, unknown>>

/** The engine's own parser. None of it may run the statement, read or connect to anything. */
export interface SqlParser {
  /** The statement in the engine's own spelling, on one line, without comments; throws what it cannot parse. */
  canonical(sql: string): Promise<string>
  /** The lines of its syntax tree, with the parameters filled in. */
  ast(sql: string, params: SqlParams): Promise<readonly string[]>
  /** Names of all functions it knows, in small letters. */
  functions(): Promise<ReadonlySet<string>>
  /** Names of the tables that a name without a database could mean. */
  homeTables(): Promise<ReadonlySet<string>>
}

/** A statement that may run as it stands here (not as the user wrote it). */
export interface CheckedStatement {
  readonly sql: string
  readonly kind: 'select' | 'describe' | 'exists' | 'show' | 'explain'
}

const maxSqlBytes = 65_536

const explain =
  /^EXPLAIN(?: (?:SYNTAX|PLAN|PIPELINE|ESTIMATE|QUERY TREE))?((?: \w+ = \d+,?)*) (?=SELECT\b|WITH\b|\()/
const showTables = /^SHOW TABLES(?: FROM (\w+))?(?: (NOT )?(I?LIKE) ('(?:[^'\\]|\\.)*'))?$/
const showDatabases = /^SHOW DATABASES(?: (NOT )?(I?LIKE) ('(?:[^'\\]|\\.)*'))?$/

/**
 * Lets one reading statement over the listed tables through, and nothing else: it is put into the engine's own
 * spelling, and every node of its syntax tree, every function and every table must be on a list.
 *
 * @param tables `database.table` that may be read; views read what they read, whatever is in them
 * @throws {SqlRefusedError} with the reason; what the parser throws for what is no SQL
 */
export async function checkStatement(
  sql: string,
  params: SqlParams,
  parser: SqlParser,
  tables: ReadonlySet<string>,
): Promise<CheckedStatement> {
  checkText(sql)
  const canonical = await parser.canonical(sql)
  const words = checkWords(canonical)
  await checkNames(cteNames(words), parser, tables)
  const rules: SqlRules = { tables, functions: await parser.functions() }
  const treeOf = async (text: string) => parseAst(await parser.ast(text, params))

  switch (words[0]?.key) {
    case 'SELECT':
    case 'WITH':
      checkSelect(await treeOf(canonical), cteNames(words), rules)
      return { sql: canonical, kind: 'select' }
    case 'EXPLAIN': {
      const inner = canonical.replace(explain, '')
      if (inner === canonical)
        throw new SqlRefusedError(
          'EXPLAIN is allowed for a SELECT only: plain, or as PLAN, PIPELINE, ESTIMATE, SYNTAX, QUERY TREE',
        )
      checkSelect(await treeOf(inner), cteNames(checkWords(inner)), rules)
      return { sql: canonical, kind: 'explain' }
    }
    case 'DESCRIBE':
      checkDescribe(await treeOf(canonical), cteNames(words), rules)
      return { sql: canonical, kind: 'describe' }
    case 'EXISTS':
      checkNamed(await treeOf(canonical), tables)
      return { sql: canonical, kind: 'exists' }
    case 'SHOW':
      return { sql: await show(canonical, treeOf, tables), kind: 'show' }
    default:
      if (words[0]?.text === '(') {
        checkSelect(await treeOf(canonical), cteNames(words), rules)
        return { sql: canonical, kind: 'select' }
      }
      throw new SqlRefusedError(
        `${words[0]?.text ?? 'nothing'} is not allowed: one SELECT, WITH, SHOW, DESCRIBE, EXISTS or EXPLAIN`,
      )
  }
}

/**
 * No WITH is called as an unlisted table of the home database: where the engine sees the table and not the WITH (as
 * inside of the WITH itself), a name could mean it.
 */
async function checkNames(
  ctes: readonly string[],
  parser: SqlParser,
  tables: ReadonlySet<string>,
): Promise<void> {
  if (ctes.length === 0) return
  const home = await parser.homeTables()
  const listed = new Set([...tables].map(table => table.split('.')[1]))
  const taken = ctes.find(name => home.has(name) && !listed.has(name))
  if (taken !== undefined) throw new SqlRefusedError(`WITH ${taken} is not allowed: call it by another name`)
}

function checkText(sql: string): void {
  if (sql.trim() === '') throw new SqlRefusedError('the statement is empty')
  if (Buffer.byteLength(sql) > maxSqlBytes) {
    throw new SqlRefusedError(`the statement is longer than ${maxSqlBytes} bytes`)
  }
  const strange = /[\p{Cc}\p{Cs}]/u.exec(sql.replace(/[\t\r\n]/g, ' '))
  if (strange !== null) {
    const code = strange[0].charCodeAt(0).toString(16).padStart(4, '0')
    throw new SqlRefusedError(`the statement holds the control character U+${code}: pass it as a parameter`)
  }
}

function checkDescribe(tree: AstNode, ctes: readonly string[], rules: SqlRules): void {
  const [source, ...more] = tree.children
  if (tree.kind !== 'DescribeQuery' || source?.kind !== 'TableExpression' || more.length > 0) {
    throw new SqlRefusedError('DESCRIBE is allowed for a table or (SELECT …), without settings')
  }
  checkSelect(source, ctes, rules)
}

/** EXISTS and SHOW CREATE: the names of the table are the node's children. */
function checkNamed(tree: AstNode, tables: ReadonlySet<string>): void {
  const kinds = ['ExistsTableQuery', 'ExistsViewQuery', 'ShowCreateTableQuery', 'ShowCreateViewQuery']
  if (!kinds.includes(tree.kind) || tree.children.some(child => child.kind !== 'Identifier')) {
    throw new SqlRefusedError('EXISTS and SHOW CREATE are allowed for a listed table or view')
  }
  const name = tree.children.map(child => child.text).join('.')
  if (!tables.has(name))
    throw new SqlRefusedError(`the table ${name} is not one of ${[...tables].sort().join(', ')}`)
}

/** SHOW TABLES and SHOW DATABASES tell of the list, not of the engine: its own lists show more, and take conditions. */
async function show(
  canonical: string,
  treeOf: (text: string) => Promise<AstNode>,
  tables: ReadonlySet<string>,
): Promise<string> {
  if (canonical.startsWith('SHOW CREATE ')) {
    checkNamed(await treeOf(canonical), tables)
    return canonical
  }
  const listed = [...tables].sort().map(table => table.split('.'))
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

function listSql(names: readonly (string | undefined)[], not = '', like = '', pattern = ''): string {
  const array = names.map(name => `'${name ?? ''}'`).join(', ')
  const condition = like === '' ? '' : ` WHERE name ${not}${like} ${pattern}`
  return `SELECT arrayJoin(CAST([${array}], 'Array(String)')) AS name${condition}`
}
