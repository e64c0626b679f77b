import type { AstNode } from './ast.ts'
import { mayCall, mayReadFrom, whyNot } from './functions.ts'
import { SqlRefusedError } from '../refused.ts'

/** Nodes a SELECT may consist of. What is not here is refused, also what the engine learns later. */
const harmless = new Set([
  ...['SelectWithUnionQuery', 'SelectIntersectExceptQuery', 'SelectQuery', 'ExpressionList', 'Subquery'],
  ...['TablesInSelectQuery', 'TablesInSelectQueryElement', 'TableExpression', 'TableJoin', 'ArrayJoin'],
  ...['TableIdentifier', 'Identifier', 'Literal', 'Function', 'Asterisk', 'QualifiedAsterisk'],
  ...[
    'ColumnsListMatcher',
    'ColumnsRegexpMatcher',
    'QualifiedColumnsListMatcher',
    'QualifiedColumnsRegexpMatcher',
  ],
  ...['ColumnsTransformerList', 'ColumnsExceptTransformer', 'ColumnsReplaceTransformer'],
  ...['ColumnsReplaceTransformer::Replacement', 'OrderByElement', 'InterpolateElement', 'SampleRatio'],
  ...['WindowListElement', 'WindowDefinition'],
])

/** What a union, or a part of one, is. */
const members = new Set(['SelectWithUnionQuery', 'SelectIntersectExceptQuery', 'SelectQuery'])

/** What some refused nodes are called in SQL. */
const sqlNames: Readonly<Record<string, string>> = {
  Set: 'SETTINGS',
  ColumnsApplyTransformer: 'APPLY',
  ASTStreamSettings: 'STREAM',
  InsertQuery: 'INSERT',
}

/** The type in these must stand there as it is: a type put together while running would not be seen. */
const casts = new Set(
  'cast _cast accuratecast accuratecastornull accuratecastordefault reinterpret dynamicelement'.split(' '),
)
/** As `casts`, but the type is their last argument. */
const extractions = new Set(['jsonextract', 'jsonextractcaseinsensitive', 'jsonextractkeysandvalues'])

/** Their time grows with the product of both lengths: the pattern must stand there as it is. */
const patterns = new Set(['ilike', 'notilike'])
const maxPatternLength = 1_000
/** They compare each with each: the second list must stand there as it is. */
const intersections = new Set(['hasall', 'hasany'])

/** A column in lists of tables; as a function it would tell no more than where names without a database are looked up. */
const columnsToo: ReadonlySet<string> = new Set(['database'])

/**
 * Functions that take another one as their first argument. There, a bare name may be that of a function:
 * `arrayMap(file, …)` calls it.
 */
const higherOrder = new Set(
  (
    'arrayAll arrayAvg arrayCount arrayCumSum arrayCumSumNonNegative arrayExists arrayFill arrayFilter arrayFirst ' +
    'arrayFirstIndex arrayFirstOrNull arrayFold arrayLast arrayLastIndex arrayLastOrNull arrayMap arrayMax arrayMin ' +
    'arrayPartialReverseSort arrayPartialSort arrayProduct arrayReverseFill arrayReverseSort arrayReverseSplit ' +
    'arraySort arraySplit arraySum mapAll mapApply mapExists mapFilter mapPartialReverseSort mapPartialSort ' +
    'mapReverseSort mapSort'
  )
    .toLowerCase()
    .split(' '),
)

/** What a statement is held against. */
export interface SqlRules {
  /** `database.table` that may be read. */
  readonly tables: ReadonlySet<string>
  /** Names of all functions the engine has, in small letters. */
  readonly functions: ReadonlySet<string>
}

/** Names of common table expressions that a node sees. */
type Scope = ReadonlySet<string>

/**
 * Walks a SELECT's tree and refuses what is not on the lists: nodes, functions, table functions and tables.
 *
 * @param ctes names of its common table expressions in the order of the text; the tree has them without names
 */
export function checkSelect(root: AstNode, ctes: readonly string[], rules: SqlRules): void {
  new Walk(namedElements(root, ctes), rules).node(root, new Set())
}

/**
 * Which name belongs to which WITH element. The tree shows the WITH of a union's first SELECT again in the others,
 * behind their own parts; these copies are not in the text.
 */
function namedElements(root: AstNode, names: readonly string[]): ReadonlyMap<AstNode, string> {
  const elements: AstNode[] = []
  const visit = (node: AstNode): void => {
    if (node.kind === 'WithElement') elements.push(node)
    const listAt = node.kind === 'SelectQuery' ? withListOf(node) : 0
    node.children.forEach((child, i) => {
      if (listAt <= 0 || i !== listAt) visit(child)
    })
  }
  visit(root)
  if (elements.length !== names.length) {
    throw new SqlRefusedError('the names of the WITH clause cannot be told: write `WITH name AS (SELECT …)`')
  }
  return new Map(elements.map((element, i) => [element, names[i] ?? '']))
}

/** Where a SELECT has its list of WITH elements: 0 its own, behind that a copy, −1 none. */
function withListOf(select: AstNode): number {
  return select.children.findIndex(
    child =>
      child.kind === 'ExpressionList' && child.children.some(element => element.kind === 'WithElement'),
  )
}

class Walk {
  /** Every list of WITH elements that was checked: a copy of one needs no check of its own. */
  readonly #withs = new Set<string>()
  readonly #named: ReadonlyMap<AstNode, string>
  readonly #rules: SqlRules
  /**
   * Names that a table's can begin with: a column must not be called so, or the engine may take the one for the other.
   * Tables are named with their database, but for those of a WITH.
   */
  readonly #tableNames: ReadonlySet<string>

  constructor(named: ReadonlyMap<AstNode, string>, rules: SqlRules) {
    this.#named = named
    this.#rules = rules
    const listed = [...rules.tables].flatMap(table => [table, table.split('.')[0] ?? ''])
    this.#tableNames = new Set([...listed, ...named.values()])
  }

  node(node: AstNode, scope: Scope): void {
    if (!harmless.has(node.kind))
      throw new SqlRefusedError(`${sqlNames[node.kind] ?? node.kind} is not allowed`)
    if (members.has(node.kind)) this.#member(node, scope, null)
    else if (node.kind === 'TableExpression') this.#source(node, scope)
    else {
      if (node.kind === 'TableIdentifier') this.#table(node.text, scope)
      if (node.kind === 'Function') this.#function(node, scope)
      if (node.kind === 'Identifier') this.#identifier(node)
      this.#all(node.children, scope)
    }
  }

  #all(nodes: readonly AstNode[], scope: Scope): void {
    for (const node of nodes) this.node(node, scope)
  }

  /**
   * @param shared names from the WITH of the union's first SELECT, seen by the others that have no WITH of their own
   * @returns the names this member's WITH gives
   */
  #member(node: AstNode, scope: Scope, shared: Scope | null): Scope | null {
    if (node.kind === 'SelectQuery') return this.#select(node, scope, shared)
    if (node.kind === 'SelectIntersectExceptQuery') return this.#members(node.children, scope, shared)
    if (node.kind !== 'SelectWithUnionQuery') throw new SqlRefusedError(`${node.kind} is not allowed`)
    const [list, ...more] = node.children
    if (more.length > 0) throw new SqlRefusedError('INTO OUTFILE, FORMAT and SETTINGS are not allowed')
    return this.#members(list?.children ?? [], scope, shared)
  }

  #members([first, ...others]: readonly AstNode[], scope: Scope, shared: Scope | null): Scope | null {
    if (first === undefined) return null
    const given = this.#member(first, scope, shared)
    for (const other of others) this.#member(other, scope, given)
    return given
  }

  #select(select: AstNode, scope: Scope, shared: Scope | null): Scope | null {
    const at = withListOf(select)
    if (at < 0) {
      this.#all(select.children, scope)
      return null
    }
    const elements = select.children[at]?.children ?? []
    const others = select.children.filter((_, i) => i !== at)
    if (at > 0) {
      if (shared === null || !this.#withs.has(JSON.stringify(elements)))
        throw new SqlRefusedError('a WITH stands where none can be')
      this.#all(others, new Set([...scope, ...shared]))
      return shared
    }
    this.#withs.add(JSON.stringify(elements))
    const own = new Set(elements.map(element => this.#named.get(element)).filter(name => name !== undefined))
    const inner = new Set([...scope, ...own])
    for (const element of elements) {
      if (element.kind === 'WithElement') this.#all(element.children, inner)
      else if (element.kind !== 'Identifier') this.node(element, inner)
      // It could also be the name of a table, and stand for it behind FROM.
      else
        throw new SqlRefusedError(
          `WITH ${element.text} AS … is not allowed: write ${element.text} where it is used`,
        )
    }
    this.#all(others, inner)
    return own
  }

  #source(node: AstNode, scope: Scope): void {
    for (const child of node.children) {
      if (child.kind !== 'Function') this.node(child, scope)
      else if (mayReadFrom(child.text)) this.#all(child.children, scope)
      else throw new SqlRefusedError(`the table function ${child.text} is not allowed`)
    }
  }

  #table(name: string, scope: Scope): void {
    if (scope.has(name) || this.#rules.tables.has(name)) return
    const listed = [...this.#rules.tables]
      .filter(table => table.includes('.'))
      .sort()
      .join(', ')
    throw new SqlRefusedError(`the table ${name} is not allowed: use one of ${listed}, with its database`)
  }

  #function(node: AstNode, scope: Scope): void {
    if (!mayCall(node.text)) throw new SqlRefusedError(whyNot(node.text))
    const name = node.text.toLowerCase()
    const [first, second] = node.children[0]?.children ?? []
    if ((name === 'in' || name === 'notin') && second?.kind === 'Identifier') this.#table(second.text, scope)
    if (higherOrder.has(name) && first?.kind === 'Identifier' && second !== undefined) {
      throw new SqlRefusedError(
        `${node.text}(${first.text}, …) is not allowed: write ${node.text}(x -> …, …)`,
      )
    }
    if (casts.has(name) && first !== undefined) checkType(node, second)
    if (patterns.has(name)) checkPattern(node, second)
    if (intersections.has(name)) checkList(node, second)
    if (extractions.has(name) && second !== undefined) checkType(node, node.children[0]?.children.at(-1))
  }

  /** Where a column is meant, the engine also takes the name of a function, or of a table; and it has columns of its own. */
  #identifier(node: AstNode): void {
    if (/(^|\.)_/.test(node.text)) {
      throw new SqlRefusedError(
        `${node.text} is not allowed: names that begin with _ are the engine’s own (_part, _path, …)`,
      )
    }
    const name = node.text.toLowerCase()
    if (this.#rules.functions.has(name) && !mayCall(name) && !columnsToo.has(name)) {
      throw new SqlRefusedError(
        `${node.text} is also a function that is not allowed: write table.${node.text} for a column`,
      )
    }
    if (this.#tableNames.has(node.alias)) {
      throw new SqlRefusedError(`the column ${node.text} may not be called ${node.alias}, as a table is`)
    }
  }
}

/** The state of an aggregate could be forged; a quoted name could hide it. */
function checkType(node: AstNode, type: AstNode | undefined): void {
  if (type?.kind !== 'Literal') throw new SqlRefusedError(`${node.text} needs its type as a plain text`)
  if (/aggregatefunction|[`"]|\\x/i.test(`${type.text} ${type.alias}`))
    throw new SqlRefusedError(`the type ${type.text.slice(0, 80)} is not allowed`)
}

function checkPattern(node: AstNode, pattern: AstNode | undefined): void {
  if (pattern?.kind === 'Literal' && pattern.text.length <= maxPatternLength) return
  throw new SqlRefusedError(
    `${node.text} needs its pattern as a plain text of at most ${maxPatternLength} characters: else write lower(…) LIKE lower(…)`,
  )
}

function checkList(node: AstNode, list: AstNode | undefined): void {
  if (list?.kind === 'Literal') return
  if (list?.kind === 'Function' && ['array', '_cast'].includes(list.text.toLowerCase())) return
  throw new SqlRefusedError(
    `${node.text} needs its second list written out, [a, b]: else use arrayIntersect(…)`,
  )
}
