import { SqlRefusedError } from '../refused.ts'
import { parseAst, type AstNode } from './ast.ts'
import { mayCall, mayReadFrom, whyNot } from './functions.ts'
import { lex, withoutComments, type Word } from './lexer.ts'
import { show, type ShowParts } from './show.ts'
import { checkSelect, type SqlRules } from './tree.ts'
import { calledNames, checkWords, cteNames, givenNames } from './words.ts'

/** Parameters as bound: `{name:Type}` in the statement. */
export type SqlParams = Readonly<Record<string, unknown>>

/** What the engine knows by name. */
export interface EngineNames {
  /** All its functions, in small letters. */
  readonly functions: ReadonlySet<string>
  /** All its table functions, in small letters. */
  readonly tableFunctions: ReadonlySet<string>
  /** All its databases. */
  readonly databases: ReadonlySet<string>
  /** Tables (without their database) that are in a database of the lake, but not on the list. */
  readonly hiddenTables: ReadonlySet<string>
}

/** The engine's own parser. None of it may run the statement, read or connect to anything. */
export interface SqlParser {
  /** The statement in the engine's own spelling, on one line, without comments; throws what it cannot parse. */
  canonical(sql: string): Promise<string>
  /** The lines of its syntax tree, with the parameters filled in. */
  ast(sql: string, params: SqlParams): Promise<readonly string[]>
  names(): Promise<EngineNames>
}

/** A statement that may run as it stands here (not as the user wrote it). */
export interface CheckedStatement {
  readonly sql: string
  readonly kind: 'select' | 'describe' | 'exists' | 'show' | 'explain'
  /** The SELECT whose resolved names are to be looked at before it runs; null where nothing is left to resolve. */
  readonly select: string | null
}

const maxSqlBytes = 65_536

const explain =
  /^EXPLAIN(?: (?:SYNTAX|PLAN|PIPELINE|ESTIMATE|QUERY TREE))?((?: \w+ = \d+,?)*) (?=SELECT\b|WITH\b|\()/
/** What an EXPLAIN may be asked for beside itself. */
const explainOptions = new Set(
  'header description indexes projections actions sorting json compact graph oneline run_passes passes dump_tree dump_passes dump_ast run_query_tree_passes query_tree_passes'.split(
    ' ',
  ),
)

/**
 * Lets one reading statement over the listed tables through, and nothing else: it is put into the engine's own
 * spelling, and every node of its syntax tree, every function and every table must be on a list. Nothing runs meanwhile.
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
  const canonical = await parser.canonical(plainText(sql))
  const words = checkWords(canonical)
  const names = await parser.names()
  checkNames(words, names, tables)
  const rules: SqlRules = { tables, functions: names.functions }
  const treeOf = async (text: string) => parseAst(await parser.ast(text, params))
  const select = async (text: string) =>
    checkSelect(await treeOf(text), cteNames(text === canonical ? words : checkWords(text)), rules)

  switch (words[0]?.text === '(' ? 'SELECT' : words[0]?.key) {
    case 'SELECT':
    case 'WITH':
      await select(canonical)
      return { sql: canonical, kind: 'select', select: canonical }
    case 'EXPLAIN': {
      const inner = explained(canonical)
      await select(inner)
      return { sql: canonical, kind: 'explain', select: inner }
    }
    case 'DESCRIBE': {
      checkDescribe(await treeOf(canonical), cteNames(words), rules)
      const inner = /^DESCRIBE(?: TABLE)? \(((?:SELECT|WITH)\b.*)\)$/s.exec(canonical)?.[1] ?? null
      return { sql: canonical, kind: 'describe', select: inner }
    }
    case 'EXISTS':
      checkNamed(await treeOf(canonical), tables)
      return { sql: canonical, kind: 'exists', select: null }
    case 'SHOW': {
      const parts: ShowParts = { tables, checkNamed: async () => checkNamed(await treeOf(canonical), tables) }
      return { sql: await show(canonical, parts), kind: 'show', select: null }
    }
    default:
      throw new SqlRefusedError(
        `${words[0]?.text.slice(0, 60) ?? 'nothing'} is not allowed: one SELECT, WITH, SHOW, DESCRIBE, EXISTS or EXPLAIN`,
      )
  }
}

/** The statement as it goes to the engine's parser: one, of bounded size and depth, of characters that all read alike. */
function plainText(sql: string): string {
  if (sql.trim() === '') throw new SqlRefusedError('the statement is empty')
  if (sql.length > maxSqlBytes || Buffer.byteLength(sql) > maxSqlBytes) {
    throw new SqlRefusedError(
      `the statement is longer than ${maxSqlBytes} bytes: pass long values as parameters`,
    )
  }
  const words = lex(sql)
  const end = words.findIndex(word => word.text === ';')
  if (words.length === 0 || end === 0) throw new SqlRefusedError('the statement is empty')
  if (end > 0 && words.slice(end).some(word => word.text !== ';'))
    throw new SqlRefusedError('several statements are not allowed: send one at a time')
  return withoutComments(sql).slice(0, end < 0 ? undefined : words[end]?.start)
}

/** Names that could mean two things, or call what the tree would show nowhere. */
function checkNames(words: readonly Word[], names: EngineNames, tables: ReadonlySet<string>): void {
  const listed = new Set([...tables].map(table => table.split('.')[1]))
  const ctes = cteNames(words)
  const hidden = ctes.find(name => names.hiddenTables.has(name) && !listed.has(name))
  if (hidden !== undefined) {
    throw new SqlRefusedError(`WITH ${hidden} is not allowed, a table is called so: call it by another name`)
  }
  const database = [...ctes, ...givenNames(words)].find(name => names.databases.has(name))
  if (database !== undefined) {
    throw new SqlRefusedError(`nothing may be called ${database}, as a database is: call it by another name`)
  }
  for (const name of calledNames(words)) {
    const known = names.functions.has(name) || names.tableFunctions.has(name)
    if (known && !mayCall(name) && !mayReadFrom(name)) throw new SqlRefusedError(whyNot(name))
  }
}

function explained(canonical: string): string {
  const [opening, options = ''] = explain.exec(canonical) ?? []
  if (opening === undefined) {
    throw new SqlRefusedError(
      'EXPLAIN is allowed for a SELECT only: plain, or as PLAN, PIPELINE, ESTIMATE, SYNTAX, QUERY TREE',
    )
  }
  const unknown = [...options.matchAll(/\w+(?= =)/g)].find(([option]) => !explainOptions.has(option))
  if (unknown !== undefined) throw new SqlRefusedError(`EXPLAIN has no ${unknown[0]} here: leave it out`)
  return canonical.slice(opening.length)
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
