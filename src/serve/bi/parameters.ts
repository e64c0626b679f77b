import { BiError } from './exceptions.ts'

const PREFIX = 'param_'
const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', '0': '\0' }

type Value = string | number | null | Value[]

export const isParameter = (name: string): boolean => name.startsWith(PREFIX)

/**
 * The parameters of a request, as what they mean. Values come as in TSV; those for a list, which the statement says, as the list's
 * own text.
 * @throws {BiError} for what can't be read
 */
export function parametersOf(given: Readonly<Record<string, unknown>>, sql: string): Record<string, unknown> {
  const params: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    if (!isParameter(key)) continue
    if (typeof value !== 'string') throw new BiError(36, `${key.slice(0, 80)} wants one value`)
    const name = key.slice(PREFIX.length)
    const isList = /^\w+$/.test(name) && new RegExp(`\\{\\s*${name}\\s*:\\s*Array\\(`).test(sql)
    params[name] = isList ? new List(value, key).read() : value === '\\N' ? null : unescaped(value)
  }
  return params
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter)
}

/** A list as ClickHouse writes it: texts in quotes, numbers bare, lists within. */
class List {
  readonly #text: string
  readonly #name: string
  #at = 0

  constructor(text: string, name: string) {
    this.#text = text
    this.#name = name
  }

  read(): Value {
    const value = this.#value(0)
    this.#blank()
    if (!Array.isArray(value) || this.#at < this.#text.length) throw this.#wrong()
    return value
  }

  #value(depth: number): Value {
    this.#blank()
    if (this.#takes('[')) return this.#elements(depth)
    const [quoted] = this.#match(/'(?:[^'\\]|\\.|'')*'/sy)
    if (quoted !== undefined) return unescaped(quoted.slice(1, -1).replaceAll("''", "\\'"))
    const [bare] = this.#match(/[\w.+-]+/y)
    if (bare === undefined) throw this.#wrong()
    if (/^null$/i.test(bare)) return null
    const number = Number(bare)
    return String(number) === bare ? number : bare
  }

  #elements(depth: number): Value[] {
    if (depth > 8) throw this.#wrong()
    const values: Value[] = []
    this.#blank()
    if (this.#takes(']')) return values
    for (;;) {
      values.push(this.#value(depth + 1))
      this.#blank()
      if (this.#takes(']')) return values
      if (!this.#takes(',')) throw this.#wrong()
    }
  }

  #blank(): void {
    this.#match(/\s+/y)
  }

  #takes(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false
    this.#at++
    return true
  }

  #match(pattern: RegExp): readonly [string | undefined] {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return [found]
  }

  #wrong(): BiError {
    return new BiError(
      36,
      `${this.#name.slice(0, 80)} is no list at character ${this.#at + 1}: write it as ['a','b'] or [1,2]`,
    )
  }
}
