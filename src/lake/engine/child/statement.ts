import { EngineFault } from './fault.ts'
import { wordsOf, type Word } from '../words.ts'

/** What the door must know of a statement before it hands it to the engine. */
export type Statement = Insert | Select | Other

/** An INSERT whose rows come with the request. */
export interface Insert {
  readonly kind: 'insert'
  /** `INSERT INTO t (a, b)`, and its SETTINGS clause or ''. */
  readonly target: string
  readonly settings: string
  readonly format: string
  /** Where the rows begin in the text; its length when none are in it. */
  readonly dataAt: number
}

/** A statement that answers rows and changes nothing. */
export interface Select {
  readonly kind: 'select'
  /** Without a closing semicolon. */
  readonly text: string
  /** Its FORMAT clause, if it has one, and where that clause stands (else the text's end). */
  readonly format: string | null
  readonly formatAt: number
}

export interface Other {
  readonly kind: 'other'
  readonly text: string
  readonly format: string | null
  /** It only reads. */
  readonly reads: boolean
  /** It changes the connection itself (SET, USE, temporary tables), which then serves no other request. */
  readonly lingers: boolean
}

const selecting = new Set(['SELECT', 'WITH', 'FROM'])
const reading = new Set(['SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN'])

/** @throws {EngineFault} for an empty text and for several statements in one */
export function readStatement(sql: string): Statement {
  const words = wordsOf(sql)
  const opening = words.next()
  if (opening.done === true) throw new EngineFault(62, 'SYNTAX_ERROR', 'Syntax error: Empty query')
  if (opening.value.key === 'INSERT') return readInsert(sql, words)

  const tail: Word[] = []
  let end = sql.length
  for (const word of words) {
    if (end < sql.length) throw severalStatements()
    if (word.text === ';') end = word.start
    else if (word.depth === 0) tail.push(word)
  }
  const text = sql.slice(0, end)
  const clause = formatClause(tail)
  return plainStatement(opening.value, tail, text, clause)
}

function plainStatement(
  opening: Word,
  rest: readonly Word[],
  text: string,
  clause: { name: string; at: number } | null,
): Statement {
  const selects = selecting.has(opening.key) || opening.text === '('
  if (selects && !rest.some(word => word.key === 'INSERT')) {
    return { kind: 'select', text, format: clause?.name ?? null, formatAt: clause?.at ?? text.length }
  }
  const lingers =
    opening.key === 'SET' ||
    opening.key === 'USE' ||
    rest.slice(0, 3).some(word => word.key.startsWith('TEMP'))
  return { kind: 'other', text, format: clause?.name ?? null, reads: reading.has(opening.key), lingers }
}

/** The last `FORMAT Name` outside of brackets; a column called format is followed by anything but a bare word. */
function formatClause(words: readonly Word[]): { name: string; at: number } | null {
  const i = words.findLastIndex((word, at) => word.key === 'FORMAT' && (words[at + 1]?.key ?? '') !== '')
  const word = words[i]
  const name = words[i + 1]
  const after = words[i + 2]
  if (word === undefined || name === undefined) return null
  return after === undefined || after.key === 'SETTINGS' ? { name: name.text, at: word.start } : null
}

function readInsert(sql: string, words: Generator<Word>): Statement {
  let settingsAt = -1
  let isName = false // the word after INTO, TABLE, FUNCTION or a dot is a name, whatever it looks like
  for (const word of words) {
    if (word.depth > 0) continue
    if (word.text === ';') break
    const named: boolean = isName
    isName =
      word.text === '.' || word.key === 'INTO' || (word.key === 'TABLE' && named) || word.key === 'FUNCTION'
    if (named) continue
    if (word.key === 'SETTINGS') settingsAt = word.start
    else if (word.key === 'SELECT' || word.key === 'WITH' || word.key === 'INFILE') return wholeInsert(sql)
    else if (word.key === 'VALUES') return dataInsert(sql, settingsAt, word.start, 'Values', word.end)
    else if (word.key === 'FORMAT') {
      const name = words.next()
      if (name.done === true) break
      return dataInsert(sql, settingsAt, word.start, name.value.text, name.value.end)
    }
  }
  return wholeInsert(sql)
}

function dataInsert(sql: string, settingsAt: number, clauseAt: number, format: string, end: number): Insert {
  const targetEnd = settingsAt < 0 ? clauseAt : settingsAt
  return {
    kind: 'insert',
    target: sql.slice(0, targetEnd),
    settings: settingsAt < 0 ? '' : sql.slice(settingsAt, clauseAt),
    format,
    // One line end, or blanks, part the clause from the rows; binary rows may begin with any other byte.
    dataAt: end + (/^[ \t;]*\r?\n?/.exec(sql.slice(end, end + 64))?.[0].length ?? 0),
  }
}

function wholeInsert(sql: string): Other {
  let end = sql.length
  for (const word of wordsOf(sql)) {
    if (end < sql.length) throw severalStatements()
    if (word.text === ';') end = word.start
  }
  return { kind: 'other', text: sql.slice(0, end), format: null, reads: false, lingers: false }
}

function severalStatements(): EngineFault {
  return new EngineFault(62, 'SYNTAX_ERROR', 'Syntax error: Multi-statements are not allowed')
}
