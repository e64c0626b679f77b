import { parse } from 'yaml'
import { FIELDS, SECTIONS } from './fields.ts'
import type { Field } from './fields.ts'
import type { Mistake } from './config-error.ts'
import { nearest } from './nearest.ts'
import type { YamlFile } from './yaml-file.ts'

/** A value and where it was given. */
export interface Given {
  readonly value: unknown
  readonly from: 'file' | 'environment' | 'flag'
  readonly where: string
}

export interface Layer {
  /** By field path. */
  readonly values: ReadonlyMap<string, Given>
  readonly mistakes: readonly Mistake[]
}

/** Variables with our prefix that are no settings. */
export const OTHER_VARIABLES = ['ARTERIAL_CONFIG', 'ARTERIAL_URL', 'ARTERIAL_TOKEN'] as const

/** Keys people look for in vain, and what they want. */
const HINTS: Readonly<Record<string, string>> = {
  'retention.bronze': 'bronze is the log seen as a table: set retention.log',
  'city.timezone': 'the key is city.timeZone',
}

export function fileLayer(file: YamlFile): Layer {
  const values = new Map<string, Given>()
  const mistakes: Mistake[] = [...file.mistakes]
  for (const [name, content] of Object.entries(file.tree)) {
    const section = SECTIONS.find(one => one.name === name)
    const where = file.where([name])
    if (!section) {
      mistakes.push(
        unknownKey(
          name,
          SECTIONS.map(one => one.name),
          where,
        ),
      )
    } else if (content !== null && (typeof content !== 'object' || Array.isArray(content))) {
      const keys = section.fields.map(field => field.key).join(', ')
      mistakes.push({
        path: name,
        where,
        message: `${show(content)} is no section; allowed: a map of ${keys}`,
      })
    } else {
      for (const [key, value] of Object.entries(content ?? {})) {
        const field = section.fields.find(one => one.key === key)
        const at = file.where([name, key])
        if (field) values.set(field.path, { value, from: 'file', where: at })
        else
          mistakes.push(
            unknownKey(
              `${name}.${key}`,
              section.fields.map(one => one.path),
              at,
            ),
          )
      }
    }
  }
  return { values, mistakes }
}

export function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const values = new Map<string, Given>()
  const mistakes: Mistake[] = []
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('ARTERIAL_') || text === undefined) continue
    const field = FIELDS.find(one => one.env === name)
    if (field) values.set(field.path, { value: fromText(field, text), from: 'environment', where: name })
    else if (!(OTHER_VARIABLES as readonly string[]).includes(name)) {
      mistakes.push(unknownKey(name, [...FIELDS.map(one => one.env), ...OTHER_VARIABLES], 'environment'))
    }
  }
  return { values, mistakes }
}

/** Flags by field path; undefined means not given. */
export function flagLayer(flags: Readonly<Record<string, unknown>>): Layer {
  const values = new Map<string, Given>()
  for (const field of FIELDS) {
    const given = flags[field.path]
    if (given === undefined) continue
    const value = typeof given === 'string' ? fromText(field, given) : given
    values.set(field.path, { value, from: 'flag', where: field.meta.flag ?? field.path })
  }
  return { values, mistakes: [] }
}

/** The value as a message shows it; long ones are cut. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

export function unknownKey(path: string, known: readonly string[], where: string): Mistake {
  const hint = HINTS[path]
  const close = nearestPath(path, known)
  const remedy = hint ?? (close ? `did you mean ${close}?` : `allowed: ${known.join(', ')}`)
  return { path, where, message: `unknown key; ${remedy}` }
}

/** Paths of one map differ in their last key only: that is where the typing mistake is. */
function nearestPath(path: string, known: readonly string[]): string | null {
  const last = (text: string): string => text.slice(text.lastIndexOf('.') + 1)
  const close = nearest(last(path), known.map(last))
  return known.find(one => last(one) === close) ?? null
}

/** The text of a variable or a flag as the value it stands for; text that is none stays text and is refused later. */
function fromText(field: Field, text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === 'null' || trimmed === '') return null
  if (field.meta.text === 'number') return /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : text
  if (field.meta.text === 'list' && !trimmed.startsWith('[')) return trimmed.split(/\s*,\s*/)
  if (field.meta.text === 'list' || field.meta.text === 'map') return flow(trimmed)
  return text
}

function flow(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return text
  }
}
