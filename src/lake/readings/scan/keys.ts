import { FIELD_NAMES, TYPE_NAMES } from './fields.ts'

/** Keys that are looked for with their quotes: those of the wire record, numbered as in FIELD, and of vehicle_types. */
const names = [...FIELD_NAMES, ...TYPE_NAMES]
/** Number of the first of vehicle_types' keys. */
export const FIRST_TYPE = FIELD_NAMES.length
export const KEY_COUNT = names.length

const keys = names.map(name => Buffer.from(`"${name}"`))
const words = keys.map(wordsOf)
// Module constants: the compiler builds them in, which it cannot do with an object's fields.
const WORDS = Int32Array.from(words.flat())
/** Where a key's words begin; the last one overlaps the one before, so that it ends where the key does. */
const STARTS = Int32Array.from(words, (_, i) => words.slice(0, i).flat().length)
const LASTS = Int32Array.from(words, (_, i) => words.slice(0, i + 1).flat().length - 1)
/** Length of a key with its quotes. */
export const KEY_LENGTHS = Int32Array.from(keys, key => key.length)

export function isKeyAt(view: DataView, at: number, key: number): boolean {
  const end = at + KEY_LENGTHS[key]!
  if (end > view.byteLength) return false
  const last = LASTS[key]!
  for (let i = STARTS[key]!, p = at; i < last; i++, p += 4)
    if (view.getInt32(p, true) !== WORDS[i]) return false
  return view.getInt32(end - 4, true) === WORDS[last]
}

/** Which of the keys from `first` to before `end` stands there, −1 when none does. */
export function keyAt(view: DataView, at: number, first: number, end: number): number {
  for (let key = first; key < end; key++) if (isKeyAt(view, at, key)) return key
  return -1
}

function wordsOf(key: Buffer): number[] {
  const found: number[] = []
  for (let at = 0; at + 4 < key.length; at += 4) found.push(key.readInt32LE(at))
  return [...found, key.readInt32LE(key.length - 4)]
}
