import { wordsOf } from './words.ts'

const changing = new Set(['ALTER', 'EXCHANGE', 'RENAME', 'TRUNCATE', 'CREATE', 'DROP', 'DETACH', 'ATTACH'])
const besideName = new Set(['OR', 'REPLACE', 'TABLE', 'TABLES', 'VIEW', 'DATABASE', 'IF', 'NOT', 'EXISTS'])

/**
 * Scratch tables of the loader, of a rebuild and of `verify`, which no reader has, and bronze's files, which a reader looks
 * for itself at each question.
 */
const scratch = /^(lake\.gold_delta|lake\.verify_\w+|\w+\.\w+_rebuild|bronze\.(segments|frames))$/

/** Does a statement change which tables there are, or take parts away? Readers that opened before must open anew. */
export function reshapes(sql: string): boolean {
  const words = wordsOf(sql)
  const opening = words.next()
  if (opening.done === true || !changing.has(opening.value.key)) return false
  let name = ''
  for (const { text, key } of words) {
    if (name === '' && besideName.has(key)) continue
    const goesOn = name === '' || name.endsWith('.') || text === '.'
    if (!goesOn) break
    name += text
  }
  const changesParts = ['ALTER', 'EXCHANGE', 'RENAME'].includes(opening.value.key)
  return changesParts || !scratch.test(name.replaceAll('`', ''))
}
