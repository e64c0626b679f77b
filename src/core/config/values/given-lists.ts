import type { Mistake } from '../config-error.ts'

export type Found = Omit<Mistake, 'where'>

/** A setting as it was given, before it is known to be well-formed. */
export type Given = Readonly<Record<string, unknown>>

/** Nothing is in what is no map. */
export function objectOf(value: unknown): Given {
  return typeof value === 'object' && value !== null ? (value as Given) : {}
}

export function listOf(value: unknown): readonly Given[] {
  return Array.isArray(value) ? value.map(objectOf) : []
}

/** That an entry has the name of one before it. @param at where the entry stands */
export function usedTwice(list: readonly Given[], i: number, at: string): Found[] {
  const names = list.map(one => one['name'])
  const own = names[i]
  return typeof own === 'string' && names.indexOf(own) !== i
    ? [{ path: `${at}.name`, message: `"${own}" is used twice; allowed: a name of its own each` }]
    : []
}
