import { SqlRefusedError } from '../refused.ts'

/** One node of the engine's syntax tree. */
export interface AstNode {
  /** `Function`, `TableIdentifier`, … */
  readonly kind: string
  /** What follows the kind: a name, a literal; without alias and number of children. */
  readonly text: string
  /** The name given to it with AS; '' when none. */
  readonly alias: string
  readonly children: AstNode[]
}

/** The format in which the engine's trees are asked for: a line a node, nothing escaped. */
export const treeFormat = 'TSVRaw'

/** Statements beyond this are refused: nobody writes them by hand. */
const maxNodes = 20_000

/** The lines of a tree. The FORMAT clause added for the answer counts as part of a statement explained: its last node. */
export function treeLines(tree: Uint8Array, withFormat: boolean): string[] {
  const lines = Buffer.from(tree.buffer, tree.byteOffset, tree.byteLength).toString().split('\n')
  if (lines.at(-1) === '') lines.pop()
  if (withFormat && lines.pop() !== ` Identifier ${treeFormat}`)
    throw new SqlRefusedError('the statement may not end like this')
  return lines
}

/**
 * Reads the lines of `EXPLAIN AST`, one node a line, its depth told by spaces.
 *
 * A name that held a line end could pass itself off as a node; `lex` has refused such names before.
 */
export function parseAst(lines: readonly string[]): AstNode {
  const path: AstNode[] = []
  for (const line of lines) {
    const [, spaces = '', kind = '', rest = ''] = /^( *)([A-Za-z:_]+)(?: (.*))?$/s.exec(line) ?? []
    const depth = spaces.length
    if (kind === '' || depth > path.length || (depth === 0 && path.length > 0)) throw unreadable(line)
    const node: AstNode = { kind, ...notesOf(rest), children: [] }
    path.length = depth
    path.at(-1)?.children.push(node)
    path.push(node)
  }
  const root = path[0]
  if (root === undefined || lines.length > maxNodes) throw unreadable(`${lines.length} nodes`)
  return root
}

function notesOf(rest: string): { text: string; alias: string } {
  const counted = / ?\(children (\d+)\)$/.exec(rest.slice(-30))
  const named = counted === null ? rest : rest.slice(0, rest.length - counted[0].length)
  const at = named.endsWith(')') ? named.indexOf('(alias ') : -1
  if (at < 0 || (at > 0 && named[at - 1] !== ' ')) return { text: named, alias: '' }
  return { text: named.slice(0, Math.max(0, at - 1)), alias: named.slice(at + 7, -1) }
}

function unreadable(what: string): SqlRefusedError {
  return new SqlRefusedError(
    `the statement's syntax tree cannot be read (${what.slice(0, 80)}): write it more simply`,
  )
}
