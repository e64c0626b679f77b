import { BI_DATABASE, SCHEMA_VIEWS } from '../../lake/bi/names.ts'
import { lex, type Word } from '../sql/guard/lexer.ts'

/** A statement as the guard takes it, and what was asked for beside it. */
export interface PlainStatement {
  readonly sql: string
  /** Of its FORMAT clause; null without one. */
  readonly format: string | null
  /** Of its SETTINGS clause. */
  readonly settings: Readonly<Record<string, string>>
}

/** What the session's functions answer; what they would tell of the machine is nobody's business. */
export interface Session {
  readonly version: string
  readonly user: string
}

/**
 * Takes off what the guard refuses and drivers write without being asked: FORMAT and SETTINGS at the end. Tables of `system` that
 * tools look at become the views of what they may read, and functions that tell of the session become what they would say. Whatever
 * is left goes through the guard as it is: nothing is let through here.
 *
 * @throws {SqlRefusedError} for what is no statement
 */
export function plainStatement(sql: string, session: Session): PlainStatement {
  const words = lex(sql)
  while (words.at(-1)?.text === ';') words.pop()
  const clauses = takeClauses(sql, words)
  const end = words.at(-1)?.end ?? 0
  return { ...clauses, sql: ofSchema(words) ?? rewritten(sql.slice(0, end), words, session) }
}

/**
 * Questions after what there is, asked as a statement of its own: ClickHouse says that a thing is not there where the guard would
 * say that it may not be read.
 */
function ofSchema(words: readonly Word[]): string | null {
  const [first, second] = words.map(({ key }) => key)
  if (first === 'SHOW' && second === 'DATABASES' && words.length === 2)
    return `SELECT name FROM ${SCHEMA_VIEWS.databases} ORDER BY name`
  if (first === 'SHOW' && second === 'TABLES' && words.length === 2) return `SHOW TABLES FROM ${BI_DATABASE}`
  if (first !== 'EXISTS') return null
  const rest = words.slice(['DATABASE', 'TABLE', 'VIEW'].includes(second ?? '') && words.length > 2 ? 2 : 1)
  const names = rest.filter(({ text }) => text !== '.').map(nameOf)
  const given = names.filter(name => name !== null && /^\w+$/.test(name))
  if (given.length !== names.length || rest.length !== names.length * 2 - 1) return null
  const [database, name] = given.length === 2 ? given : [BI_DATABASE, ...given]
  if (second === 'DATABASE' && given.length === 1)
    return `SELECT toUInt8(count() > 0) AS result FROM ${SCHEMA_VIEWS.databases} WHERE name = '${name ?? ''}'`
  if (second === 'DATABASE' || name === undefined || given.length > 2) return null
  return `SELECT toUInt8(count() > 0) AS result FROM ${SCHEMA_VIEWS.tables} WHERE database = '${database ?? ''}' AND name = '${name}'`
}

/** Takes the last clauses off the words, in whatever order they stand. */
function takeClauses(sql: string, words: Word[]): Pick<PlainStatement, 'format' | 'settings'> {
  let format: string | null = null
  const settings: Record<string, string> = {}
  for (;;) {
    const [before, last] = [words.at(-2), words.at(-1)]
    if (
      format === null &&
      before?.key === 'FORMAT' &&
      before.depth === 0 &&
      last !== undefined &&
      last.key !== ''
    ) {
      format = last.text
      words.length -= 2
      continue
    }
    const at = words.findLastIndex(({ key, depth }) => key === 'SETTINGS' && depth === 0)
    const given = at <= 0 ? null : assignments(sql, words.slice(at + 1))
    if (given === null) return { format, settings }
    Object.assign(settings, given)
    words.length = at
  }
}

/** `a = 1, b = 'x'`; null when it is anything else. */
function assignments(sql: string, words: readonly Word[]): Record<string, string> | null {
  const given: Record<string, string> = {}
  for (let i = 0; i < words.length; i += 4) {
    const [name, equals, value, comma] = words.slice(i, i + 4)
    if (name === undefined || name.key === '' || equals?.text !== '=' || value === undefined) return null
    if (comma !== undefined && (comma.text !== ',' || i + 4 >= words.length)) return null
    if (!/^(\d|'|[A-Za-z])/.test(value.text)) return null
    given[name.text] = value.text.startsWith("'")
      ? value.text.slice(1, -1)
      : sql.slice(value.start, value.end)
  }
  return words.length === 0 ? null : given
}

function rewritten(sql: string, words: readonly Word[], session: Session): string {
  const says: Readonly<Record<string, string>> = {
    VERSION: session.version,
    TIMEZONE: 'UTC',
    SERVERTIMEZONE: 'UTC',
    CURRENTDATABASE: BI_DATABASE,
    DATABASE: BI_DATABASE,
    CURRENT_DATABASE: BI_DATABASE,
    CURRENTUSER: session.user,
    USER: session.user,
    CURRENT_USER: session.user,
    HOSTNAME: 'arterial',
    DISPLAYNAME: 'arterial',
  }
  const changes: { readonly start: number; readonly end: number; readonly by: string }[] = []
  words.forEach((word, i) => {
    const [next, afterNext] = [words[i + 1], words[i + 2]]
    if (words[i - 1]?.text === '.') return
    const said = Object.hasOwn(says, word.key) ? says[word.key] : undefined
    if (said !== undefined && next?.text === '(' && afterNext?.text === ')')
      changes.push({ start: word.start, end: afterNext.end, by: `'${said.replace(/[^\w.-]/g, '_')}'` })
    if (nameOf(word)?.toLowerCase() !== 'system' || next?.text !== '.' || afterNext === undefined) return
    const view = Object.entries(SCHEMA_VIEWS).find(([name]) => name === nameOf(afterNext)?.toLowerCase())?.[1]
    if (view !== undefined) changes.push({ start: word.start, end: afterNext.end, by: view })
  })
  let text = ''
  let at = 0
  for (const { start, end, by } of changes) {
    text += sql.slice(at, start) + by
    at = end
  }
  return text + sql.slice(at)
}

function nameOf({ text, key }: Word): string | null {
  if (/^[`"]/.test(text)) return text.slice(1, -1)
  return key === '' ? null : text
}
