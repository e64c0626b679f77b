import type { SodaAnswer } from './ask.ts'

export interface Column {
  readonly name: string
  /** In Socrata's words, such as `floating_timestamp`; null where the portal does not tell. */
  readonly type: string | null
}

/** The portal's own columns, `:id`, `:created_at`, `:updated_at`, `:version`, are no part of what was published. */
export function isSystemColumn(name: string): boolean {
  return name.startsWith(':')
}

/** The columns as the answer's headers tell them (X-SODA2-Fields, X-SODA2-Types); null where they don't. */
export function columnsOf(headers: SodaAnswer['headers']): readonly Column[] | null {
  const names = textsOf(headers['x-soda2-fields'])
  if (names === null) return null
  const types = textsOf(headers['x-soda2-types'])
  return names
    .map((name, i) => ({ name, type: types?.[i] ?? null }))
    .filter(({ name }) => !isSystemColumn(name))
}

function textsOf(header: string | undefined): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(header ?? '')
    return Array.isArray(value) && value.every(one => typeof one === 'string') ? value : null
  } catch {
    return null
  }
}
