import { SqlRefusedError } from '../refused.ts'
import { parameterEnd } from './parameter.ts'

/** One word or sign of a statement. Comments and white space are left out. */
export interface Word {
  readonly text: string
  /** Upper case of an unquoted identifier or keyword; '' for anything else. */
  readonly key: string
  readonly start: number
  readonly end: number
  /** How many brackets are open around it. */
  readonly depth: number
}

/** Brackets within brackets; the engine's parser tries each way to read them, so its time grows with every one. */
const maxDepth = 50
/** Words and signs; nobody writes more by hand, and a list of values counts two a value. */
const maxWords = 40_000
/** A name as long as this is none. */
const maxNameLength = 128

const word = /[A-Za-z_][A-Za-z0-9_]*/y
const number = /[0-9][0-9A-Za-z_]*(?:\.[0-9][0-9A-Za-z_]*)?\.?/y
const space = /[ \t\r\n]+/y
const heredoc = /\$[A-Za-z0-9_]*\$/y
const lineComment = /--|\/\/|#[ !]/y
/** Signs a reading statement needs. Not among them: `\` (`\G`), `@` (settings), `$` and `#` standing alone. */
const signs = '()[],.;+-*/%=<>!?:|'

/**
 * Cuts a statement into words, or refuses it. It decides before any other reader sees the text that all of them will
 * see the same words: outside of texts only printable ASCII stands, every quote, bracket and comment is closed, names in
 * quotes hold neither quotes nor escapes, and a parameter's type is one of a list.
 */
export function lex(sql: string): Word[] {
  return new Lexer(sql).words()
}

/** The statement with blanks in place of its comments: what is in them is nobody's business, not even the engine's. */
export function withoutComments(sql: string): string {
  const lexer = new Lexer(sql)
  lexer.words()
  let text = ''
  let at = 0
  for (const { start, end } of lexer.comments) {
    text += sql.slice(at, start) + ' '.repeat(end - start)
    at = end
  }
  return text + sql.slice(at)
}

class Lexer {
  readonly comments: { readonly start: number; readonly end: number }[] = []
  readonly #sql: string
  readonly #open: string[] = []

  constructor(sql: string) {
    this.#sql = sql
  }

  words(): Word[] {
    const words: Word[] = []
    let at = 0
    while (at < this.#sql.length) {
      const gap = this.#gapEnd(at)
      if (gap > at) {
        at = gap
        continue
      }
      const end = this.#wordEnd(at)
      const text = this.#sql.slice(at, end)
      if (')]'.includes(text)) this.#close(text, at)
      words.push({
        text,
        key: /^[A-Za-z_]/.test(text) ? text.toUpperCase() : '',
        start: at,
        end,
        depth: this.#open.length,
      })
      if ('(['.includes(text)) this.#open.push(text === '(' ? ')' : ']')
      if (this.#open.length > maxDepth)
        throw refused(`brackets are nested deeper than ${maxDepth}: write it in steps, with WITH`)
      if (words.length > maxWords)
        throw refused(
          `the statement has more than ${maxWords} words: pass long lists as a parameter, {x:Array(String)}`,
        )
      at = end
    }
    if (this.#open.length > 0) throw refused(`the statement ends before a ${this.#open.at(-1) ?? ''}`)
    return words
  }

  /** The end of the white space or comment that begins at `at`; `at` itself when none does. */
  #gapEnd(at: number): number {
    const blank = match(space, this.#sql, at)
    if (blank !== null) return at + blank.length
    const end = match(lineComment, this.#sql, at) !== null ? this.#lineEnd(at) : this.#commentEnd(at)
    if (end > at) {
      checkControls(this.#sql.slice(at, end))
      this.comments.push({ start: at, end })
    }
    return end
  }

  #lineEnd(at: number): number {
    const end = this.#sql.indexOf('\n', at)
    return end < 0 ? this.#sql.length : end
  }

  /** Comments within comments count, as they do for the engine. */
  #commentEnd(at: number): number {
    if (!this.#sql.startsWith('/*', at)) return at
    const marks = /\/\*|\*\//g
    marks.lastIndex = at
    let depth = 0
    for (let mark = marks.exec(this.#sql); mark !== null; mark = marks.exec(this.#sql)) {
      depth += mark[0] === '/*' ? 1 : -1
      if (depth === 0) return marks.lastIndex
    }
    throw refused('a comment that begins with /* does not end')
  }

  #wordEnd(at: number): number {
    const first = this.#sql[at] ?? ''
    if (first === "'") return this.#textEnd(at)
    if (first === '`' || first === '"') return this.#nameEnd(at, first)
    if (first === '{') return parameterEnd(this.#sql, at)
    if (first === '$') return this.#heredocEnd(at)
    const plain = match(word, this.#sql, at) ?? match(number, this.#sql, at)
    const end = at + (plain?.length ?? 1)
    if (plain === null && !signs.includes(first)) throw strange(this.#sql, at)
    if (plain !== null && this.#sql[end] === '$') throw strange(this.#sql, end)
    return end
  }

  #textEnd(at: number): number {
    for (let i = at + 1; i < this.#sql.length; i++) {
      if (this.#sql[i] === '\\') i++
      else if (this.#sql[i] === "'" && this.#sql[i + 1] === "'") i++
      else if (this.#sql[i] === "'") {
        checkControls(this.#sql.slice(at, i))
        return i + 1
      }
    }
    throw refused(`the text that begins with ${this.#sql.slice(at, at + 20)} does not end`)
  }

  #heredocEnd(at: number): number {
    const tag = match(heredoc, this.#sql, at)
    if (tag === null) throw strange(this.#sql, at)
    const close = this.#sql.indexOf(tag, at + tag.length)
    if (close < 0) throw refused(`the text that begins with ${tag} does not end`)
    checkControls(this.#sql.slice(at, close))
    return close + tag.length
  }

  /** Names are shown unquoted in the engine's trees, which are read as text: none may look like a part of one. */
  #nameEnd(at: number, quote: string): number {
    const close = this.#sql.indexOf(quote, at + 1)
    const name = this.#sql.slice(at + 1, close)
    if (close < 0) throw refused(`the name that begins with ${this.#sql.slice(at, at + 20)} does not end`)
    if (name.length > maxNameLength)
      throw refused(`the name ${quote}${name.slice(0, 40)}… is longer than ${maxNameLength} characters`)
    const wrong = /[^\x20-\x7e]|[`"\\.]|\((?:alias|children) |^ *$/.exec(name)
    if (wrong !== null || this.#sql[close + 1] === quote) {
      throw refused(
        `the name ${JSON.stringify(name.slice(0, 60))} is not allowed: names in quotes are of ASCII letters, digits, blanks and signs, without dots, quotes and escapes`,
      )
    }
    return close + 1
  }

  #close(text: string, at: number): void {
    if (this.#open.pop() !== text) throw refused(`the ${text} at character ${at + 1} closes nothing`)
  }
}

function checkControls(text: string): void {
  const control = /(?![\t\r\n])[\p{Cc}\p{Cs}]/u.exec(text)
  if (control !== null)
    throw refused(
      `the statement holds the control character ${codeOf(control[0])}: pass it as a parameter, {x:String}`,
    )
}

function strange(sql: string, at: number): SqlRefusedError {
  const character = String.fromCodePoint(sql.codePointAt(at) ?? 0)
  const shown = /[\p{C}\p{Z}]/u.test(character) ? '' : ` ${character}`
  return refused(
    `the character${shown} (${codeOf(character)}) may stand in texts only ('…'): outside of them a statement is plain ASCII`,
  )
}

const codeOf = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
const refused = (message: string) => new SqlRefusedError(message)

function match(pattern: RegExp, sql: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(sql)?.[0] ?? null
}
