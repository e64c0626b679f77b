import { SqlRefusedError } from '../refused.ts'
import { lex, type Word } from './lexer.ts'

/**
 * Looks at the words of a statement in the engine's own spelling, before its tree is asked for: at what the tree
 * does not show, or shows too late.
 *
 * @returns the words
 */
export function checkWords(canonical: string): readonly Word[] {
  const words = lex(canonical)
  words.forEach((word, i) => {
    const next = words[i + 1]
    const afterNext = words[i + 2]
    if (word.key === 'INTO' && next?.key === 'OUTFILE')
      throw refuse('INTO OUTFILE', 'the answer comes back to you')
    if (word.key === 'SETTINGS' && afterNext?.text === '=') {
      throw refuse('SETTINGS', 'limits and settings are set by the server')
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

function refuse(what: string, instead: string): SqlRefusedError {
  return new SqlRefusedError(`${what} is not allowed: ${instead}`)
}

/** What is called with brackets: every name that stands before one, in small letters. Keywords (`IN (`) are among them. */
export function calledNames(words: readonly Word[]): ReadonlySet<string> {
  const called = words.filter((_, i) => words[i + 1]?.text === '(').map(nameOf)
  return new Set(called.filter(name => name !== null).map(name => name.toLowerCase()))
}

/** The names given with AS, of columns, tables and WITH. */
export function givenNames(words: readonly Word[]): string[] {
  const names = words.flatMap((word, i) => {
    const next = words[i + 1]
    return word.key === 'AS' && next !== undefined ? [nameOf(next)] : []
  })
  return names.filter(name => name !== null)
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
  const before = words[i]
  return before === undefined ? null : nameOf(before)
}

/** The name a word is, without its quotes; null for anything else. */
function nameOf({ text, key }: Word): string | null {
  if (/^[`"]/.test(text)) return text.slice(1, -1)
  return key === '' ? null : text
}
