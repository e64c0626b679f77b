import { z } from 'zod'

/** A column of a published table. */
export interface DeltaColumn {
  readonly name: string
  /** As Delta names it, e.g. `long`, `decimal(18,2)`; `array<string>` for a list of texts. */
  readonly type: string
  /** What it is, with its unit; empty: nothing is said. */
  readonly comment: string
}

const Field = z.looseObject({
  name: z.string(),
  type: z.unknown(),
  metadata: z.looseObject({ comment: z.string().optional() }).nullish(),
})
const Struct = z.looseObject({ type: z.literal('struct'), fields: z.array(Field) })

/** Every column may be null: one that is added later is so in the rows from before. */
export function schemaString(columns: readonly DeltaColumn[]): string {
  const fields = columns.map(({ name, type, comment }) => ({
    name,
    type: typeOf(type),
    nullable: true,
    metadata: comment === '' ? {} : { comment },
  }))
  return JSON.stringify({ type: 'struct', fields })
}

/**
 * The columns that a table has from now on: those it had, in their order, then new ones. One that is no longer written stays.
 *
 * @throws {Error} naming the columns that have another type than before
 */
export function evolved(before: string, now: readonly DeltaColumn[]): DeltaColumn[] {
  const had = columnsOf(before)
  const wanted = new Map(now.map(column => [column.name, column]))
  const retyped = had.filter(({ name, type }) => (wanted.get(name)?.type ?? type) !== type)
  if (retyped.length > 0)
    throw new Error(
      retyped
        .map(({ name, type }) => `column ${name} was ${type} and is ${wanted.get(name)?.type ?? ''} now`)
        .join('; '),
    )
  const names = new Set(had.map(({ name }) => name))
  return [
    ...had.map(column => wanted.get(column.name) ?? column),
    ...now.filter(({ name }) => !names.has(name)),
  ]
}

/** @throws {Error} when the text is no schema */
export function columnsOf(schema: string): DeltaColumn[] {
  return Struct.parse(JSON.parse(schema)).fields.map(({ name, type, metadata }) => ({
    name,
    type: typeof type === 'string' ? type : nameOf(type),
    comment: metadata?.comment ?? '',
  }))
}

const ARRAY = /^array<(\w+)>$/

function typeOf(type: string): unknown {
  const [, elementType] = ARRAY.exec(type) ?? []
  return elementType === undefined ? type : { type: 'array', elementType, containsNull: true }
}

function nameOf(type: unknown): string {
  const { type: kind, elementType } = (type ?? {}) as Readonly<Record<string, unknown>>
  return kind === 'array' && typeof elementType === 'string' ? `array<${elementType}>` : JSON.stringify(type)
}
