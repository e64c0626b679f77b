import type { Field, Fields, Stream } from './stream.ts'

export type ColumnKind = 'text' | 'texts' | 'flag' | 'instant' | 'double' | 'decimal' | 'whole'

/** One of silver's columns of a stream. */
export interface Column {
  readonly name: string
  readonly kind: ColumnKind
  /** The engine's type, e.g. `Nullable(Decimal(18, 2))`. */
  readonly type: string
  readonly nullable: boolean
  /** Of `decimal`. */
  readonly decimals: number
  readonly unit: string | null
  readonly says: string
  readonly filter: boolean
  /** The wire field it comes from, and which of its counts. */
  readonly field: string
  readonly part: string | null
}

/** Every stream of the lake has these beside its own. */
export const gatherNames = ['position', 'arrived_at', 'source'] as const

/** The columns of silver that the fields become, in their order. */
export function columnsOf(fields: Fields): Column[] {
  return Object.entries(fields).flatMap(([name, field]) => columnOf(name, field))
}

/** The columns of one field: one, or one for each of its counts. */
export function columnOf(wire: string, field: Field): Column[] {
  const name = field.column ?? wire
  const nullable = field.required !== true
  const common = { name, nullable, decimals: 0, unit: null, says: field.says, filter: field.filter === true }
  const made = (kind: ColumnKind, type: string, more: Partial<Column> = {}): Column => ({
    ...common,
    kind,
    type: nullable && kind !== 'texts' ? `Nullable(${type})` : type,
    ...{ field: wire, part: null },
    ...more,
  })
  switch (field.type) {
    case 'number': {
      const unit = field.metric?.unit ?? field.unit
      if (field.decimals === null) return [made('double', 'Float64', { unit })]
      if (field.whole === true && field.metric === undefined) return [made('whole', 'Int64', { unit })]
      const { decimals } = field
      return [made('decimal', `Decimal(18, ${decimals})`, { unit, decimals })]
    }
    case 'instant':
      return [made('instant', "DateTime64(3, 'UTC')")]
    case 'flag':
      return [made('flag', 'Bool')]
    case 'texts':
      return [made('texts', 'Array(String)')]
    case 'counts':
      return field.names.map(part =>
        made('whole', 'Int64', { name: `${name}_${part}`, part, says: `${field.says}: ${part}` }),
      )
    default:
      return [made('text', 'String')]
  }
}

/** The names a record of the stream may have on the wire. */
export function wireNames(stream: Stream): string[] {
  return Object.keys(stream.fields)
}
