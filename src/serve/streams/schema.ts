import { z } from 'zod'
import { columnsOf } from '../../core/stream/index.ts'
import type { Column, Field, Stream } from '../../core/stream/index.ts'
import { versionColumn } from '../../lake/read/index.ts'
import { instantAsked } from '../routes/list.ts'

/** A record as it comes: what is not required may be left out or null, and further fields are kept in bronze. */
export function wireSchema(stream: Stream): z.ZodObject {
  const fields = Object.entries(stream.fields).map(([name, field]) => {
    const value = wireValue(field)
    return [name, described(field.required === true ? value : value.nullish(), field)] as const
  })
  return z.looseObject(Object.fromEntries(fields)).meta({ description: stream.says })
}

/** One row of its silver table; the columns of a list, in their order. */
export function itemSchema(stream: Stream, names: readonly string[]): z.ZodObject {
  const columns = new Map(columnsOf(stream.fields).map(column => [column.name, column]))
  const shape = names.map(name => {
    const column = columns.get(name)
    return [
      name,
      column === undefined ? (gathered[name] ?? z.unknown()) : columnSchema(stream, column),
    ] as const
  })
  return z.strictObject(Object.fromEntries(shape)).meta({ description: stream.says })
}

/** Of an item: one field alone, as a query asks for it. */
export function columnValue(stream: Stream, column: Column): z.ZodType {
  const field = stream.fields[column.field]
  if (field?.type === 'choice')
    return z.enum(field.values, { error: `wants one of ${field.values.join(', ')}` })
  if (field?.type === 'flag') return z.enum(['true', 'false'], { error: 'wants true or false' })
  if (field?.type === 'number' || field?.type === 'counts')
    return z.string().regex(/^-?\d{1,15}(\.\d{1,15})?$/, { error: 'wants a number' })
  if (field?.type === 'instant') return instantAsked
  return z
    .string()
    .min(1)
    .max(field !== undefined && 'maxChars' in field ? field.maxChars : 128)
}

function wireValue(field: Field): z.ZodType {
  switch (field.type) {
    case 'number': {
      const value = field.whole === true ? z.int() : z.number()
      return value.min(field.min).max(field.max)
    }
    case 'text':
      return z.string().min(1).max(field.maxChars)
    case 'choice':
      return z.enum(field.values)
    case 'flag':
      return z.boolean()
    case 'instant':
      return z.string()
    case 'texts':
      return z.array(z.string().min(1).max(field.maxChars)).max(field.maxItems)
    case 'counts':
      return z.object(
        Object.fromEntries(field.names.map(name => [name, z.int().min(0).max(field.max).nullish()])),
      )
    case 'json':
      return z.unknown()
  }
}

function described(value: z.ZodType, field: Field): z.ZodType {
  const zone = field.type === 'instant' ? '; ISO 8601, without a zone it is local to the city' : ''
  const unit = field.type === 'number' && field.unit !== null ? { unit: field.unit } : {}
  return value.meta({ description: `${field.says}${zone}`, ...unit })
}

const gathered: Readonly<Record<string, z.ZodType>> = {
  position: z.int().nonnegative().meta({ description: 'Of its line in the log' }),
  arrived_at: z.iso.datetime(),
  source: z.string(),
}

function columnSchema(stream: Stream, column: Column): z.ZodType {
  const field = stream.fields[column.field]
  const value = field?.type === 'choice' ? z.enum(field.values) : ofKind[column.kind]
  const { nullable, kind, says, unit } = column
  return (nullable && kind !== 'texts' ? value.nullable() : value).meta({
    description: `${says}${field?.type === 'json' ? ', as JSON text' : ''}${versionColumn(stream) === column.name ? '; the newest counts' : ''}`,
    ...(unit === null ? {} : { unit }),
  })
}

const ofKind: Readonly<Record<Column['kind'], z.ZodType>> = {
  text: z.string(),
  texts: z.array(z.string()),
  flag: z.boolean(),
  instant: z.iso.datetime(),
  double: z.number(),
  decimal: z.number(),
  whole: z.int(),
}
