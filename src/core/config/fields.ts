import { z } from 'zod'
import type { LeafMeta } from './values/setting-types.ts'
import { ConfigSchema } from './schema.ts'

/** One setting: a section's key, with all that the loader, its messages and the reference page need to know of it. */
export interface Field {
  readonly section: string
  readonly key: string
  /** `server.port` */
  readonly path: string
  /** `ARTERIAL_SERVER_PORT` */
  readonly env: string
  /** As one would write it in the file. */
  readonly fallback: unknown
  readonly meta: LeafMeta
}

export interface Section {
  readonly name: string
  readonly description: string
  readonly fields: readonly Field[]
}

/** Every setting there is, in the order of the schema. */
export const SECTIONS: readonly Section[] = Object.entries(ConfigSchema.shape).map(([name, section]) => ({
  name,
  description: String(section.meta()?.['description']),
  fields: Object.entries(section.def.innerType.shape as Record<string, z.ZodType>).map(([key, leaf]) => ({
    section: name,
    key,
    path: `${name}.${key}`,
    env: `ARTERIAL_${snake(name)}_${snake(key)}`,
    fallback: leaf instanceof z.ZodPrefault ? leaf.def.defaultValue : undefined,
    meta: leaf.meta() as unknown as LeafMeta,
  })),
}))

export const FIELDS: readonly Field[] = SECTIONS.flatMap(section => section.fields)

/** What is allowed at a path of an issue, from the innermost schema that says so. */
export function allowedAt(path: readonly PropertyKey[]): string {
  let schema: z.ZodType = ConfigSchema
  let allowed = ''
  for (const key of path) {
    const next = step(unwrap(schema), key)
    if (!next) break
    schema = next
    allowed = (schema.meta()?.['allowed'] as string | undefined) ?? allowed
  }
  return allowed
}

/** Names that a map at this path may have; empty where any name will do. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: z.ZodType | undefined = ConfigSchema
  for (const key of path) schema = schema && step(unwrap(schema), key)
  const found = schema && unwrap(schema)
  return found instanceof z.ZodObject ? Object.keys(found.shape) : []
}

function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema
  while (inner instanceof z.ZodPrefault || inner instanceof z.ZodNullable) {
    inner = inner.def.innerType as z.ZodType
  }
  return inner
}

function step(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<PropertyKey, z.ZodType>)[key]
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType
  return undefined
}

function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()
}
