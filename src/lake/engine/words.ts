/** One word or sign of a statement, with where it stands. Comments and white space are left out. */
export interface Word {
  readonly text: string
  /** Upper case of an unquoted identifier or keyword; '' for anything else. */
  readonly key: string
  readonly start: number
  readonly end: number
  /** How many brackets are open around it. */
  readonly depth: number
}

const heredoc = /\$([A-Za-z0-9_]*)\$/y
const bare = /[\p{L}_][\p{L}\p{N}_$]*/uy
const number = /[0-9][0-9A-Za-z_.]*/y
const space = /\s+/y

/**
 * Yields the words of one ClickHouse statement, lazily: a caller that stops early never looks at the bytes of
 * an INSERT behind its FORMAT clause. It only finds where clauses begin; whether the statement is right, and
 * what it may do, is for the engine to say.
 */
export function* wordsOf(sql: string): Generator<Word> {
  let depth = 0
  let at = 0
  while (at < sql.length) {
    const gap = gapEnd(sql, at)
    if (gap > at) {
      at = gap
      continue
    }
    const end = wordEnd(sql, at)
    const text = sql.slice(at, end)
    if (')]}'.includes(text)) depth = Math.max(0, depth - 1)
    yield { text, key: keyOf(text), start: at, end, depth }
    if ('([{'.includes(text)) depth++
    at = end
  }
}

function keyOf(text: string): string {
  bare.lastIndex = 0
  return bare.test(text) ? text.toUpperCase() : ''
}

/** The end of the white space or comment that begins at `at`; `at` itself when none does. */
function gapEnd(sql: string, at: number): number {
  const blank = match(space, sql, at)
  if (blank !== null) return at + blank.length
  if (sql.startsWith('--', at) || sql.startsWith('#!', at) || sql.startsWith('# ', at)) {
    const line = sql.indexOf('\n', at)
    return line < 0 ? sql.length : line + 1
  }
  if (sql.startsWith('/*', at)) {
    const close = sql.indexOf('*/', at + 2)
    return close < 0 ? sql.length : close + 2
  }
  return at
}

function wordEnd(sql: string, at: number): number {
  const first = sql[at]
  if (first === "'" || first === '"' || first === '`') return quoteEnd(sql, at, first)
  const tag = match(heredoc, sql, at)
  if (tag !== null) {
    const close = sql.indexOf(tag, at + tag.length)
    return close < 0 ? sql.length : close + tag.length
  }
  const word = match(bare, sql, at) ?? match(number, sql, at)
  return at + (word === null ? 1 : word.length)
}

function quoteEnd(sql: string, at: number, quote: string): number {
  for (let i = at + 1; i < sql.length; i++) {
    if (sql[i] === '\\') i++
    else if (sql[i] === quote && sql[i + 1] === quote) i++
    else if (sql[i] === quote) return i + 1
  }
  return sql.length
}

function match(pattern: RegExp, sql: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(sql)?.[0] ?? null
}
