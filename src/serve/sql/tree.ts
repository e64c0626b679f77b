import type { AstNode } from './ast.ts'
import { mayCall, mayReadFrom } from './functions.ts'
import { SqlRefusedError } from './refused.ts'

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

/** What some refused nodes are called in SQL. */
const sqlNames: Readonly<Record<string, string>> = {
  Set: 'SETTINGS',
  ColumnsApplyTransformer: 'APPLY',
  ASTStreamSettings: 'STREAM',
  InsertQuery: 'INSERT',
}

/** The type in these must stand there as it is: a type put together while running would not be seen. */
const casts = new Set([
  'cast',
  '_cast',
  'accuratecast',
  'accuratecastornull',
  'accuratecastordefault',
  'reinterpret',
])

/** Names of common table expressions that a node sees. */
type Scope = ReadonlySet<string>

/**
 * Walks a SELECT's tree and refuses what is not on the lists: nodes, functions, table functions and tables.
 *
 * @param ctes names of its common table expressions in the order of the tree, which has them without names
 * @param tables `database.table` that may be read
 */
export function checkSelect(root: AstNode, ctes: readonly string[], tables: ReadonlySet<string>): void {
  const walk = new Walk(ctes, tables)
  walk.node(root, new Set())
  walk.finish()
}

class Walk {
  readonly #names: readonly string[]
  readonly #tables: ReadonlySet<string>
  #named = 0

  constructor(names: readonly string[], tables: ReadonlySet<string>) {
    this.#names = names
    this.#tables = tables
  }

  finish(): void {
    if (this.#named === this.#names.length) return
    throw new SqlRefusedError('the names of the WITH clause cannot be told: write `WITH name AS (SELECT …)`')
  }

  node(node: AstNode, scope: Scope): void {
    if (!harmless.has(node.kind))
      throw new SqlRefusedError(`${sqlNames[node.kind] ?? node.kind} is not allowed`)
    if (node.kind === 'SelectWithUnionQuery') this.#union(node, scope)
    else if (node.kind === 'SelectIntersectExceptQuery') this.#members(node.children, scope)
    else if (node.kind === 'SelectQuery') this.#select(node, scope)
    else if (node.kind === 'TableExpression') this.#source(node, scope)
    else {
      if (node.kind === 'TableIdentifier') this.#table(node.text, scope)
      if (node.kind === 'Function') this.#function(node, scope)
      this.#all(node.children, scope)
    }
  }

  #all(nodes: readonly AstNode[], scope: Scope): void {
    for (const node of nodes) this.node(node, scope)
  }

  #union(node: AstNode, scope: Scope): void {
    const [list, ...more] = node.children
    if (more.length > 0) throw new SqlRefusedError('INTO OUTFILE, FORMAT and SETTINGS are not allowed')
    this.#members(list?.children ?? [], scope)
  }

  /** The first SELECT's WITH holds for its whole union. */
  #members([first, ...others]: readonly AstNode[], scope: Scope): void {
    if (first === undefined) return
    if (first.kind === 'SelectQuery') this.#all(others, this.#select(first, scope))
    else this.#all([first, ...others], scope)
  }

  /** @returns the names its own nodes see */
  #select(node: AstNode, scope: Scope): Scope {
    const [first, ...others] = node.children
    if (!(first?.kind === 'ExpressionList' && first.children.some(child => child.kind === 'WithElement'))) {
      this.#all(node.children, scope)
      return scope
    }
    const inner = this.#with(first.children, scope)
    this.#all(others, inner)
    return inner
  }

  #with(elements: readonly AstNode[], scope: Scope): Scope {
    let inner = scope
    for (const element of elements) {
      if (element.kind !== 'WithElement') {
        this.node(element, inner)
        continue
      }
      const name = this.#names[this.#named++]
      if (name !== undefined) inner = new Set([...inner, name])
      this.#all(element.children, inner) // it sees itself: WITH RECURSIVE
    }
    return inner
  }

  #source(node: AstNode, scope: Scope): void {
    for (const child of node.children) {
      if (child.kind !== 'Function') this.node(child, scope)
      else if (mayReadFrom(child.text)) this.#all(child.children, scope)
      else throw new SqlRefusedError(`the table function ${child.text} is not allowed`)
    }
  }

  #table(name: string, scope: Scope): void {
    if (scope.has(name) || this.#tables.has(name)) return
    const listed = [...this.#tables].sort().join(', ')
    throw new SqlRefusedError(`the table ${name} is not allowed: use one of ${listed}, with its database`)
  }

  #function(node: AstNode, scope: Scope): void {
    if (!mayCall(node.text)) throw new SqlRefusedError(`the function ${node.text} is not allowed`)
    const name = node.text.toLowerCase()
    const [first, second] = node.children[0]?.children ?? []
    if ((name === 'in' || name === 'notin') && second?.kind === 'Identifier') this.#table(second.text, scope)
    if (casts.has(name) && first !== undefined && second?.kind !== 'Literal') {
      throw new SqlRefusedError(`${node.text} needs its type as a plain text`)
    }
  }
}
