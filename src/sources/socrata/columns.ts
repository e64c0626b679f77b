import type { SodaAnswer } from './ask.ts'

export interface Column {
  readonly name: string
  /** In Socrata's words, such as `floating_timestamp`; null where the portal does not tell. */
  readonly type: string | null
}

/** What of a dataset's columns is otherwise than before. */
export interface Drift {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** `start_dt: floating_timestamp → text` */
  readonly retyped: readonly string[]
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

/** @param hasAll whether `now` has columns without any value, too; else what is missing says nothing */
export function driftOf(before: readonly Column[], now: readonly Column[], hasAll: boolean): Drift {
  const earlier = new Map(before.map(column => [column.name, column.type]))
  const later = new Set(now.map(({ name }) => name))
  return {
    added: now.filter(({ name }) => !earlier.has(name)).map(({ name }) => name),
    removed: hasAll ? before.filter(({ name }) => !later.has(name)).map(({ name }) => name) : [],
    retyped: now.flatMap(({ name, type }) => {
      const was = earlier.get(name) ?? null
      return was === null || type === null || was === type ? [] : [`${name}: ${was} → ${type}`]
    }),
  }
}

function textsOf(header: string | undefined): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(header ?? '')
    return Array.isArray(value) && value.every(one => typeof one === 'string') ? value : null
  } catch {
    return null
  }
}
