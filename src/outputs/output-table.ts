/** A value as it goes to a database: instants and dates as texts in UTC, long and exact numbers as texts. */
export type OutputValue = string | number | boolean | null

/** The values of one record, in the order of the table's columns. */
export type OutputRow = readonly OutputValue[]

/** What a column holds, in terms that MySQL, MariaDB and PostgreSQL share. */
export type OutputKind =
  | { readonly is: 'text' }
  /** 64 bits, signed. */
  | { readonly is: 'whole' }
  | { readonly is: 'decimal'; readonly digits: number; readonly scale: number }
  | { readonly is: 'double' }
  | { readonly is: 'flag' }
  /** To the millisecond, UTC. */
  | { readonly is: 'instant' }
  | { readonly is: 'date' }

export interface OutputColumn {
  readonly name: string
  readonly kind: OutputKind
  readonly nullable: boolean
}

/** A table in another database that is to hold what a table of the lake holds. */
export interface OutputTable {
  readonly name: string
  /** The table of the lake, `database.table`; it stands in the other's comment, by which a later run knows it as its own. */
  readonly from: string
  readonly columns: readonly OutputColumn[]
  /** Names of columns that tell rows apart; none of them is ever null. */
  readonly key: readonly string[]
}

/** Nullable columns of a lake may hold null; these wrappers of a type say nothing about what stands in it. */
const WRAPPED = /^(?:Nullable|LowCardinality)\((.*)\)$/s
const DECIMAL = /^Decimal\((\d+), ?(\d+)\)$/

/** The column for one of the lake, by its ClickHouse type. Arrays, maps and tuples become their JSON text. */
export function outputColumn(name: string, type: string): OutputColumn {
  return { name, kind: kindOf(bare(type)), nullable: /^(LowCardinality\()?Nullable\(/.test(type) }
}

function bare(type: string): string {
  const inner = WRAPPED.exec(type)?.[1]
  return inner === undefined ? type : bare(inner)
}

function kindOf(type: string): OutputKind {
  const [, digits, scale] = DECIMAL.exec(type) ?? []
  if (digits !== undefined && scale !== undefined)
    return { is: 'decimal', digits: Number(digits), scale: Number(scale) }
  if (/^(Int(8|16|32|64)|UInt(8|16|32))$/.test(type)) return { is: 'whole' }
  if (type === 'UInt64') return { is: 'decimal', digits: 20, scale: 0 }
  if (/^(Float|BFloat)/.test(type)) return { is: 'double' }
  if (type === 'Bool') return { is: 'flag' }
  if (type.startsWith('DateTime')) return { is: 'instant' }
  if (/^Date(32)?$/.test(type)) return { is: 'date' }
  return { is: 'text' }
}
