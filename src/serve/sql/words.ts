import { wordsOf, type Word } from '../../lake/engine/words.ts'
import { SqlRefusedError } from './refused.ts'

/**
 * Looks at the words of a statement in the engine's own spelling, before its tree is asked for: at what the tree
 * does not show, or what would disturb the reading of the tree.
 *
 * @returns the words
 */
export function checkWords(canonical: string): readonly Word[] {
  const words = [...wordsOf(canonical)]
  words.forEach((word, i) => {
    const next = words[i + 1]
    const afterNext = words[i + 2]
    if (/^[`"]/.test(word.text)) checkName(word.text)
    if (word.key === 'INTO' && next?.key === 'OUTFILE')
      throw refuse('INTO OUTFILE', 'the answer comes back to you')
    if (word.key === 'SETTINGS' && afterNext?.text === '=') {
      throw refuse('SETTINGS', 'limits and settings are set by the server')
    }
    if (word.text === ':' && next?.key === 'IDENTIFIER' && words[i - 2]?.text === '{') {
      throw refuse('a parameter of type Identifier', 'write the name of the table or column itself')
    }
    // The bytes of such a value are read by the engine unchecked.
    if (/AggregateFunction/i.test(word.text))
      throw refuse('the type AggregateFunction', 'aggregate the values')
  })
  const format = words.at(-2)
  if (format?.key === 'FORMAT' && format.depth === 0)
    throw refuse('FORMAT', 'ask for the format beside the statement')
  return words
}

/** Names go into the tree as they are: a line end in one could pass for a node. */
function checkName(quoted: string): void {
  const name = quoted.slice(1, -1)
  if (/[\p{C}\p{Zl}\p{Zp}\\`"]/u.test(name)) {
    throw new SqlRefusedError(
      `the name ${quoted.slice(0, 60)} holds a character that names may not hold here`,
    )
  }
}

function refuse(what: string, instead: string): SqlRefusedError {
  return new SqlRefusedError(`${what} is not allowed: ${instead}`)
}

/**
 * The names of the common table expressions, in the order they begin: `name AS (SELECT`, also with columns and
 * MATERIALIZED. The tree has them in the same order, without their names.
 */
export function cteNames(words: readonly Word[]): string[] {
  const names: string[] = []
  words.forEach((word, i) => {
    if (word.key !== 'AS') return
    const open = words[i + 1]?.key === 'MATERIALIZED' ? i + 2 : i + 1
    let body = open + 1
    while (words[body]?.text === '(') body++
    if (words[open]?.text !== '(' || !['SELECT', 'WITH', 'FROM'].includes(words[body]?.key ?? '')) return
    const name = nameBefore(words, i)
    if (name !== null) names.push(name)
  })
  return names
}

function nameBefore(words: readonly Word[], at: number): string | null {
  let i = at - 1
  if (words[i]?.text === ')') {
    const depth = words[i]?.depth ?? 0
    while (i >= 0 && !(words[i]?.text === '(' && words[i]?.depth === depth)) i--
    i--
  }
  const text = words[i]?.text ?? ''
  const name = /^[`"]/.test(text) ? text.slice(1, -1) : text
  return /^[\p{L}_]/u.test(name) ? name : null
}
