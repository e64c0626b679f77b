import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { Document, Pair } from 'yaml'
import type { Mistake } from './config-error.ts'

export interface YamlFile {
  readonly tree: Readonly<Record<string, unknown>>
  readonly mistakes: readonly Mistake[]
  /** `arterial.yaml:3`, the line of the key at this path. */
  where(path: readonly PropertyKey[]): string
}

/** Reads a configuration file; what can't be read or parsed is a mistake, not an exception. */
export function readYamlFile(path: string): YamlFile {
  const name = basename(path)
  try {
    return parseYaml(readFileSync(path, 'utf8'), name)
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    const message = `can't be read (${reason}); allowed: a YAML file this user may read`
    return { tree: {}, mistakes: [{ path, message, where: name }], where: () => name }
  }
}

export function parseYaml(text: string, name: string): YamlFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const where = (path: readonly PropertyKey[]): string => {
    const offset = offsetOf(document, path)
    return offset === null ? name : `${name}:${lines.linePos(offset).line}`
  }
  const mistakes: Mistake[] = document.errors.map(error => ({
    path: 'YAML',
    message: error.message.split('\n')[0]?.replace(/ at line.*$/, '') ?? error.code,
    where: `${name}:${error.linePos?.[0].line ?? 1}`,
  }))
  if (mistakes.length > 0) return { tree: {}, mistakes, where }

  const tree: unknown = document.toJS()
  if (tree === null || tree === undefined) return { tree: {}, mistakes, where }
  if (typeof tree !== 'object' || Array.isArray(tree)) {
    const message = 'is no configuration; allowed: sections such as city: and server:'
    return { tree: {}, mistakes: [{ path: 'YAML', message, where: `${name}:1` }], where }
  }
  return { tree: tree as Record<string, unknown>, mistakes, where }
}

/** Where the key of the path stands, or the nearest parent that has a place. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const last = path[length - 1]
    if (isMap(parent)) {
      const pair = parent.items.find(item => keyOf(item) === last)
      if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0]
    }
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return null
}

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? String(pair.key.value) : pair.key
}
