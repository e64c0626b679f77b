import type { Field } from '../../../core/stream/index.ts'
import { hasUnseen } from '../../../core/text/printable.ts'

/** A field's value on the wire, or what is wrong with it; null where there is none. */
export type WireValue = { readonly value: unknown } | { readonly wrong: string } | null

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  1: true,
  false: false,
  no: false,
  0: false,
}

/** @param raw of a CSV text, of GeoJSON whatever JSON has; empty means not known */
export function wireValue(field: Field, raw: unknown): WireValue {
  const given = typeof raw === 'string' ? raw.trim() : raw
  if (given === undefined || given === null || given === '') return null
  const shown = JSON.stringify(given).slice(0, 80)
  switch (field.type) {
    case 'number': {
      const value = typeof given === 'string' ? Number(given) : given
      const fits = typeof value === 'number' && value >= field.min && value <= field.max
      const kind = field.whole === true ? 'whole number' : 'number'
      return fits && (field.whole !== true || Number.isInteger(value))
        ? { value }
        : { wrong: `${shown} is not allowed; allowed: a ${kind} from ${field.min} to ${field.max}` }
    }
    case 'text':
    case 'choice':
      return textValue(field, given, shown)
    case 'flag': {
      const value = typeof given === 'boolean' ? given : FLAGS[plain(given).toLowerCase()]
      return value === undefined ? { wrong: `${shown} is not allowed; allowed: true or false` } : { value }
    }
    case 'texts':
      return Array.isArray(given)
        ? { value: given }
        : {
            value: plain(given)
              .split(';')
              .map(one => one.trim()),
          }
    case 'instant':
      return typeof given === 'string'
        ? { value: given }
        : { wrong: `${shown} is no text; allowed: ISO 8601` }
    default:
      return typeof given === 'string' ? parsed(given, shown) : { value: given }
  }
}

function textValue(
  field: Extract<Field, { type: 'text' | 'choice' }>,
  given: unknown,
  shown: string,
): WireValue {
  // Numbers that serve as ids or names are texts.
  const text = plain(given)
  if (field.type === 'choice')
    return field.values.includes(text)
      ? { value: text }
      : { wrong: `${shown} is not allowed; allowed: ${field.values.join(', ')}` }
  const wrong = text === '' || text.length > field.maxChars || (field.long !== true && hasUnseen(text))
  return wrong
    ? { wrong: `${shown} is not allowed; allowed: 1 to ${field.maxChars} visible characters` }
    : { value: text }
}

function parsed(text: string, shown: string): WireValue {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { wrong: `${shown} is no JSON` }
  }
}

function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : ''
}
