import type { ValueType } from '../../../serve/contract/intake/catalog.ts'

/** Of so large a share of the values the type is the column's: a few bad ones are its quality, not its type. */
const MOST = 0.9
const DATE = /^(\d{4}-\d\d-\d\d|\d{4}\/\d{1,2}\/\d{1,2}|\d{1,2}\/\d{1,2}\/\d{4})([T ]\d{1,2}:\d\d.*)?$/
/** Zeros in front are those of a code, not of a number. */
const WHOLE = /^-?(0|[1-9]\d{0,15})$/
const NUMBER = /^-?(0|[1-9]\d*)?(\.\d+)?(e[-+]?\d+)?$/i

export type Kind = Exclude<ValueType, 'empty'>

/** What a value is; null where it is none. */
export function kindOf(value: unknown): Kind | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return 'flag'
  if (typeof value === 'number') return Number.isInteger(value) ? 'whole' : 'number'
  if (typeof value !== 'string') return 'object'
  const text = value.trim()
  if (text === '') return null
  if (WHOLE.test(text)) return 'whole'
  if (NUMBER.test(text) && /\d/.test(text)) return 'number'
  if (DATE.test(text)) return 'instant'
  return /^(true|false)$/i.test(text) ? 'flag' : 'text'
}

/** The type of a column by how many of its values are what. */
export function typeOf(counts: ReadonlyMap<Kind, number>): ValueType {
  const filled = [...counts.values()].reduce((sum, n) => sum + n, 0)
  if (filled === 0) return 'empty'
  const isMost = (n: number) => n >= MOST * filled
  const whole = counts.get('whole') ?? 0
  const number = counts.get('number') ?? 0
  if (number > 0 && isMost(whole + number)) return 'number'
  for (const [kind, n] of counts) if (isMost(n)) return kind
  return 'text'
}
